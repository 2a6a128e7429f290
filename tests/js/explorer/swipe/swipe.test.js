import assert from "node:assert/strict";
import test from "node:test";
import { layerOfSide, readSwipe, swipeAmong } from "../../../../explorer/static/explorer/map_state/state.js";
import { fairPercent, movedBy } from "../../../../explorer/static/explorer/swipe/handle.js";

test("arrows move the divider a little, pages more, home and end to its ends", () => {
  const keys = ["ArrowLeft", "ArrowRight", "PageDown", "PageUp", "Home", "End", "a"];
  assert.deepEqual(
    keys.map((key) => movedBy(key, 50)),
    [48, 52, 40, 60, 0, 100, null],
  );
});

test("the divider stays on the map", () => {
  assert.deepEqual([movedBy("ArrowLeft", 1), movedBy("PageUp", 95)], [0, 100]);
});

test("a divider goes with its raster, and forgets the other layer when that is off", () => {
  const swipe = { left: "canopy", percent: 40, right: "zones" };
  const among = (layers) => swipeAmong(swipe, (side) => layers.includes(layerOfSide(side)));
  assert.equal(among(["zones"]), null);
  assert.deepEqual(among(["canopy"]), { ...swipe, right: "" });
  assert.equal(among(["zones", "canopy"]), swipe);
});

test("a divider that cannot be read is none", () => {
  assert.deepEqual(["canopy", "canopy:101", "canopy:x", "CANOPY:4"].map(readSwipe), [null, null, null, null]);
});

test("the divider opens where each side has something of its own", () => {
  assert.equal(fairPercent([300, 700], [200, 900], 1000), 50, "in the middle where both have");
  assert.equal(fairPercent([700, 800, 900], [100, 750, 850, 950], 1000), 81);
  assert.equal(fairPercent([900], [100, 200], 1000), 50, "where no place serves both");
  assert.equal(fairPercent([], [100], 1000), 50);
});
