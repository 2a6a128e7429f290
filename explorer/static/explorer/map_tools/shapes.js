/** Drawn shapes as rings and as the text an address holds. Pure: places are [longitude, latitude]. */

export const MAX_VERTICES = 500;
const DIGITS = 5;
const LEAST_AREA = 1e-10; // square degrees: one step of the last decimal by another
const POLYGON = /\(\s*\(([^()]+)\)/g;

/** The ring of the box between two opposite corners. */
export function rectangle([west, south], [east, north]) {
  return [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
  ];
}

const rounded = ([lon, lat]) => [Number(lon.toFixed(DIGITS)), Number(lat.toFixed(DIGITS))];
const isSame = ([x, y], [otherX, otherY]) => x === otherX && y === otherY;

/** An open ring at five decimals, without a point repeated at once. */
export function cleaned(ring) {
  const points = ring.map(rounded).filter((point, at, all) => at === 0 || !isSame(point, all[at - 1]));
  while (points.length > 1 && isSame(points[0], points.at(-1))) points.pop();
  return points;
}

/** Write an open ring as WKT, closed. */
export function toWkt(ring) {
  const points = [...ring, ring[0]].map((point) => rounded(point).join(" "));
  return `POLYGON((${points.join(",")}))`;
}

/** Read the outlines of a POLYGON or MULTIPOLYGON as closed rings; nothing when the text is something else. */
export function outlinesOf(wkt) {
  if (!/^\s*(MULTI)?POLYGON/i.test(wkt)) return [];
  const rings = [...wkt.matchAll(POLYGON)].map(([, points]) =>
    points.split(",").map((point) => point.trim().split(/\s+/).map(Number)),
  );
  return rings.filter((ring) => ring.flat().every(Number.isFinite));
}

/** Twice the signed plane area of a ring: zero tells a shape without surface. */
function doubleArea(ring) {
  return ring.reduce((sum, [x, y], at) => {
    const [nextX, nextY] = ring[(at + 1) % ring.length];
    return sum + x * nextY - nextX * y;
  }, 0);
}

const side = ([ax, ay], [bx, by], [px, py]) => Math.sign((bx - ax) * (py - ay) - (by - ay) * (px - ax));
const isWithin = ([ax, ay], [bx, by], [px, py]) =>
  Math.min(ax, bx) <= px && px <= Math.max(ax, bx) && Math.min(ay, by) <= py && py <= Math.max(ay, by);

function meet(a, b, c, d) {
  const [abC, abD, cdA, cdB] = [side(a, b, c), side(a, b, d), side(c, d, a), side(c, d, b)];
  if (abC !== abD && cdA !== cdB) return true;
  const ends = [
    [abC, a, b, c],
    [abD, a, b, d],
    [cdA, c, d, a],
    [cdB, c, d, b],
  ];
  return ends.some(([turn, from, to, end]) => turn === 0 && isWithin(from, to, end));
}

/** The first pair of sides that meet elsewhere than at a common end, as their ranks; null when the ring is simple. */
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

/** Cut the loops of a line drawn by hand: at each crossing the shorter way round goes away. */
export function withoutLoops(ring) {
  let open = ring;
  for (let found = crossing(open); found && open.length > 3; found = crossing(open)) {
    const [one, other] = found;
    const inside = open.slice(one + 1, other + 1);
    const outside = [...open.slice(0, one + 1), ...open.slice(other + 1)];
    open = inside.length > outside.length ? inside : outside;
  }
  return open;
}

/** What forbids to ask with a ring: `few` (no surface), `crossed`, or nothing. */
export function faultOf(ring) {
  if (ring.length < 3) return "few";
  if (crossing(ring)) return "crossed";
  return Math.abs(doubleArea(ring)) < LEAST_AREA ? "few" : "";
}

function offLine([x, y], [fromX, fromY], [toX, toY]) {
  const [dx, dy] = [toX - fromX, toY - fromY];
  const length = dx * dx + dy * dy;
  const along = length ? Math.min(Math.max(((x - fromX) * dx + (y - fromY) * dy) / length, 0), 1) : 0;
  return Math.hypot(x - fromX - along * dx, y - fromY - along * dy);
}

/** Ramer–Douglas–Peucker: keep the points of a line further than `tolerance` from it. */
export function simplified(line, tolerance) {
  const kept = new Set([0, line.length - 1]);
  const spans = [[0, line.length - 1]];
  while (spans.length) {
    const [from, to] = spans.pop();
    let [furthest, most] = [0, tolerance];
    for (let at = from + 1; at < to; at += 1) {
      const off = offLine(line[at], line[from], line[to]);
      if (off > most) [furthest, most] = [at, off];
    }
    if (!furthest) continue;
    kept.add(furthest);
    spans.push([from, furthest], [furthest, to]);
  }
  return line.filter((_, at) => kept.has(at));
}

/** A line drawn by hand as a ring fit to ask with: simplified, at most 500 points, no loop. */
export function freehandRing(line, tolerance) {
  let ring = cleaned(line);
  for (let step = tolerance; step === tolerance || ring.length >= MAX_VERTICES; step *= 2)
    ring = cleaned(simplified(ring, step));
  return withoutLoops(ring);
}
