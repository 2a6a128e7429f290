/** Features that the tiles gather: how they are drawn and named. A cluster has `point_count`, and no id. Pure. */

const FONT = ["Map Label Semibold"];
const COUNT = ["get", "point_count"];
const RADIUS = ["step", COUNT, 11, 10, 13, 100, 16, 1000, 20, 10_000, 24];
const SHORTENED = 10_000;

/** Whether a feature of a tile stands for several, as an expression of MapLibre. */
export const IS_CLUSTER = ["has", "point_count"];

/** How many features one feature of a tile stands for, as an expression of MapLibre. */
export const WEIGHT = ["coalesce", COUNT, 1];

/** A value of paint for clusters, another for single features. */
export const forClusters = (gathered, single) => ["case", IS_CLUSTER, gathered, single];

/** The radius of a point by zoom (`stops`: zoom, pixels, zoom, pixels…), that of a cluster by its count. */
export function radiusOf(stops) {
  const sizes = stops.map((value, at) => (at % 2 ? forClusters(RADIUS, value) : value));
  return ["interpolate", ["linear"], ["zoom"], ...sizes];
}

/** The counts written on clusters, as a style layer; `common` is its source and zooms. */
export function countLayer(id, common, { language }, palette, strength) {
  return {
    id: `${id}:count`,
    type: "symbol",
    ...common,
    filter: IS_CLUSTER,
    layout: {
      "text-field": countText(language),
      "text-font": FONT,
      "text-size": 12,
      "text-allow-overlap": true,
    },
    paint: { "text-color": palette.ink, "text-opacity": strength },
  };
}

function countText(language = "fr") {
  const format = (value) => ["number-format", value, { locale: language }];
  const thousands = ["concat", format(["round", ["/", COUNT, 1000]]), "\u00a0k"];
  return ["case", [">=", COUNT, SHORTENED], thousands, format(COUNT)];
}

/** A cluster under the pointer as a choice: its count, where it is, and its words. */
export function clusterChoice(layer, { properties, geometry }) {
  const count = properties.point_count;
  return {
    layer: layer.slug,
    cluster: count,
    place: geometry.coordinates.flat(Number.POSITIVE_INFINITY).slice(0, 2), // a line or a surface: its first corner
    title: `${count.toLocaleString(layer.language)} · ${layer.title}`,
    shape: layer.shape,
  };
}
