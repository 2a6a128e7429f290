/**
 * How the backdrop is drawn: water, woods, main axes and names of the portal's own, under everything that is data. Pure:
 * palette in, style layers out. Its lines are approximate, and fade where a street would show it.
 *
 * Paint is constant in each style layer: one that depends on the feature is another program for the graphics card to
 * compile before the first drawing, which took longer than all the rest.
 */

/** The name of the source, and the beginning of the ids of its style layers. */
export const BACKDROP = "backdrop";
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

const isOf = (...kinds) => ["in", ["get", "kind"], ["literal", kinds]];
const rank = (...values) => [
  "match",
  ["get", "rank"],
  ...values.slice(0, -1).flatMap((value, at) => [at + 1, value]),
  values.at(-1),
];
/** A filter that lets each rank in at its own zoom. */
const isNear = [">=", ["zoom"], rank(...FARTHEST)];
const fading = ["interpolate", ["linear"], ["zoom"], 15.5, 1, GONE, 0];
const through = (...stops) => ["interpolate", ["exponential", 1.4], ["zoom"], ...stops];
const ROUND = { "line-cap": "round", "line-join": "round" };

/** A line of one colour; `options` are of the style layer. */
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

/** A line that fades before its faults are seen. */
function axis(name, filter, colour, width, options = {}) {
  const drawn = line(name, filter, colour, width, { maxzoom: GONE, ...options });
  return { ...drawn, paint: { ...drawn.paint, "line-opacity": fading } };
}

/** A surface, and its own edge, which is smooth: no second pass over the whole. */
function surface(kind, palette) {
  const [filter, colour] = [["all", isOf(kind), isNear], palette[`backdrop-${kind}`]];
  const fill = {
    id: `${BACKDROP}:${kind}`,
    type: "fill",
    source: BACKDROP,
    filter,
    paint: { "fill-color": colour, "fill-antialias": false },
  };
  return [fill, line(`${kind}-edge`, filter, colour, EDGE_PX)];
}

function roads(palette) {
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

/** Surfaces and lines, over the communes and under their limits. */
export function backdropShapes(palette) {
  const [water, rail] = [palette["backdrop-water"], palette["backdrop-rail"]];
  const ties = axis("rail-ties", isOf("rail"), rail, through(13, 3, 16, 5), { minzoom: 13, layout: {} });
  return [
    ...surface("wood", palette),
    ...surface("park", palette),
    ...surface("water", palette),
    line("river", isOf("river"), water, through(8, 1.2, 11, 2.5), { maxzoom: 12 }), // from afar the water is too thin
    axis("rail", ["all", isOf("rail"), isNear], rail, through(10, 0.5, 16, 1.6)),
    { ...ties, paint: { ...ties.paint, "line-dasharray": [0.25, 4] } },
    ...roads(palette),
  ];
}

/** The water again, over surfaces that hide it whole: a choropleth of the communes. None without a backdrop. */
export function waterOver(id, { backdrop }, palette) {
  const [water] = surface("water", palette);
  return backdrop ? [{ ...water, id, filter: ["all", water.filter, ["==", ["get", "rank"], 1]] }] : [];
}

/** Names of some kinds in one ink over a halo. */
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

const grown = (...stops) => ["interpolate", ["linear"], ["zoom"], ...stops];
const AROUND = {
  "symbol-sort-key": ["get", "rank"],
  "text-letter-spacing": 0.02,
  "text-max-width": 8,
  "text-variable-anchor": ["center", "top", "bottom", "left", "right"],
  "text-radial-offset": 0.8,
  "text-justify": "auto",
};
const ALONG = { "symbol-placement": "line", "symbol-spacing": 380, "text-max-angle": 30 };

/** Names, over the limits and under the data: MapLibre places those above first, so these leave them their room. */
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
  const isRoad = ["all", isOf("road"), isNear];
  return [
    names("road-names", isRoad, [ink, palette["paper-2"]], road, { minzoom: 13, maxzoom: GONE }),
    names("water-names", ["all", isOf("water-name"), isNear], water, italic, { minzoom: 14 }),
    names("island-names", ["all", isOf("island-name"), isNear], [ink, palette["paper-2"]], italic, {
      minzoom: 13, // where points are pictograms, which names leave their room
    }),
    names("wood-names", ["all", isOf("wood-name"), isNear], wood, italic),
    names("river-names", isOf("river"), water, river, { minzoom: 10 }),
    names("places", ["all", isOf("place"), isNear], [ink, palette["paper-3"]], { ...AROUND, ...places }),
  ];
}
