/** Drawn shapes as rings and as the text an address holds. Pure: places are [longitude, latitude]. */

/** @import {LonLat} from "../map_state/state.js" */

export const MAX_VERTICES = 500;
const DIGITS = 5;
const LEAST_AREA = 1e-10; // square degrees: one step of the last decimal by another
const POLYGON = /\(\s*\(([^()]+)\)/g;

/**
 * The ring of the box between two opposite corners.
 *
 * @param {LonLat} corner
 * @param {LonLat} opposite
 * @returns {LonLat[]}
 */
export function rectangle([west, south], [east, north]) {
  return [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
  ];
}

/** @param {LonLat} point @returns {LonLat} */
const rounded = ([lon, lat]) => [Number(lon.toFixed(DIGITS)), Number(lat.toFixed(DIGITS))];
/** @param {LonLat} one @param {LonLat} other */
const isSame = ([x, y], [otherX, otherY]) => x === otherX && y === otherY;

/**
 * An open ring at five decimals, without a point repeated at once.
 *
 * @param {LonLat[]} ring
 */
export function cleaned(ring) {
  const points = ring
    .map(rounded)
    .filter((point, index, all) => index === 0 || !isSame(point, all[index - 1]));
  while (points.length > 1 && isSame(points[0], points[points.length - 1])) points.pop();
  return points;
}

/**
 * Write an open ring as WKT, closed.
 *
 * @param {LonLat[]} ring
 */
export function toWkt(ring) {
  const points = [...ring, ring[0]].map((point) => rounded(point).join(" "));
  return `POLYGON((${points.join(",")}))`;
}

/**
 * Read `longitude,latitude`, as the address holds a point.
 *
 * @param {string} text
 * @returns {LonLat}
 */
export function pointOf(text) {
  const [longitude, latitude] = text.split(",").map(Number);
  return [longitude, latitude];
}

/**
 * Read the outlines of a POLYGON or MULTIPOLYGON as closed rings; nothing when the text is something else.
 *
 * @param {string} wkt
 * @returns {LonLat[][]}
 */
export function outlinesOf(wkt) {
  if (!/^\s*(MULTI)?POLYGON/i.test(wkt)) return [];
  const rings = [...wkt.matchAll(POLYGON)].map(([, points]) =>
    points.split(",").map((point) => {
      const [longitude, latitude] = point.trim().split(/\s+/).map(Number);
      return /** @type {LonLat} */ ([longitude, latitude]);
    }),
  );
  return rings.filter((ring) => ring.flat().every(Number.isFinite));
}

/**
 * Twice the signed plane area of a ring: zero tells a shape without surface.
 *
 * @param {LonLat[]} ring
 */
function doubleArea(ring) {
  return ring.reduce((sum, [x, y], index) => {
    const [nextX, nextY] = ring[(index + 1) % ring.length];
    return sum + x * nextY - nextX * y;
  }, 0);
}

/** @param {LonLat} from @param {LonLat} to @param {LonLat} point */
const side = ([ax, ay], [bx, by], [px, py]) => Math.sign((bx - ax) * (py - ay) - (by - ay) * (px - ax));
/** @param {LonLat} from @param {LonLat} to @param {LonLat} point */
const isWithin = ([ax, ay], [bx, by], [px, py]) =>
  Math.min(ax, bx) <= px && px <= Math.max(ax, bx) && Math.min(ay, by) <= py && py <= Math.max(ay, by);

/** @param {LonLat} a @param {LonLat} b @param {LonLat} c @param {LonLat} d */
function meet(a, b, c, d) {
  const [abC, abD, cdA, cdB] = [side(a, b, c), side(a, b, d), side(c, d, a), side(c, d, b)];
  if (abC !== abD && cdA !== cdB) return true;
  /** @type {[number, LonLat, LonLat, LonLat][]} */
  const ends = [
    [abC, a, b, c],
    [abD, a, b, d],
    [cdA, c, d, a],
    [cdB, c, d, b],
  ];
  return ends.some(([turn, from, to, end]) => turn === 0 && isWithin(from, to, end));
}

/**
 * The first pair of sides that meet elsewhere than at a common end, as their ranks; null when the ring is simple.
 *
 * @param {LonLat[]} ring
 * @returns {[number, number] | null}
 */
export function crossing(ring) {
  const count = ring.length;
  for (let one = 0; one < count; one += 1) {
    for (let other = one + 2; other < count; other += 1) {
      if (one === 0 && other === count - 1) continue;
      if (meet(ring[one], ring[one + 1], ring[other], ring[(other + 1) % count])) return [one, other];
    }
  }
  return null;
}

/**
 * Cut the loops of a line drawn by hand: at each crossing the shorter way round goes away.
 *
 * @param {LonLat[]} ring
 */
export function withoutLoops(ring) {
  let open = ring;
  for (let sides = crossing(open); sides && open.length > 3; sides = crossing(open)) {
    const [one, other] = sides;
    const inside = open.slice(one + 1, other + 1);
    const outside = [...open.slice(0, one + 1), ...open.slice(other + 1)];
    open = inside.length > outside.length ? inside : outside;
  }
  return open;
}

/**
 * What forbids to ask with a ring: `few` (no surface), `crossed`, or nothing.
 *
 * @param {LonLat[]} ring
 */
export function faultOf(ring) {
  if (ring.length < 3) return "few";
  if (crossing(ring)) return "crossed";
  return Math.abs(doubleArea(ring)) < LEAST_AREA ? "few" : "";
}

/** @param {LonLat} point @param {LonLat} from @param {LonLat} to */
function offLine([x, y], [fromX, fromY], [toX, toY]) {
  const [dx, dy] = [toX - fromX, toY - fromY];
  const length = dx * dx + dy * dy;
  const along = length ? Math.min(Math.max(((x - fromX) * dx + (y - fromY) * dy) / length, 0), 1) : 0;
  return Math.hypot(x - fromX - along * dx, y - fromY - along * dy);
}

/**
 * Ramer–Douglas–Peucker: keep the points of a line further than `tolerance` from it.
 *
 * @param {LonLat[]} line
 * @param {number} tolerance
 */
export function simplified(line, tolerance) {
  const indexes = new Set([0, line.length - 1]);
  const spans = [[0, line.length - 1]];
  for (let span = spans.pop(); span; span = spans.pop()) {
    const [from, to] = span;
    let [furthest, most] = [0, tolerance];
    for (let index = from + 1; index < to; index += 1) {
      const off = offLine(line[index], line[from], line[to]);
      if (off > most) [furthest, most] = [index, off];
    }
    if (!furthest) continue;
    indexes.add(furthest);
    spans.push([from, furthest], [furthest, to]);
  }
  return line.filter((_, index) => indexes.has(index));
}

/**
 * A line drawn by hand as a ring fit to ask with: simplified, at most 500 points, no loop.
 *
 * @param {LonLat[]} line
 * @param {number} tolerance - in degrees
 */
export function freehandRing(line, tolerance) {
  let ring = cleaned(line);
  for (let step = tolerance; step === tolerance || ring.length >= MAX_VERTICES; step *= 2)
    ring = cleaned(simplified(ring, step));
  return withoutLoops(ring);
}
