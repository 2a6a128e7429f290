/** Features that the tiles gather: how they are told apart and named. A cluster has `point_count`, and no id. Pure. */

/** @import { Geometry, Position } from "geojson" */
/** @import { ExpressionSpecification } from "maplibre-gl" */
/** @import { LayerConfig } from "./view.js" */

/**
 * What is under the pointer: a feature by its id, or several that the tiles gather, by their number and place.
 *
 * @typedef {object} Choice
 * @property {string} layer
 * @property {string | number} [id]
 * @property {number} [cluster]
 * @property {[number, number]} [place]
 * @property {string} title
 * @property {string} [kind]
 * @property {LayerConfig["shape"]} shape
 */

/** @type {ExpressionSpecification} */
const COUNT = ["get", "point_count"];

/**
 * Whether a feature of a tile stands for several, as an expression of MapLibre.
 *
 * @type {ExpressionSpecification}
 */
export const IS_CLUSTER = ["has", "point_count"];

/**
 * How many features one feature of a tile stands for, as an expression of MapLibre.
 *
 * @type {ExpressionSpecification}
 */
export const WEIGHT = ["coalesce", COUNT, 1];

/**
 * A cluster under the pointer as a choice: its count, where it is, and its words.
 *
 * @param {LayerConfig} layer
 * @param {{ properties: Record<string, unknown>, geometry: Geometry }} feature
 * @returns {Choice & { cluster: number, place: [number, number] }}
 */
export function clusterChoice(layer, { properties, geometry }) {
  const count = Number(properties.point_count);
  const { coordinates } = /** @type {Exclude<Geometry, { type: "GeometryCollection" }>} */ (geometry);
  const [x, y] = /** @type {number[]} */ (coordinates.flat(Number.POSITIVE_INFINITY)); // a line or a surface: its first corner
  return {
    layer: layer.slug,
    cluster: count,
    place: [x, y],
    title: `${count.toLocaleString(layer.language)} · ${layer.title}`,
    shape: layer.shape,
  };
}
