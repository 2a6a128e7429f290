/**
 * What is under the pointer, as choices for a person. Features that the tiles gather are told from the rest and named: a
 * cluster has `point_count`, and no id. Pure.
 */

/** @import { Geometry, Position } from "geojson" */
/** @import { ExpressionSpecification, MapGeoJSONFeature } from "maplibre-gl" */
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
/** @typedef {Pick<MapGeoJSONFeature, "sourceLayer" | "id" | "properties" | "geometry">} RenderedFeature */

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

const ORDER = { point: 0, line: 1, surface: 2 };

/**
 * Turn rendered features into choices: each feature once, the smallest shapes first. A cluster is a choice only where no
 * point is, and the first: it opens, the others wait.
 *
 * @param {RenderedFeature[]} rendered
 * @param {LayerConfig[]} layers
 * @returns {Choice[]}
 */
export function choicesOf(rendered, layers) {
  const bySlug = new Map(layers.map((layer) => [layer.slug, layer]));
  /** @type {Map<string, Choice>} */
  const choices = new Map();
  const clusters = [];
  for (const feature of rendered) {
    const { sourceLayer, id, properties } = feature;
    const layer = bySlug.get(sourceLayer ?? "");
    if (layer && properties.point_count !== undefined) clusters.push(clusterChoice(layer, feature));
    else if (layer && id !== undefined) choices.set(`${sourceLayer}/${id}`, choice(layer, id, properties));
  }
  const sorted = [...choices.values()].sort((one, other) => ORDER[one.shape] - ORDER[other.shape]);
  const largest = clusters.sort((one, other) => other.cluster - one.cluster);
  return sorted[0]?.shape === "point" ? sorted : [...largest, ...sorted];
}

/**
 * @param {LayerConfig} layer
 * @param {string | number} id
 * @param {Record<string, unknown>} properties
 * @returns {Choice}
 */
function choice(layer, id, properties) {
  const title = layer.titleField ? properties[layer.titleField] : "";
  return {
    layer: layer.slug,
    id,
    title: title ? String(title) : `${layer.singular} n° ${id}`,
    kind: layer.singular,
    shape: layer.shape,
  };
}

/**
 * The square of `reach` pixels around a point, as MapLibre takes it.
 *
 * @param {{ x: number, y: number }} point
 * @param {number} reach
 * @returns {[[number, number], [number, number]]}
 */
export function around({ x, y }, reach) {
  return [
    [x - reach, y - reach],
    [x + reach, y + reach],
  ];
}

/**
 * A cluster under the pointer as a choice: its count, where it is, and its words.
 *
 * @param {LayerConfig} layer
 * @param {{ properties: Record<string, unknown>, geometry: Geometry }} feature
 * @returns {Choice & { cluster: number, place: [number, number] }}
 */
function clusterChoice(layer, { properties, geometry }) {
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
