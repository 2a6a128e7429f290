/** Shapes for the map. Pure: GeoJSON in, GeoJSON out, longitude first. */

const WORLD = [
  [-180, -85],
  [180, -85],
  [180, 85],
  [-180, 85],
  [-180, -85],
];

const polygonsOf = ({ type, coordinates }) => (type === "Polygon" ? [coordinates] : coordinates);

/** Everything but some communes: the world with their outlines as holes, and their own holes filled. */
export function outsideOf(...geometries) {
  const polygons = geometries.flatMap(polygonsOf);
  const holes = polygons.map(([outline]) => outline);
  const islands = polygons.flatMap(([, ...inner]) => inner.map((ring) => [ring]));
  return { type: "MultiPolygon", coordinates: [[WORLD, ...holes], ...islands] };
}

/** Names of communes as points, for labels. */
export function labelsOf(communes) {
  return {
    type: "FeatureCollection",
    features: communes.map(({ code, name, label }) => ({
      type: "Feature",
      properties: { code, name },
      geometry: { type: "Point", coordinates: label },
    })),
  };
}

/** A box of `bounds` text as the API reads it: west, south, east, north at five decimals. */
export function bboxText([[west, south], [east, north]]) {
  return [west, south, east, north].map((value) => value.toFixed(5)).join(",");
}
