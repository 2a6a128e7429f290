// The text of a geometry field: GeoJSON or WKT in, GeoJSON out. Longitude, latitude in degrees; no map, no page.

/** @import { Geometry, GeometryCollection, Position } from "geojson" */

/** @typedef {Exclude<Geometry, GeometryCollection>} SimpleGeometry */
/** @typedef {SimpleGeometry["coordinates"]} Coordinates */

const PRECISION = 7; // decimals of a degree that a drawing deserves: about a centimetre

/**
 * Say whether the text looks like GeoJSON rather than WKT.
 *
 * @param {string} text
 */
export function isGeoJson(text) {
  return text.trimStart().startsWith("{");
}

const NUMBERS = /^\s*-?\d+(\.\d+)?(\s*[,;\s]\s*-?\d+(\.\d+)?){3}\s*$/;

/**
 * Return the rectangle of a text of four numbers, west, south, east, north; null of any other text.
 *
 * @param {string} text
 * @returns {SimpleGeometry | null}
 */
export function boxOf(text) {
  if (!NUMBERS.test(text)) return null;
  const [west, south, east, north] = text
    .trim()
    .split(/[,;\s]+/)
    .map(Number);
  const ring = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ];
  return { type: "Polygon", coordinates: [ring] };
}

/**
 * Split "MultiPolygon" into the kind to draw and whether several parts are allowed.
 *
 * @param {string} kind
 */
export function drawing(kind) {
  const isMulti = kind.startsWith("Multi");
  return { type: isMulti ? kind.slice("Multi".length) : kind, isMulti };
}

/**
 * Return the parts of a GeoJSON geometry as single geometries.
 *
 * @param {SimpleGeometry} geometry
 * @returns {SimpleGeometry[]}
 */
export function parts(geometry) {
  if (!geometry.type.startsWith("Multi")) {
    return [geometry];
  }
  const { type } = drawing(geometry.type);
  return geometry.coordinates.map(
    (coordinates) =>
      /** @type {SimpleGeometry} */ ({ type, coordinates: /** @type {unknown} */ (coordinates) }),
  );
}

/**
 * Return one GeoJSON geometry of this kind made of these parts; null without a part.
 *
 * @param {string} kind
 * @param {SimpleGeometry[]} geometries
 * @returns {SimpleGeometry | null}
 */
export function joined(kind, geometries) {
  if (geometries.length === 0) {
    return null;
  }
  if (drawing(kind).isMulti) {
    const coordinates = /** @type {unknown} */ (geometries.map((geometry) => geometry.coordinates));
    return /** @type {SimpleGeometry} */ ({ type: kind, coordinates });
  }
  const last = geometries[geometries.length - 1];
  return /** @type {SimpleGeometry} */ ({ type: last.type, coordinates: last.coordinates });
}

/** @param {Coordinates} coordinates @returns {coordinates is Position} */
const isPosition = (coordinates) => typeof coordinates[0] === "number";
/** @param {Position} position */
const round = (position) => position.map((number) => Number(number.toFixed(PRECISION)));

/**
 * Return every position of nested coordinates.
 *
 * @param {Coordinates} coordinates
 * @returns {Position[]}
 */
export function positions(coordinates) {
  return isPosition(coordinates)
    ? [coordinates]
    : /** @type {Coordinates[]} */ (coordinates).flatMap(positions);
}

/**
 * Write coordinates at the precision of a drawing; those that were not moved keep every decimal they had, so that
 * the borders of neighbours stay the same.
 *
 * @param {Coordinates} coordinates
 * @param {Position[]} originals
 * @returns {Coordinates}
 */
export function tidied(coordinates, originals) {
  const known = new Map(originals.map((position) => [round(position).join(), position]));
  /** @param {Coordinates} part @returns {Coordinates} */
  const tidy = (part) =>
    isPosition(part)
      ? (known.get(round(part).join()) ?? round(part))
      : /** @type {Coordinates} */ (/** @type {Coordinates[]} */ (part).map(tidy));
  return tidy(coordinates);
}
