import assert from "node:assert/strict";
import test from "node:test";
import {
  cleaned,
  crossing,
  faultOf,
  freehandRing,
  MAX_VERTICES,
  outlinesOf,
  rectangle,
  simplified,
  toWkt,
  withoutLoops,
} from "../../../../explorer/static/explorer/map_tools/shapes.js";

const SQUARE = rectangle([2.2, 48.8], [2.3, 48.9]);
const BOW_TIE = [
  [0, 0],
  [2, 2],
  [2, 0],
  [0, 2],
];

test("a box is written as a closed polygon, longitude first", () => {
  assert.equal(toWkt(SQUARE), "POLYGON((2.2 48.8,2.3 48.8,2.3 48.9,2.2 48.9,2.2 48.8))");
});

test("five decimals are kept", () => {
  assert.match(toWkt([[2.123456789, 48.1], ...SQUARE.slice(1)]), /^POLYGON\(\(2\.12346 48\.1,/);
});

test("what is written is read back as closed outlines", () => {
  assert.deepEqual(outlinesOf(toWkt(SQUARE)), [[...SQUARE, SQUARE[0]]]);
});

test("each part of a multipolygon gives its outline, without its holes", () => {
  const wkt = "MULTIPOLYGON(((0 0,4 0,4 4,0 0),(1 1,2 1,2 2,1 1)),((9 9,10 9,10 10,9 9)))";
  assert.deepEqual(
    outlinesOf(wkt).map(([first]) => first),
    [
      [0, 0],
      [9, 9],
    ],
  );
});

test("a text that is no polygon has no outline", () => {
  assert.deepEqual(
    [outlinesOf("POINT(2 48)"), outlinesOf("POLYGON((a b,c d))"), outlinesOf("")],
    [[], [], []],
  );
});

test("a point repeated at once is dropped, the closing one too", () => {
  assert.deepEqual(
    cleaned([
      [0, 0],
      [0, 0.000001],
      [1, 0],
      [1, 1],
      [0, 0],
    ]),
    [
      [0, 0],
      [1, 0],
      [1, 1],
    ],
  );
});

test("a box is simple", () => assert.equal(crossing(SQUARE), null));

test("a bow tie crosses itself", () => {
  assert.deepEqual([crossing(BOW_TIE), faultOf(BOW_TIE)], [[0, 2], "crossed"]);
});

test("a corner that touches another side is a crossing", () => {
  const touching = [
    [0, 0],
    [4, 0],
    [4, 4],
    [2, 0],
    [0, 4],
  ];
  assert.equal(faultOf(touching), "crossed");
});

test("points on one line have no surface", () => {
  assert.equal(
    faultOf([
      [0, 0],
      [1, 1],
      [2, 2],
    ]),
    "few",
  );
});

test("two points are too few", () => assert.equal(faultOf(SQUARE.slice(0, 2)), "few"));

test("loops of a line drawn by hand are cut", () => {
  assert.equal(crossing(withoutLoops([...BOW_TIE, [-1, 2], [-1, 0]])), null);
});

test("points along a straight line go away", () => {
  const line = Array.from({ length: 50 }, (_, at) => [at / 50, 0]);
  assert.deepEqual(simplified(line, 1e-6), [line[0], line.at(-1)]);
});

test("a long scribble becomes a simple ring of at most 500 points", () => {
  const scribble = Array.from({ length: 9_000 }, (_, at) => {
    const angle = (at / 9_000) * 2 * Math.PI;
    const reach = 0.02 + 0.004 * Math.sin(at * 0.9) + 0.002 * Math.sin(angle * 37);
    return [2.2 + reach * Math.cos(angle), 48.8 + reach * Math.sin(angle)];
  });
  const ring = freehandRing(scribble, 1e-6);
  assert.deepEqual([ring.length < MAX_VERTICES, faultOf(ring)], [true, ""]);
});
