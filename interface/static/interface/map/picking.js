/** What is under the pointer, as choices for a person. Pure. */
import { clusterChoice } from "./clusters.js";

/** @import { Choice } from "./clusters.js" */
/** @import { LayerConfig } from "./view.js" */
/** @import { MapGeoJSONFeature } from "maplibre-gl" */

/** @typedef {Pick<MapGeoJSONFeature, "sourceLayer" | "id" | "properties" | "geometry">} RenderedFeature */

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
