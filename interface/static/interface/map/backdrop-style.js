/**
 * How the backdrop is drawn: water, woods, main axes and names of the portal's own, under everything that is data. Pure:
 * palette in, style layers out. Its lines are approximate, and fade where a street would show it.
 *
 * Paint is constant in each style layer: one that depends on the feature is another program for the graphics card to
 * compile before the first drawing, which took longer than all the rest.
 */

/** @import { AddLayerObject, DataDrivenPropertyValueSpecification as Value } from "maplibre-gl" */
/** @import { ExpressionSpecification as Expression, FillLayerSpecification } from "maplibre-gl" */
/** @import { LineLayerSpecification, SymbolLayerSpecification } from "maplibre-gl" */
/** @import { Palette } from "./colours.js" */

/** The name of the source, and the beginning of the ids of its style layers. */
export const BACKDROP = "backdrop";
/** The style layer that hides woods and parks under surfaces of data, which they would make other colours. */
export const COVERED = `${BACKDROP}:covered`;
/** The lowest style layer of the names. */
export const LOWEST_NAMES = `${BACKDROP}:road-names`;

const UPRIGHT = ["Map Label Semibold"]; // that of the communes: its letters are drawn already
const ITALIC = ["Map Label Italic"];
const FARTHEST = [8, 10, 12, 14]; // the least zoom of the tiles that each rank is in
const ROADS = [
  // For each rank: its least zoom, its widths at zooms 9, 12 and 16, and the zoom from which it has a white middle.
  { rank: 1, from: 8, widths: [1, 2.6, 10], opens: 11.5 },
  { rank: 2, from: 10, widths: [0.5, 1.4, 7], opens: 13 },
  { rank: 3, from: 12, widths: [0.4, 1, 5], opens: 13 },
];
const GONE = 17; // lines are not drawn nearer
const EDGE_PX = 1.2;

/** @param {string[]} kinds @returns {Expression} */
const isOf = (...kinds) => ["in", ["get", "kind"], ["literal", kinds]];
/** A value by rank, the last one for those beyond. @param {number[]} values @returns {Expression} */
const rank = (...values) =>
  /** @type {Expression} */ (
    /** @type {unknown} */ ([
      "match",
      ["get", "rank"],
      ...values.slice(0, -1).flatMap((value, at) => [at + 1, value]),
      values.at(-1),
    ])
  );
/** A filter that lets each rank in at its own zoom. @type {Expression} */
const isNear = [">=", ["zoom"], rank(...FARTHEST)];
/** @type {Expression} */
const fading = ["interpolate", ["linear"], ["zoom"], 15.5, 1, GONE, 0];
/** @param {number[]} stops */
const through = (...stops) =>
  /** @type {Expression} */ (["interpolate", ["exponential", 1.4], ["zoom"], ...stops]);
/** @type {LineLayerSpecification["layout"]} */
const ROUND = { "line-cap": "round", "line-join": "round" };

/**
 * A line of one colour; `options` are of the style layer.
 *
 * @param {string} name
 * @param {Expression} filter
 * @param {string} colour
 * @param {number | Expression} width
 * @param {Partial<LineLayerSpecification>} [options]
 * @returns {LineLayerSpecification}
 */
function line(name, filter, colour, width, options = {}) {
  return {
    id: `${BACKDROP}:${name}`,
    type: "line",
    source: BACKDROP,
    filter,
    layout: ROUND,
    paint: { "line-color": colour, "line-width": width },
    ...options,
  };
}

/**
 * A line that fades before its faults are seen.
 *
 * @param {string} name
 * @param {Expression} filter
 * @param {string} colour
 * @param {number | Expression} width
 * @param {Partial<LineLayerSpecification>} [options]
 * @returns {LineLayerSpecification}
 */
function axis(name, filter, colour, width, options = {}) {
  const drawn = line(name, filter, colour, width, { maxzoom: GONE, ...options });
  return { ...drawn, paint: { ...drawn.paint, "line-opacity": fading } };
}

/**
 * A surface, and its own edge, which is smooth: no second pass over the whole.
 *
 * @param {string} kind
 * @param {Palette} palette
 * @returns {[FillLayerSpecification, LineLayerSpecification]}
 */
function surface(kind, palette) {
  /** @type {Expression} */
  const filter = ["all", isOf(kind), isNear];
  const colour = palette[`backdrop-${kind}`];
  /** @type {FillLayerSpecification} */
  const fill = {
    id: `${BACKDROP}:${kind}`,
    type: "fill",
    source: BACKDROP,
    filter,
    paint: { "fill-color": colour, "fill-antialias": false },
  };
  return [fill, line(`${kind}-edge`, filter, colour, EDGE_PX)];
}

/** @param {Palette} palette @returns {LineLayerSpecification[]} */
function roads(palette) {
  /** @param {number} one @returns {Expression} */
  const isOfRank = (one) => ["all", isOf("road"), ["==", ["get", "rank"], one]];
  const [edge, middle] = [palette["backdrop-road-edge"], palette["backdrop-road"]];
  const edges = ROADS.map(({ rank: one, from, widths: [far, town, street] }) =>
    axis(`road-edge-${one}`, isOfRank(one), edge, through(9, far, 12, town, 16, street), { minzoom: from }),
  );
  const middles = ROADS.map(({ rank: one, widths: [, town, street], opens }) =>
    axis(`road-${one}`, isOfRank(one), middle, through(12, town - 1, 16, street - 2), { minzoom: opens }),
  );
  return [...edges, ...middles.reverse()];
}

/**
 * Surfaces and lines, over the communes and under their limits.
 *
 * @param {Palette} palette
 * @returns {(FillLayerSpecification | LineLayerSpecification)[]}
 */
export function backdropShapes(palette) {
  const [water, rail] = [palette["backdrop-water"], palette["backdrop-rail"]];
  const ties = axis("rail-ties", isOf("rail"), rail, through(13, 3, 16, 5), { minzoom: 13, layout: {} });
  return [
    ...surface("wood", palette),
    ...surface("park", palette),
    {
      id: COVERED,
      type: "fill",
      source: "ground",
      layout: { visibility: "none" },
      paint: { "fill-color": palette["paper-2"], "fill-antialias": false },
    },
    ...surface("water", palette),
    line("river", isOf("river"), water, through(8, 1.2, 11, 2.5), { maxzoom: 12 }), // from afar the water is too thin
    axis("rail", ["all", isOf("rail"), isNear], rail, through(10, 0.5, 16, 1.6)),
    { ...ties, paint: { ...ties.paint, "line-dasharray": [0.25, 4] } },
    ...roads(palette),
  ];
}

/**
 * The water again, over surfaces that hide it whole: a choropleth of the communes. None without a backdrop.
 *
 * @param {string} id
 * @param {{ backdrop?: string }} config
 * @param {Palette} palette
 * @returns {FillLayerSpecification[]}
 */
export function waterOver(id, { backdrop }, palette) {
  const [water] = surface("water", palette);
  const filter = /** @type {Expression} */ (water.filter);
  return backdrop ? [{ ...water, id, filter: ["all", filter, ["==", ["get", "rank"], 1]] }] : [];
}

/**
 * Names of some kinds in one ink over a halo.
 *
 * @param {string} name
 * @param {Expression} filter
 * @param {string[]} inks - ink and halo
 * @param {SymbolLayerSpecification["layout"]} layout
 * @param {Partial<SymbolLayerSpecification>} [options]
 * @returns {SymbolLayerSpecification}
 */
function names(name, filter, [ink, halo], layout, options = {}) {
  return {
    id: `${BACKDROP}:${name}`,
    type: "symbol",
    source: BACKDROP,
    filter,
    layout: { "text-field": ["get", "name"], "text-padding": 6, ...layout },
    paint: { "text-color": ink, "text-halo-color": halo, "text-halo-width": 1.5 },
    ...options,
  };
}

/** @param {(number | Expression)[]} stops */
const grown = (...stops) => /** @type {Expression} */ (["interpolate", ["linear"], ["zoom"], ...stops]);
/** @type {SymbolLayerSpecification["layout"]} */
const AROUND = {
  "symbol-sort-key": ["get", "rank"],
  "text-letter-spacing": 0.02,
  "text-max-width": 8,
  "text-variable-anchor": ["center", "top", "bottom", "left", "right"],
  "text-radial-offset": 0.8,
  "text-justify": "auto",
};
/** @type {SymbolLayerSpecification["layout"]} */
const ALONG = { "symbol-placement": "line", "symbol-spacing": 380, "text-max-angle": 30 };

/**
 * Names, over the limits and under the data: MapLibre places those above first, so these leave them their room.
 *
 * @param {Palette} palette
 * @returns {SymbolLayerSpecification[]}
 */
export function backdropNames(palette) {
  const ink = palette["ink-2"];
  const water = [palette["backdrop-water-ink"], palette["backdrop-water"]];
  const wood = [palette["backdrop-wood-ink"], palette["backdrop-wood"]];
  const italic = { ...AROUND, "text-font": ITALIC, "text-size": grown(10, 10.5, 15, 12.5) };
  const places = { "text-font": UPRIGHT, "text-size": grown(10, rank(14, 11, 10.5), 15, rank(18, 14, 13)) };
  const road = { ...ALONG, "text-font": UPRIGHT, "text-size": grown(13, 9.5, 16, 11) };
  const river = {
    ...ALONG,
    "text-font": ITALIC,
    "text-size": grown(11, 11, 15, 15),
    "text-letter-spacing": 0.14,
  };
  /** @param {string} kind @returns {Expression} */
  const isNearOne = (kind) => ["all", isOf(kind), isNear];
  return [
    names("road-names", isNearOne("road"), [ink, palette["paper-2"]], road, { minzoom: 13, maxzoom: GONE }),
    names("water-names", isNearOne("water-name"), water, italic, { minzoom: 14 }),
    names("island-names", isNearOne("island-name"), [ink, palette["paper-2"]], italic, {
      minzoom: 13, // where points are pictograms, which names leave their room
    }),
    names("wood-names", isNearOne("wood-name"), wood, italic),
    names("river-names", isOf("river"), water, river, { minzoom: 10 }),
    names("places", isNearOne("place"), [ink, palette["paper-3"]], { ...AROUND, ...places }),
  ];
}
