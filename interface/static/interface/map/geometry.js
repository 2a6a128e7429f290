/** Shapes for the map. Pure: GeoJSON in, GeoJSON out, longitude first. */

/** @import { Feature, FeatureCollection, Geometry, MultiPolygon, Point, Polygon, Position } from "geojson" */

/** @typedef {[west: number, south: number, east: number, north: number]} Box - in degrees */
/** @typedef {Polygon | MultiPolygon} Outline */

/** @type {Position[]} */
const WORLD = [
  [-180, -85],
  [180, -85],
  [180, 85],
  [-180, 85],
  [-180, -85],
];

/** @param {Outline} geometry @returns {Position[][][]} */
const polygonsOf = ({ type, coordinates }) => (type === "Polygon" ? [coordinates] : coordinates);

/**
 * Everything but some communes: the world with their outlines as holes, and their own holes filled.
 *
 * @param {Outline[]} geometries
 * @returns {MultiPolygon}
 */
export function outsideOf(...geometries) {
  const polygons = geometries.flatMap(polygonsOf);
  const holes = polygons.map(([outline]) => outline);
  const islands = polygons.flatMap(([, ...inner]) => inner.map((ring) => [ring]));
  return { type: "MultiPolygon", coordinates: [[WORLD, ...holes], ...islands] };
}

/**
 * Names of communes as points, for labels.
 *
 * @param {{ code: string, name: string, label: Position }[]} communes
 * @returns {FeatureCollection<Point, { code: string, name: string }>}
 */
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

/**
 * A box as the API reads it: west, south, east, north at five decimals. A map that has scrolled around the world gives
 * longitudes of further turns: they are brought back to the first one, and more than a turn is the whole world.
 *
 * @param {number[][]} corners - south-west and north-east, as `LngLatBounds.toArray()` gives them
 * @returns {string}
 */
export function bboxText([[west, south], [east, north]]) {
  const turns = Math.floor((west + 180) / 360) * 360;
  const [from, to] = east - west >= 360 ? [-180, 180] : [west - turns, east - turns];
  return [from, south, to, north].map((value) => value.toFixed(5)).join(",");
}

/**
 * The smallest box around boxes, as [west, south, east, north]; null when there is none.
 *
 * @param {Box[]} boxes
 * @returns {Box | null}
 */
export function boxAround(boxes) {
  if (boxes.length === 0) return null;
  const [wests, souths, easts, norths] = [0, 1, 2, 3].map((at) => boxes.map((box) => box[at]));
  return [Math.min(...wests), Math.min(...souths), Math.max(...easts), Math.max(...norths)];
}

/**
 * The smallest box around features, as [west, south, east, north]; null when they have no position.
 *
 * @param {FeatureCollection<Geometry | null>} collection
 * @returns {Box | null}
 */
export function boundsOf({ features }) {
  /** @type {Box} */
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { geometry } of features)
    if (geometry && "coordinates" in geometry) widen(box, geometry.coordinates ?? []);
  return box[0] <= box[2] ? box : null;
}

/**
 * @param {Box} box
 * @param {Position | Position[] | Position[][] | Position[][][]} part
 */
function widen(box, part) {
  if (typeof part[0] !== "number") {
    for (const inner of /** @type {Position[]} */ (part)) widen(box, inner);
    return;
  }
  const [x, y] = /** @type {Position} */ (part);
  box[0] = Math.min(box[0], x);
  box[1] = Math.min(box[1], y);
  box[2] = Math.max(box[2], x);
  box[3] = Math.max(box[3], y);
}
