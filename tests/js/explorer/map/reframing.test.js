import assert from "node:assert/strict";
import test from "node:test";
import { reactionTo } from "../../../../explorer/static/explorer/map/reframing.js";

const SIZE = { width: 800, height: 600, window: "1440 900" };

test("a table that makes the map lower keeps in view what was seen", () => {
  assert.equal(reactionTo(SIZE, { ...SIZE, height: 300 }), "keep");
});

test("a window that changes, and a sheet beside the map, leave it to the map", () => {
  assert.equal(reactionTo(SIZE, { ...SIZE, height: 300, window: "1440 600" }), "follow");
  assert.equal(reactionTo(SIZE, { ...SIZE, width: 400 }), "follow");
});
