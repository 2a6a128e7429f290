import assert from "node:assert/strict";
import test from "node:test";
import { boundsOf, layersOf } from "../../../datasets/static/datasets/preview-style.js";

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

test("rows that come, change and leave have their own colours", () => {
  const points = layersOf({ ok: "green", warn: "orange", bad: "red", brand: "blue" }).find(
    ({ id }) => id === "points",
  );
  assert.deepEqual(points.paint["circle-color"].slice(2), [
    "added",
    "green",
    "changed",
    "orange",
    "removed",
    "red",
    "blue",
  ]);
});
