import assert from "node:assert/strict";
import test from "node:test";
import { placeAt } from "../../../../explorer/static/explorer/layer_panel/drag.js";
import { following, nearest } from "../../../../explorer/static/explorer/layer_panel/grip.js";
import { folded, isLike, tooFar } from "../../../../explorer/static/explorer/layer_panel/layers.js";
import { moved } from "../../../../explorer/static/explorer/layer_panel/order.js";
import { keep, recall } from "../../../../explorer/static/explorer/map_state/memory.js";
import { hasOtherLayers } from "../../../../explorer/static/explorer/map_state/state.js";

test("accents and case do not matter in a search of layers", () => {
  assert.equal(folded("Équipements À JOUER"), "equipements a jouer");
  assert.ok(isLike("Arbres remarquables Nature et paysage", "PAYSAGE árbres"));
  assert.ok(!isLike("Arbres remarquables", "arbres zones"));
});

test("an empty search finds every layer", () => {
  assert.ok(isLike("Zonage", ""));
});

test("a layer moves to its new place, never out of the list", () => {
  assert.deepEqual(moved(["a", "b", "c"], "c", 0), ["c", "a", "b"]);
  assert.deepEqual(moved(["a", "b", "c"], "a", 9), ["b", "c", "a"]);
  assert.deepEqual(moved(["a", "b", "c"], "a", -1), ["a", "b", "c"]);
});

test("another order is not another set of layers", () => {
  assert.ok(!hasOtherLayers({ before: { layers: ["a", "b"] }, after: { layers: ["b", "a"] } }));
  assert.ok(hasOtherLayers({ before: { layers: ["a"] }, after: { layers: ["a", "b"] } }));
});

test("a layer that is on and needs a larger scale is too far", () => {
  const layers = [
    { slug: "a", minZoom: 14 },
    { slug: "b", minZoom: 8 },
    { slug: "c", minZoom: 14 },
  ];
  assert.deepEqual(tooFar(layers, ["a", "b"], 12), ["a"]);
});

function memory() {
  const kept = new Map();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => kept.set(key, value),
    removeItem: (key) => kept.delete(key),
  };
}

test("what one person looked at is never shown to another", () => {
  const storage = memory();
  keep(storage, "7", "?couches=a");
  assert.equal(recall(storage, ""), "");
  assert.equal(recall(storage, "7"), "");
});

test("who comes back finds the last view", () => {
  const storage = memory();
  keep(storage, "7", "?couches=a#12.00/48.80000/2.20000");
  assert.equal(recall(storage, "7"), "?couches=a#12.00/48.80000/2.20000");
});

test("a memory that cannot be read is forgotten", () => {
  const storage = memory();
  storage.setItem("portal-map", "{");
  assert.equal(recall(storage, ""), "");
});

test("the sheet of a phone settles at the nearest of three heights", () => {
  assert.deepEqual([0.1, 0.5, 0.8].map(nearest), ["small", "half", "full"]);
  assert.deepEqual(["small", "half", "full"].map(following), ["half", "full", "small"]);
});

for (const [y, place] of [
  [0, 0],
  [19, 0],
  [20, 1],
  [59, 1],
  [61, 2],
  [500, 3],
])
  test(`a row held at ${y} px is at place ${place} among rows of 40 px`, () => {
    assert.equal(placeAt(y, [20, 60, 100]), place);
  });
