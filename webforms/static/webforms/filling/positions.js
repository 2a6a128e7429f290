/** Positions as texts: what people write, and what the map writes. Numbers are longitude, latitude in degrees. */

/** @typedef {[longitude: number, latitude: number]} Position */

const WRITTEN = /^\s*(-?\d{1,2}(?:[.,]\d+)?)\s*[,;\s]\s*(-?\d{1,3}(?:[.,]\d+)?)\s*$/;

/**
 * The position that a text writes, latitude first; null when it is none.
 *
 * @param {string} text
 * @returns {Position | null}
 */
export function readPosition(text) {
  const match = WRITTEN.exec(text);
  if (!match) return null;
  const [latitude = 0, longitude = 0] = match.slice(1).map((number) => Number(number.replace(",", ".")));
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? [longitude, latitude] : null;
}

/** @param {Position} position */
export function positionText([longitude, latitude]) {
  return `${latitude.toFixed(6)}, ${longitude.toFixed(6)}`;
}

/**
 * What is drawn so far, as GeoJSON; null before it is a line or a surface.
 *
 * @param {string} kind - `line` or `surface`
 * @param {Position[]} vertices
 * @returns {{ type: "LineString", coordinates: Position[] } | { type: "Polygon", coordinates: Position[][] } | null}
 */
export function drawnShape(kind, vertices) {
  if (kind === "line") return vertices.length > 1 ? { type: "LineString", coordinates: vertices } : null;
  const [first] = vertices;
  return first && vertices.length > 2 ? { type: "Polygon", coordinates: [[...vertices, first]] } : null;
}

/**
 * The vertices of what a text holds, to go on drawing it; none where it is something else.
 *
 * @param {string} kind
 * @param {string} text
 * @returns {Position[]}
 */
export function verticesOf(kind, text) {
  if (kind === "point") {
    const position = readPosition(text);
    return position ? [position] : [];
  }
  try {
    const { type, coordinates } = JSON.parse(text);
    if (kind === "line" && type === "LineString") return coordinates;
    return kind === "surface" && type === "Polygon" ? coordinates[0].slice(0, -1) : [];
  } catch {
    return [];
  }
}
