// The text of a geometry field: GeoJSON or WKT in, GeoJSON out. Longitude, latitude in degrees; no map, no page.

const PRECISION = 7; // decimals of a degree that a drawing deserves: about a centimetre

/** Say whether the text looks like GeoJSON rather than WKT. */
export function isGeoJson(text) {
  return text.trimStart().startsWith("{");
}

/** Split "MultiPolygon" into the kind to draw and whether several parts are allowed. */
export function drawing(kind) {
  const isMulti = kind.startsWith("Multi");
  return { type: isMulti ? kind.slice("Multi".length) : kind, isMulti };
}

/** Return the parts of a GeoJSON geometry as single geometries. */
export function parts(geometry) {
  if (!geometry.type.startsWith("Multi")) {
    return [geometry];
  }
  const { type } = drawing(geometry.type);
  return geometry.coordinates.map((coordinates) => ({ type, coordinates }));
}

/** Return one GeoJSON geometry of this kind made of these parts; null without a part. */
export function joined(kind, geometries) {
  if (geometries.length === 0) {
    return null;
  }
  if (drawing(kind).isMulti) {
    return { type: kind, coordinates: geometries.map((geometry) => geometry.coordinates) };
  }
  const last = geometries[geometries.length - 1];
  return { type: last.type, coordinates: last.coordinates };
}

const isPosition = (coordinates) => typeof coordinates[0] === "number";
const round = (position) => position.map((number) => Number(number.toFixed(PRECISION)));

/** Return every position of nested coordinates. */
export function positions(coordinates) {
  return isPosition(coordinates) ? [coordinates] : coordinates.flatMap(positions);
}

/**
 * Write coordinates at the precision of a drawing; those that were not moved keep every decimal they had, so that
 * the borders of neighbours stay the same.
 */
export function tidied(coordinates, originals) {
  const known = new Map(originals.map((position) => [round(position).join(), position]));
  const tidy = (part) => (isPosition(part) ? (known.get(round(part).join()) ?? round(part)) : part.map(tidy));
  return tidy(coordinates);
}
