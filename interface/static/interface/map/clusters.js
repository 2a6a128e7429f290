/** Features that the tiles gather: how they are told apart and named. A cluster has `point_count`, and no id. Pure. */

const COUNT = ["get", "point_count"];

/** Whether a feature of a tile stands for several, as an expression of MapLibre. */
export const IS_CLUSTER = ["has", "point_count"];

/** How many features one feature of a tile stands for, as an expression of MapLibre. */
export const WEIGHT = ["coalesce", COUNT, 1];

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
