import assert from "node:assert/strict";
import test from "node:test";
import { drawingOf } from "../../../../explorer/static/explorer/map_state/state.js";

const STATE = {
  layers: ["trees"],
  opacity: { trees: 40 },
  renderings: { relief: "exact" },
  commune: "",
  feature: null,
  swipe: null,
  q: "oak",
};

test("the map is told what is drawn, and nothing of the question", () => {
  const { layers, opacity, renderings } = STATE;
  const drawing = { layers, opacity, renderings, communes: [], selected: null, swipe: null };
  assert.deepEqual(drawingOf(STATE), drawing);
});

test("several communes are lit together", () => {
  assert.deepEqual(drawingOf({ ...STATE, commune: "92048,92012" }).communes, ["92048", "92012"]);
});

test("the feature of the sheet is the one selected", () => {
  const feature = { layer: "trees", id: 7 };
  assert.deepEqual(drawingOf({ ...STATE, feature }).selected, feature);
});
