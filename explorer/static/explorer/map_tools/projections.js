/** Plane coordinates of the territory: Lambert-93 (EPSG:2154) and CC49 (EPSG:3949), by proj4. Pure: proj4 is given. */

// RGF93 and WGS 84 are taken as one, as the portal's database does: they differ by less than a metre, by convention by 0.
const DEFINITIONS = {
  lambert93:
    "+proj=lcc +lat_0=46.5 +lon_0=3 +lat_1=49 +lat_2=44 +x_0=700000 +y_0=6600000 +ellps=GRS80 +units=m +no_defs",
  cc49: "+proj=lcc +lat_0=49 +lon_0=3 +lat_1=48.25 +lat_2=49.75 +x_0=1700000 +y_0=8200000 +ellps=GRS80 +units=m +no_defs",
};

/** @import proj4 from "proj4" */
/** @import {LonLat} from "../map_state/state.js" */

/**
 * @typedef {keyof typeof DEFINITIONS} PlaneSystem
 * @typedef {[easting: number, northing: number]} PlanePoint in metres
 * @typedef {ReturnType<typeof projections>} Plane
 */

/**
 * The projections of the territory.
 *
 * @param {typeof proj4} library
 */
export function projections(library) {
  const converters = { lambert93: library(DEFINITIONS.lambert93), cc49: library(DEFINITIONS.cc49) };
  return {
    /** @param {PlaneSystem} system @param {LonLat} point @returns {PlanePoint} */
    to: (system, [longitude, latitude]) => converters[system].forward([longitude, latitude]),
    /** @param {PlaneSystem} system @param {PlanePoint} point @returns {LonLat} */
    from: (system, [easting, northing]) => converters[system].inverse([easting, northing]),
  };
}
