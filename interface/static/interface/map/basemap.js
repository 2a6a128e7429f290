/** A raster background between the ground and the layers: relayed by the portal, described by the page. */

import { lowestRaster } from "./rasters.js";

/** @import { Box } from "./geometry.js" */

/** @import { Map as MapLibreMap, RasterSourceSpecification } from "maplibre-gl" */

/**
 * A basemap as a template writes it in `data-` attributes.
 *
 * @typedef {object} BasemapConfig
 * @property {string} [tiles]
 * @property {string} [size]
 * @property {string} [min]
 * @property {string} [max]
 * @property {string} [bounds]
 */

export const BASEMAP = "basemap";
const IN_THE_DARK = { "raster-brightness-max": 0.72, "raster-saturation": -0.35 };

/**
 * Put a basemap under the layers; `described` is what `explorer/templatetags/basemaps.py` says of it.
 *
 * @param {MapLibreMap} map
 * @param {BasemapConfig} described
 * @param {{ isDark?: boolean }} [options]
 */
export function addBasemap(map, described, { isDark = false } = {}) {
  map.addSource(BASEMAP, sourceOf(described));
  map.addLayer(
    { id: BASEMAP, type: "raster", source: BASEMAP, paint: isDark ? IN_THE_DARK : {} },
    lowestRaster(map),
  );
}

/**
 * Take the basemap away, when there is one.
 *
 * @param {MapLibreMap} map
 */
export function removeBasemap(map) {
  if (map.getLayer(BASEMAP)) map.removeLayer(BASEMAP);
  if (map.getSource(BASEMAP)) map.removeSource(BASEMAP);
}

/** @param {BasemapConfig} config @returns {RasterSourceSpecification} */
function sourceOf({ tiles, size, min, max, bounds }) {
  return {
    type: "raster",
    tiles: [location.origin + tiles],
    tileSize: Number(size),
    minzoom: Number(min),
    maxzoom: Number(max),
    ...(bounds ? { bounds: /** @type {Box} */ (bounds.split(",").map(Number)) } : {}),
  };
}
