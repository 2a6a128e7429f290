import assert from "node:assert/strict";
import test from "node:test";
import { rastersDrawn, renderingOf } from "../../../../interface/static/interface/map/rasters.js";
import { placesOf, sideBox } from "../../../../interface/static/interface/map/swipe.js";

test("rasters are drawn from the lowest to the highest, and nothing else with them", () => {
  const drawing = { layers: ["trees", "canopy", "distance"], opacity: { distance: 40 } };
  assert.deepEqual(rastersDrawn(drawing, ["distance", "canopy"]), [
    { slug: "distance", opacity: 0.4 },
    { slug: "canopy", opacity: 1 },
  ]);
});

test("the two sides of a divider share the map without a gap", () => {
  assert.deepEqual(sideBox("left", 0.4, 1000, 600), [0, 0, 400, 600]);
  assert.deepEqual(sideBox("right", 0.4, 1000, 600), [400, 0, 600, 600]);
});

test("a side is limited from its first style layer to its last", () => {
  const order = ["ground", "raster:canopy", "trees:point", "trees:icon", "veil"];
  assert.deepEqual(placesOf(["trees:icon", "trees:point"], order), [{ first: "trees:point", after: "veil" }]);
  assert.deepEqual(placesOf(["raster:distance"], order), []);
});

test("labels that lie apart from their features are on the same side of a divider", () => {
  const order = ["parks:fill", "trees:point", "parks:label", "trees:label", "veil"];
  assert.deepEqual(placesOf(["parks:fill", "parks:label"], order), [
    { first: "parks:fill", after: "trees:point" },
    { first: "parks:label", after: "trees:label" },
  ]);
});

test("a raster is drawn as its style says, or as the reader asks", () => {
  const smooth = { tiles: "usual", otherTiles: "sharp", isSharp: false };
  const sharp = { tiles: "usual", otherTiles: "smooth", isSharp: true };
  assert.deepEqual(renderingOf(smooth), { tiles: "usual", isSharp: false });
  assert.deepEqual(renderingOf(smooth, "exact"), { tiles: "sharp", isSharp: true });
  assert.deepEqual(renderingOf(sharp, "exact"), { tiles: "usual", isSharp: true });
  assert.deepEqual(renderingOf(sharp, "lisse"), { tiles: "smooth", isSharp: false });
});
