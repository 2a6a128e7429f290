import assert from "node:assert/strict";
import test from "node:test";
import {
  bboxText,
  boundsOf,
  boxAround,
  labelsOf,
  outsideOf,
} from "../../../../interface/static/interface/map/geometry.js";

const SQUARE = [
  [0, 0],
  [2, 0],
  [2, 2],
  [0, 2],
  [0, 0],
];
const HOLE = [
  [0.5, 0.5],
  [1, 0.5],
  [1, 1],
  [0.5, 1],
  [0.5, 0.5],
];

test("the outside of a commune is the world with the commune as a hole", () => {
  const { coordinates } = outsideOf({ type: "Polygon", coordinates: [SQUARE] });
  assert.deepEqual(coordinates[0][1], SQUARE);
});

test("what a commune encloses without owning it is outside", () => {
  const { coordinates } = outsideOf({ type: "MultiPolygon", coordinates: [[SQUARE, HOLE]] });
  assert.deepEqual(coordinates[1], [HOLE]);
});

test("labels stand where the server says", () => {
  const { features } = labelsOf([{ code: "92048", name: "Meudon", label: [2.2, 48.8] }]);
  assert.deepEqual(features[0].geometry.coordinates, [2.2, 48.8]);
});

test("a box is west, south, east, north", () => {
  assert.equal(
    bboxText([
      [2.1, 48.7],
      [2.3, 48.9],
    ]),
    "2.10000,48.70000,2.30000,48.90000",
  );
});

test("a box of a map that has scrolled around the world is within one turn, and at most the world", () => {
  const box = (west, east) =>
    bboxText([
      [west, 0],
      [east, 1],
    ])
      .split(",")
      .map(Number);
  assert.deepEqual(box(170, 190), [170, 0, 190, 1]);
  assert.deepEqual(box(530, 550), [170, 0, 190, 1]);
  assert.deepEqual(box(-250, 20), [110, 0, 380, 1]);
  assert.deepEqual(box(-500, 400), [-180, 0, 180, 1]);
});

const point = (x, y) => ({ geometry: { type: "Point", coordinates: [x, y] } });

test("the box holds every position", () => {
  const ring = {
    geometry: {
      type: "Polygon",
      coordinates: [
        [
          [1, 5],
          [3, 6],
          [2, 9],
          [1, 5],
        ],
      ],
    },
  };
  assert.deepEqual(boundsOf({ features: [point(2, 4), ring] }), [1, 4, 3, 9]);
});

test("features without position have no box", () => {
  assert.equal(boundsOf({ features: [{ geometry: null }] }), null);
});

test("a box around boxes holds each of them", () => {
  const around = boxAround([
    [1, 5, 3, 6],
    [0, 5.5, 2, 9],
  ]);
  assert.deepEqual(around, [0, 5, 3, 9]);
});

test("there is no box around nothing", () => {
  assert.equal(boxAround([]), null);
});
