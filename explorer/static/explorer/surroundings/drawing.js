/** Which layers have surroundings, and how these are drawn. Pure: a state or a palette in, addresses or style layers out. */

const FONT = ["Map Label Semibold"];

/** The layers that are on of which a distance to another one is asked. */
export function measuredLayers({ layers, own }) {
  const isFar = (text) => /^[^?]*@\d/.test(text);
  return layers.filter((slug) =>
    ["touching", "disjoint"].some((name) => (own[`${slug}.${name}`] ?? []).some(isFar)),
  );
}

const isOf = (kind) => ["==", ["get", "kind"], kind];

/** The style layer of the outlines of a source; `colourOf(token)` is the colour of a layer. */
export function outlineLayers(source, features, palette, colourOf) {
  const tokens = [...new Set(features.map(({ properties }) => properties.token))];
  const cases = tokens.flatMap((token) => [token, colourOf(token)]);
  const colour = cases.length ? ["match", ["get", "token"], ...cases, palette.ink] : palette.ink;
  return [
    {
      id: `${source}:outline`,
      type: "line",
      source,
      filter: isOf("outline"),
      layout: { "line-join": "round" },
      paint: { "line-color": colour, "line-width": 1.6, "line-dasharray": [3, 2] },
    },
  ];
}

/** The style layers of the links of a source and of their lengths, each at its answer. */
export function linkLayers(source, palette) {
  return [
    {
      id: `${source}:link`,
      type: "line",
      source,
      filter: isOf("link"),
      layout: { "line-cap": "round" },
      paint: { "line-color": palette.ink, "line-width": 2, "line-dasharray": [0, 2] },
    },
    {
      id: `${source}:label`,
      type: "symbol",
      source,
      filter: isOf("label"),
      layout: {
        "text-field": ["get", "text"],
        "text-font": FONT,
        "text-size": 12,
        "text-variable-anchor": ["bottom", "right", "top-left", "bottom-right"],
        "text-radial-offset": 1.4,
        "text-padding": 2,
      },
      paint: { "text-color": palette.ink, "text-halo-color": palette.paper, "text-halo-width": 1.6 },
    },
  ];
}
