/** Which layers have surroundings, and how these are drawn. Pure: a state or a palette in, addresses or style layers out. */

const FONT = ["Map Label Semibold"];
const CLEAR = "rgba(0, 0, 0, 0)";
// From afar points are dots: their rings are smaller, and the answers are larger dots than the others.
const [AFAR, NEAR] = [12, 15];
const RING = ["interpolate", ["linear"], ["zoom"], AFAR, 8, NEAR, 14];
const DOT = 5.5;
const DOTS_UNTIL = 13.5;
// Words are placed before pictograms, and would take their place: they leave the room of one, of an answer or in a ring.
const BESIDE = ["step", ["zoom"], 1.1, DOTS_UNTIL, 2];

// The length alone from afar; beside a pictogram the answer is named too.
const LABEL = [
  "step",
  ["zoom"],
  ["get", "text"],
  DOTS_UNTIL,
  ["concat", ["get", "name"], " ", ["get", "text"]],
];

/** The layers that are on of which a relation with another one is drawn: all but being far from what has no distance. */
export function relatedLayers({ layers, own }) {
  const isFar = (text) => /^[^?]*@\d/.test(text);
  return layers.filter(
    (slug) => own[`${slug}.touching`]?.length || (own[`${slug}.disjoint`] ?? []).some(isFar),
  );
}

const isOf = (kind) => ["==", ["get", "kind"], kind];
const isShape = (type) => ["==", ["geometry-type"], type];

/** The colour of each feature by its token; `colourOf(token)` is that of a layer or of a class. */
function colours(features, palette, colourOf) {
  const tokens = [...new Set(features.map(({ properties }) => properties.token))];
  const cases = tokens.flatMap((token) => [token, colourOf(token)]);
  return cases.length ? ["match", ["get", "token"], ...cases, palette.ink] : palette.ink;
}

/**
 * The style layers of outlines and of matched objects, from the lowest: surfaces have a strong edge and a band inside it,
 * points a ring, so that nothing over or under them is hidden.
 */
export function outlineLayers(source, features, palette, colourOf) {
  const colour = colours(features, palette, colourOf);
  const line = (id, filter, paint) => ({
    id: `${source}:${id}`,
    type: "line",
    source,
    filter,
    layout: { "line-join": "round" },
    paint: { "line-color": colour, ...paint },
  });
  const matched = ["all", isOf("matched"), ["!", isShape("Point")]];
  const inside = ["all", isOf("matched"), isShape("Polygon")];
  return [
    line("inside", inside, { "line-width": 9, "line-offset": 4.5, "line-opacity": 0.28 }),
    line("casing", matched, { "line-color": palette.paper, "line-width": 4.5, "line-opacity": 0.8 }),
    line("matched", matched, { "line-width": 2.5 }),
    line("outline", isOf("outline"), { "line-width": 1.6, "line-dasharray": [3, 2] }),
    {
      id: `${source}:ring`,
      type: "circle",
      source,
      filter: ["all", isOf("matched"), isShape("Point")],
      paint: {
        "circle-color": CLEAR,
        "circle-radius": RING,
        "circle-stroke-color": colour,
        "circle-stroke-width": 2.5,
      },
    },
  ];
}

/** The style layers of the links of a source, of its answers from afar, of the names of matched points, and of lengths, each at its answer. */
export function linkLayers(source, features, palette, colourOf) {
  const name = (id, filter, colour, words = ["get", "text"]) => ({
    id: `${source}:${id}`,
    type: "symbol",
    source,
    filter,
    layout: {
      "text-field": words,
      "text-font": FONT,
      "text-size": 12,
      "text-max-width": 11,
      "text-variable-anchor": ["left", "right", "bottom", "top"],
      "text-radial-offset": BESIDE,
      "text-padding": 2,
    },
    paint: { "text-color": colour, "text-halo-color": palette.paper, "text-halo-width": 1.6 },
  });
  const points = ["all", isOf("matched"), isShape("Point")];
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
      id: `${source}:answer`,
      type: "circle",
      source,
      maxzoom: DOTS_UNTIL,
      filter: isOf("label"),
      paint: {
        "circle-color": colours(features, palette, colourOf),
        "circle-radius": DOT,
        "circle-stroke-color": palette.paper,
        "circle-stroke-width": 2,
      },
    },
    name("name", points, colours(features, palette, colourOf)),
    name("label", isOf("label"), palette.ink, LABEL),
  ];
}
