/** Measures on the WGS 84 ellipsoid, by GeographicLib. Pure: the library is given; places are [longitude, latitude]. */

const CIRCLE_SIDES = 72;

/** Return the measures of the ellipsoid of `library` (geographiclib-geodesic). */
export function geodesy(library) {
  const earth = library.Geodesic.WGS84;
  const distance = ([lon, lat], [otherLon, otherLat]) => earth.Inverse(lat, lon, otherLat, otherLon).s12;
  const destination = ([lon, lat], azimuth, metres) => {
    const { lon2, lat2 } = earth.Direct(lat, lon, azimuth, metres);
    return [lon2, lat2];
  };
  return {
    /** Metres between two places along the geodesic. */
    distance,
    /** The place reached from another by an azimuth in degrees from the north and a length in metres. */
    destination,
    /** Metres of each segment of a path. */
    segments: (path) => path.slice(1).map((place, at) => distance(path[at], place)),
    /** `{ area, perimeter }` in square metres and metres of an open ring, whichever way it turns. */
    surface: (ring) => {
      const polygon = earth.Polygon(false);
      for (const [lon, lat] of ring) polygon.AddPoint(lat, lon);
      const { area, perimeter } = polygon.Compute(false, true);
      return { area: Math.abs(area), perimeter };
    },
    /** A closed ring of 72 sides around a place. */
    circle: (centre, metres) => {
      const ring = Array.from({ length: CIRCLE_SIDES }, (_, side) =>
        destination(centre, (360 / CIRCLE_SIDES) * side, metres),
      );
      return [...ring, ring[0]];
    },
  };
}
