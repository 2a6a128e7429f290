/**
 * How the backdrop is drawn: water, woods, main axes and names of the portal's own, under everything that is data. Pure:
 * palette in, style layers out. Its lines are approximate, and fade where a street would show it.
 */

/** The name of the source, and the beginning of the ids of its style layers. */
export const BACKDROP = "backdrop";
/** The lowest style layer of the names. */
export const LOWEST_NAMES = `${BACKDROP}:along`;

const MEDIUM = ["Map Label Medium"];
const ITALIC = ["Map Label Italic"];
const FARTHEST = [8, 10, 12, 14]; // the least zoom of the tiles that each rank is in
const isOf = (...kinds) => ["in", ["get", "kind"], ["literal", kinds]];
const rank = (...values) => [
  "match",
  ["get", "rank"],
  ...values.slice(0, -1).flatMap((value, at) => [at + 1, value]),
  values.at(-1),
];
/** A filter that lets each rank in at its own zoom. */
const isNear = [">=", ["zoom"], rank(...FARTHEST)];
const fading = (from, to) => ["interpolate", ["linear"], ["zoom"], from, 1, to, 0];
const widths = (...stops) => ["interpolate", ["exponential", 1.4], ["zoom"], ...stops];

/** Surfaces and lines, over the communes and under their limits. */
export function backdropShapes(palette) {
  const common = { source: BACKDROP };
  const round = { "line-cap": "round", "line-join": "round" };
  const surface = (kind) => ({
    id: `${BACKDROP}:${kind}`,
    type: "fill",
    ...common,
    filter: ["all", isOf(kind), isNear],
    paint: { "fill-color": palette[`backdrop-${kind}`] },
  });
  return [
    surface("wood"),
    surface("park"),
    surface("water"),
    {
      id: `${BACKDROP}:river`, // from afar the water is too thin to be seen
      type: "line",
      ...common,
      maxzoom: 12,
      filter: isOf("river"),
      layout: round,
      paint: { "line-color": palette["backdrop-water"], "line-width": widths(8, 1.2, 11, 2.5) },
    },
    {
      id: `${BACKDROP}:rail`,
      type: "line",
      ...common,
      maxzoom: 17,
      filter: ["all", isOf("rail"), isNear],
      paint: {
        "line-color": palette["backdrop-rail"],
        "line-width": widths(10, 0.5, 16, 1.6),
        "line-opacity": fading(15.5, 17),
      },
    },
    {
      id: `${BACKDROP}:rail-ties`,
      type: "line",
      ...common,
      minzoom: 13,
      maxzoom: 17,
      filter: isOf("rail"),
      paint: {
        "line-color": palette["backdrop-rail"],
        "line-width": widths(13, 3, 16, 5),
        "line-dasharray": [0.25, 4],
        "line-opacity": fading(15.5, 17),
      },
    },
    {
      id: `${BACKDROP}:road-edge`,
      type: "line",
      ...common,
      maxzoom: 17,
      filter: ["all", isOf("road"), isNear],
      layout: round,
      paint: {
        "line-color": palette["backdrop-road-edge"],
        "line-width": widths(9, rank(1, 0.7, 0.5, 0.4), 12, rank(3, 2, 1.4, 1), 16, rank(10, 7, 5.5, 4)),
        "line-opacity": fading(15.5, 17),
      },
    },
    {
      id: `${BACKDROP}:road`,
      type: "line",
      ...common,
      minzoom: 11,
      maxzoom: 17,
      filter: ["all", isOf("road"), isNear],
      layout: round,
      paint: {
        "line-color": palette["backdrop-road"],
        "line-width": widths(11, rank(1, 0.4, 0.2, 0.2), 12, rank(1.8, 1, 0.6, 0.4), 16, rank(8, 5.4, 4, 3)),
        "line-opacity": fading(15.5, 17),
      },
    },
  ];
}

/** The water again, over surfaces that hide it whole: a choropleth of the communes. None without a backdrop. */
export function waterOver(id, { backdrop }, palette) {
  const [water] = backdropShapes(palette).filter((layer) => layer.id === `${BACKDROP}:water`);
  return backdrop ? [{ ...water, id, filter: ["all", water.filter, ["==", ["get", "rank"], 1]] }] : [];
}

/** Names, over the limits and under the data: MapLibre places those above first, so these leave them their room. */
export function backdropNames(palette) {
  const isWater = isOf("river", "water-name");
  const isWood = isOf("wood-name");
  const ink = [
    "case",
    isWater,
    palette["backdrop-water-ink"],
    isWood,
    palette["backdrop-wood-ink"],
    palette["ink-2"],
  ];
  const common = { source: BACKDROP, type: "symbol" };
  return [
    {
      id: LOWEST_NAMES,
      ...common,
      minzoom: 10,
      filter: ["any", isOf("river"), ["all", isOf("road"), isNear, [">=", ["zoom"], 13]]],
      layout: {
        "symbol-placement": "line",
        "symbol-spacing": 380,
        "symbol-sort-key": ["get", "rank"],
        "text-field": ["get", "name"],
        "text-font": ["case", isWater, ["literal", ITALIC], ["literal", MEDIUM]],
        "text-size": [
          "interpolate",
          ["linear"],
          ["zoom"],
          11,
          ["case", isWater, 11, 9.5],
          15,
          ["case", isWater, 15, 11],
        ],
        "text-letter-spacing": ["case", isWater, 0.14, 0.02],
        "text-max-angle": 30,
        "text-padding": 8,
      },
      paint: {
        "text-color": ink,
        "text-halo-color": ["case", isWater, palette["backdrop-water"], palette.paper],
        "text-halo-width": 1.5,
      },
    },
    {
      id: `${BACKDROP}:names`,
      ...common,
      filter: ["all", isOf("place", "wood-name", "island-name", "water-name"), isNear],
      layout: {
        "symbol-sort-key": ["+", ["get", "rank"], ["case", isOf("place"), 0, 0.5]],
        "text-field": ["get", "name"],
        "text-font": ["case", isOf("place"), ["literal", MEDIUM], ["literal", ITALIC]],
        "text-size": [
          "interpolate",
          ["linear"],
          ["zoom"],
          10,
          rank(14, 11, 10.5, 10.5),
          15,
          rank(18, 14, 13, 12.5),
        ],
        "text-letter-spacing": 0.02,
        "text-max-width": 8,
        "text-padding": 6,
        "text-variable-anchor": ["center", "top", "bottom", "left", "right"],
        "text-radial-offset": 0.8,
        "text-justify": "auto",
      },
      paint: {
        "text-color": ink,
        "text-halo-color": [
          "case",
          isWater,
          palette["backdrop-water"],
          isWood,
          palette["backdrop-wood"],
          palette["paper-3"],
        ],
        "text-halo-width": 1.5,
      },
    },
  ];
}
