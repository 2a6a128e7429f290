import assert from "node:assert/strict";
import test from "node:test";
import {
  boxOf,
  chainsOf,
  drawnShape,
  inserted,
  middles,
  moved,
  nearest,
  parseShape,
  without,
} from "../../../../explorer/static/explorer/row_editing/shape.js";

const LINE = {
  type: "LineString",
  coordinates: [
    [0, 0],
    [2, 0],
    [2, 2],
  ],
};
const SQUARE = {
  type: "MultiPolygon",
  coordinates: [
    [
      [
        [0, 0],
        [1, 0],
        [1, 1],
        [0, 1],
        [0, 0],
      ],
    ],
  ],
};

test("a ring stays closed when its first vertex moves", () => {
  const [[ring]] = moved(SQUARE, { chain: 0, index: 0 }, [-1, -1]).coordinates;
  assert.deepEqual(
    [ring[0], ring.at(-1)],
    [
      [-1, -1],
      [-1, -1],
    ],
  );
});

test("a vertex comes after another one, and goes", () => {
  const longer = inserted(LINE, { chain: 0, index: 0 }, [1, 0]);
  assert.deepEqual(longer.coordinates, [
    [0, 0],
    [1, 0],
    [2, 0],
    [2, 2],
  ]);
  assert.deepEqual(without(longer, { chain: 0, index: 1 }), LINE);
});

test("the last vertices that a shape needs stay", () => {
  const short = {
    type: "LineString",
    coordinates: [
      [0, 0],
      [1, 1],
    ],
  };
  assert.equal(without(short, { chain: 0, index: 0 }), short);
});

test("every side has a middle, that of a ring from the last vertex to the first too", () => {
  assert.equal(middles(LINE).length, 2);
  assert.deepEqual(middles(SQUARE).at(-1)?.at, [0, 0.5]);
});

test("vertices that are not moved keep every decimal", () => {
  const fine = {
    type: "LineString",
    coordinates: [
      [0.123456789012, 0],
      [1, 1],
    ],
  };
  assert.equal(moved(fine, { chain: 0, index: 1 }, [2, 2]).coordinates[0][0], 0.123456789012);
});

test("a line is cut at its nearest place", () => {
  assert.deepEqual(nearest(LINE, [1, 0.5]), [1, 0]);
});

test("a drawing is a shape of the kind of the layer once it has enough points", () => {
  assert.equal(
    drawnShape("MultiPolygon", [
      [0, 0],
      [1, 0],
    ]),
    null,
  );
  assert.deepEqual(
    drawnShape("MultiLineString", [
      [0, 0],
      [1, 0],
    ])?.coordinates,
    [
      [
        [0, 0],
        [1, 0],
      ],
    ],
  );
  assert.deepEqual(drawnShape("Point", [[0, 0]])?.coordinates, [0, 0]);
});

test("a text that is no geometry is none, and a box is around every chain", () => {
  assert.equal(parseShape('{"type": "Feature"}'), null);
  assert.equal(parseShape("POINT (0 0)"), null);
  assert.deepEqual(boxOf(SQUARE), [0, 0, 1, 1]);
  assert.equal(chainsOf(SQUARE)[0].points.length, 4);
});
