import assert from "node:assert/strict";
import test from "node:test";
import { placesOf, redrawMasks, sideBox } from "../../../../interface/static/interface/map/swipe.js";

test("a side of the divider is a part of the picture", () => {
  assert.deepEqual(sideBox("left", 0.25, 400, 300), [0, 0, 100, 300]);
  assert.deepEqual(sideBox("right", 0.25, 400, 300), [100, 0, 300, 300]);
});

test("a limit surrounds each run of style layers", () => {
  assert.deepEqual(placesOf(["a", "b", "d"], ["a", "b", "c", "d"]), [
    { first: "a", after: "c" },
    { first: "d", after: undefined },
  ]);
});

test("what follows a limit draws the masks of its tiles again", () => {
  const calls = [];
  const map = { painter: { drawFunctions: { custom: () => calls.push("custom"), sky: null } } };
  redrawMasks(map);
  redrawMasks(map); // once is enough
  map.painter.drawFunctions.custom(null, null, null, [], {
    invalidateTileClippingMasks: () => calls.push("masks"),
  });
  assert.deepEqual(calls, ["custom", "masks"]);
});
