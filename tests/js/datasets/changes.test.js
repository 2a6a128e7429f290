import assert from "node:assert/strict";
import test from "node:test";
import { changeColours } from "../../../datasets/static/datasets/changes.js";
import { documentLayers } from "../../../interface/static/interface/map/documents.js";

test("rows that come, change and leave have their own colours", () => {
  const palette = { ok: "green", warn: "orange", bad: "red", brand: "blue" };
  const points = documentLayers("features", changeColours(palette), palette).find(
    ({ id }) => id === "features:point",
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
