/** Measures on the WGS 84 ellipsoid, by GeographicLib. Pure: the library is given; places are [longitude, latitude]. */

const CIRCLE_SIDES = 72;

/** @import * as geodesic from "geographiclib-geodesic" */
/** @import {LonLat} from "../map_state/state.js" */

/**
 * @typedef {ReturnType<typeof geodesy>} Earth
 */

/**
 * The measures of the ellipsoid.
 *
 * @param {typeof geodesic} library - each of its answers holds what is read here
 */
export function geodesy(library) {
  const earth = library.Geodesic.WGS84;
  /** @param {LonLat} from @param {LonLat} to */
  const distance = ([lon, lat], [otherLon, otherLat]) =>
    /** @type {number} */ (earth.Inverse(lat, lon, otherLat, otherLon).s12);
  /** @param {LonLat} start @param {number} azimuth @param {number} metres */
  const destination = ([lon, lat], azimuth, metres) => {
    const { lon2, lat2 } = earth.Direct(lat, lon, azimuth, metres);
    return /** @type {LonLat} */ ([lon2, lat2]);
  };
  return {
    /** Metres between two places along the geodesic. */
    distance,
    /** The place reached from another by an azimuth in degrees from the north and a length in metres. */
    destination,
    /** Metres of each segment of a path. @param {LonLat[]} path */
    segments: (path) => path.slice(1).map((point, index) => distance(path[index], point)),
    /** `{ area, perimeter }` in square metres and metres of an open ring, whichever way it turns. @param {LonLat[]} ring */
    surface: (ring) => {
      const polygon = earth.Polygon(false);
      for (const [lon, lat] of ring) polygon.AddPoint(lat, lon);
      const { area, perimeter } = polygon.Compute(false, true);
      return { area: Math.abs(/** @type {number} */ (area)), perimeter }; // there is one: it is a ring, and no line
    },
    /** A closed ring of 72 sides around a place. @param {LonLat} centre @param {number} metres */
    circle: (centre, metres) => {
      const ring = Array.from({ length: CIRCLE_SIDES }, (_, side) =>
        destination(centre, (360 / CIRCLE_SIDES) * side, metres),
      );
      return [...ring, ring[0]];
    },
  };
}
