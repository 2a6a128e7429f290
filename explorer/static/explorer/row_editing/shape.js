/** The geometry of a row while it is edited: its vertices, moved, added, removed. Pure: GeoJSON in, GeoJSON out. */

/** @import { Geometry, GeometryCollection, Position } from "geojson" */

/** @typedef {Exclude<Geometry, GeometryCollection>} Shape */
/** @typedef {[number, number]} LonLat */
/**
 * A chain of vertices: where it is in the coordinates, its open points, and the least it can have.
 *
 * @typedef {{ path: number[], points: LonLat[], isClosed: boolean, least: number }} Chain
 */
/** @typedef {{ chain: number, index: number }} Place - of a vertex, or of the side that begins with it */

const PRECISION = 7; // decimals of a degree: about a centimetre
/** @type {Record<string, { depth: number, isClosed: boolean, least: number }>} */
const KINDS = {
  Point: { depth: 0, isClosed: false, least: 1 },
  MultiPoint: { depth: 1, isClosed: false, least: 1 },
  LineString: { depth: 0, isClosed: false, least: 2 },
  MultiLineString: { depth: 1, isClosed: false, least: 2 },
  Polygon: { depth: 1, isClosed: true, least: 3 },
  MultiPolygon: { depth: 2, isClosed: true, least: 3 },
};

/** @param {string} type */
export const isPoints = (type) => type.endsWith("Point");

/** @param {LonLat} place @returns {LonLat} */
export const rounded = ([lon, lat]) => [Number(lon.toFixed(PRECISION)), Number(lat.toFixed(PRECISION))];

/**
 * The geometry that a text holds as GeoJSON; null for none, or another text.
 *
 * @param {string} text
 * @returns {Shape | null}
 */
export function parseShape(text) {
  try {
    const shape = JSON.parse(text);
    return shape && KINDS[shape.type] && Array.isArray(shape.coordinates) ? shape : null;
  } catch {
    return null;
  }
}

/**
 * The chains of a geometry, in their order.
 *
 * @param {Shape} shape
 * @returns {Chain[]}
 */
export function chainsOf(shape) {
  const { depth, isClosed, least } = KINDS[shape.type];
  if (shape.type === "Point") return [{ path: [], points: [pair(shape.coordinates)], isClosed, least }];
  /** @type {Chain[]} */
  const chains = [];
  /** @param {unknown} part @param {number[]} path */
  const walk = (part, path) => {
    if (path.length < depth) {
      /** @type {unknown[]} */ (part).forEach((inner, index) => {
        walk(inner, [...path, index]);
      });
      return;
    }
    const positions = shape.type === "MultiPoint" ? [part] : /** @type {unknown[]} */ (part);
    const points = positions.map((position) => pair(/** @type {Position} */ (position)));
    chains.push({ path, points: isClosed ? points.slice(0, -1) : points, isClosed, least });
  };
  walk(shape.coordinates, []);
  return chains;
}

/** @param {Position} position @returns {LonLat} */
const pair = ([lon, lat]) => [lon, lat];

/**
 * The geometry with other points in one of its chains.
 *
 * @param {Shape} shape
 * @param {number} chain
 * @param {LonLat[]} points
 * @returns {Shape}
 */
function withChain(shape, chain, points) {
  const { path, isClosed } = chainsOf(shape)[chain];
  const positions = isClosed ? [...points, points[0]] : points;
  const value = isPoints(shape.type) ? points[0] : positions;
  /** @param {unknown} part @param {number[]} rest @returns {unknown} */
  const replaced = (part, [first, ...rest]) =>
    first === undefined
      ? value
      : /** @type {unknown[]} */ (part).map((inner, index) =>
          index === first ? replaced(inner, rest) : inner,
        );
  return /** @type {Shape} */ ({ type: shape.type, coordinates: replaced(shape.coordinates, path) });
}

/** @param {Shape} shape @param {Place} place @param {LonLat} to */
export function moved(shape, { chain, index }, to) {
  const { points } = chainsOf(shape)[chain];
  return withChain(shape, chain, points.with(index, rounded(to)));
}

/** Add a vertex after another one. @param {Shape} shape @param {Place} place @param {LonLat} at */
export function inserted(shape, { chain, index }, at) {
  const { points } = chainsOf(shape)[chain];
  return withChain(shape, chain, points.toSpliced(index + 1, 0, rounded(at)));
}

/** Remove a vertex; the same geometry where none can go. @param {Shape} shape @param {Place} place */
export function without(shape, { chain, index }) {
  const { points, least } = chainsOf(shape)[chain];
  if (points.length <= least || isPoints(shape.type)) return shape;
  return withChain(shape, chain, points.toSpliced(index, 1));
}

/**
 * The middle of each side of the chains, and the vertex before it.
 *
 * @param {Shape} shape
 * @returns {{ place: Place, at: LonLat }[]}
 */
export function middles(shape) {
  if (isPoints(shape.type)) return [];
  return chainsOf(shape).flatMap(({ points, isClosed }, chain) =>
    points.slice(0, isClosed ? undefined : -1).map(([x, y], index) => {
      const [nextX, nextY] = points[(index + 1) % points.length];
      return { place: { chain, index }, at: /** @type {LonLat} */ ([(x + nextX) / 2, (y + nextY) / 2]) };
    }),
  );
}

/**
 * The geometry of a kind drawn with these points; null while there are too few.
 *
 * @param {string} kind
 * @param {LonLat[]} points
 * @returns {Shape | null}
 */
export function drawnShape(kind, points) {
  const { isClosed, least } = KINDS[kind];
  if (points.length < least) return null;
  const positions = points.map(rounded);
  const line = isClosed ? [...positions, positions[0]] : positions;
  /** @type {Record<string, unknown>} */
  const coordinates = {
    Point: positions[0],
    MultiPoint: positions,
    LineString: line,
    MultiLineString: [line],
    Polygon: [line],
    MultiPolygon: [[line]],
  };
  return /** @type {Shape} */ ({ type: kind, coordinates: coordinates[kind] });
}

/**
 * The place of a geometry nearest to a point, on its sides; null without sides.
 *
 * @param {Shape} shape
 * @param {LonLat} point
 * @returns {LonLat | null}
 */
export function nearest(shape, [x, y]) {
  const narrow = Math.cos((y * Math.PI) / 180);
  /** @type {LonLat | null} */
  let best = null;
  let least = Number.POSITIVE_INFINITY;
  for (const { points } of chainsOf(shape)) {
    for (let index = 0; index + 1 < points.length; index += 1) {
      const [[fromX, fromY], [toX, toY]] = [points[index], points[index + 1]];
      const [dx, dy] = [(toX - fromX) * narrow, toY - fromY];
      const length = dx * dx + dy * dy;
      const along = length ? ((x - fromX) * narrow * dx + (y - fromY) * dy) / length : 0;
      const part = Math.min(Math.max(along, 0), 1);
      /** @type {LonLat} */
      const at = [fromX + part * (toX - fromX), fromY + part * (toY - fromY)];
      const away = Math.hypot((x - at[0]) * narrow, y - at[1]);
      if (away < least) [best, least] = [at, away];
    }
  }
  return best;
}

/**
 * The box around a geometry: west, south, east, north.
 *
 * @param {Shape} shape
 * @returns {[number, number, number, number]}
 */
export function boxOf(shape) {
  const points = chainsOf(shape).flatMap((chain) => chain.points);
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}
