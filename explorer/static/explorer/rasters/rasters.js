/** What is asked and said of the rasters that are on, and how they are drawn. Pure: no DOM. */

/** @import {FeatureRef, LonLat, Rendering} from "../map_state/state.js" */

const DIGITS = 6;

/**
 * The question of a point and a feature, or null when no raster is on.
 *
 * @param {string[]} rasters
 * @param {LonLat | null} point
 * @param {FeatureRef | null} feature
 */
export function valuesQuery(rasters, point, feature) {
  if (rasters.length === 0 || (!point && !feature)) return null;
  const query = new URLSearchParams(rasters.map((slug) => ["couches", slug]));
  if (point) {
    query.set("lon", point[0].toFixed(DIGITS));
    query.set("lat", point[1].toFixed(DIGITS));
  }
  if (feature) query.set("objet", `${feature.layer}/${feature.id}`);
  return query;
}

/**
 * How rasters are drawn after a choice: nothing in the address where it is the usual way.
 *
 * @param {Record<string, Rendering>} renderings
 * @param {{ slug: string, isSharp: boolean }} raster
 * @param {Rendering} chosen
 */
export function withRendering(renderings, { slug, isSharp }, chosen) {
  const { [slug]: _before, ...rest } = renderings ?? {};
  return chosen === (isSharp ? "exact" : "lisse") ? rest : { ...rest, [slug]: chosen };
}

/**
 * Name the rasters that are on, in the words for one and for several; empty when none is.
 *
 * @param {{ slug: string, title: string }[]} rasters
 * @param {string[]} layers
 * @param {{ raster?: string, rasters?: string }} words
 */
export function rasterWords(rasters, layers, { raster = "", rasters: several = "" }) {
  const titles = rasters.filter(({ slug }) => layers.includes(slug)).map(({ title }) => title);
  if (titles.length === 0) return "";
  return (titles.length === 1 ? raster : several).replace("{titles}", titles.join(", "));
}
