import assert from "node:assert/strict";
import test from "node:test";
import { bboxText, labelsOf, outsideOf } from "../../../../interface/static/interface/map/geometry.js";

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
