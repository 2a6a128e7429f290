/** What is under the pointer on a map of a dashboard, in words and as a filter. Pure. */

/** @import { Geometry } from "geojson" */
/** @import { FeaturesConfig, MapPlace, PanelLayer, PanelMapConfig, PlacesConfig } from "./layers.js" */

/** @typedef {{ id?: string | number, properties: Record<string, unknown>, geometry?: Geometry }} RenderedFeature */
/**
 * @typedef {object} Hit
 * @property {string} words
 * @property {unknown} [value]
 * @property {string | number} [id]
 * @property {string} [key]
 * @property {number | null} [cluster]
 * @property {[number, number]} [place]
 */

/**
 * What a rendered feature stands for: `words`, the `value` that a click filters on, `id` or `key`; null for nothing.
 *
 * @param {PanelMapConfig} config
 * @param {RenderedFeature} feature
 * @returns {Hit | null}
 */
export function hitOf(config, { id, properties, geometry }) {
  if (properties.point_count !== undefined) {
    const count = Number(properties.point_count).toLocaleString(config.language);
    const cluster = properties.cluster_id;
    return {
      cluster: cluster === undefined ? null : Number(cluster), // null: gathered by the tiles, which know no more of it
      place: geometry?.type === "Point" ? [geometry.coordinates[0], geometry.coordinates[1]] : undefined,
      words: config.said.objects.replace("{count}", count),
    };
  }
  return config.places ? placeHit(config, id, properties) : featureHit(config, id, properties);
}

/**
 * @param {PlacesConfig} config
 * @param {string | number | undefined} id
 * @param {Record<string, unknown>} properties
 * @returns {Hit | null}
 */
function placeHit(config, id, properties) {
  const isSurface = config.joined && config.mode !== "symbols";
  const place = config.places.find(({ ids, key }) =>
    isSurface ? ids.includes(Number(id)) : key === (properties.code ?? properties.key),
  );
  if (!place) return null;
  return {
    key: place.key,
    value: place.key,
    words: joined(config, place.title, place.text || config.said.noValue),
  };
}

/**
 * @param {FeaturesConfig} config
 * @param {string | number | undefined} id
 * @param {Record<string, unknown>} properties
 * @returns {Hit}
 */
function featureHit(config, id, properties) {
  const { layer } = config;
  const title = String((layer.titleField && properties[layer.titleField]) || `${layer.singular} n° ${id}`);
  const detail = config.value ? sizeOf(config, properties) : categoryOf(layer, properties);
  return { id, value: properties[config.field], words: detail ? joined(config, title, detail) : title };
}

/**
 * @param {{ said: { pair: string } }} config
 * @param {string} title
 * @param {string} text
 */
const joined = ({ said }, title, text) =>
  said.pair.replace("{title}", () => title).replace("{text}", () => text);

/** @param {FeaturesConfig} config @param {Record<string, unknown>} properties */
function sizeOf({ value, unit, isYear, language }, properties) {
  const size = properties[value];
  if (isYear) return String(size ?? "");
  return typeof size === "number" ? `${size.toLocaleString(language)}\u00a0${unit}`.trim() : "";
}

/** @param {PanelLayer} layer @param {Record<string, unknown>} properties */
const categoryOf = ({ field, categories }, properties) =>
  categories.find(({ value }) => value === String(properties[field]))?.title ?? "";
