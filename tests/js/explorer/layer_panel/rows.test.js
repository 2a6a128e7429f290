import assert from "node:assert/strict";
import test from "node:test";
import {
  folded,
  indexAt,
  isLike,
  moved,
  nearestHeight,
  nextHeight,
  outOfScale,
  rowAfter,
} from "../../../../explorer/static/explorer/layer_panel/rows.js";

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

test("a layer that is on and needs a larger scale is too far", () => {
  const layers = [
    { slug: "a", minZoom: 14 },
    { slug: "b", minZoom: 8 },
    { slug: "c", minZoom: 14 },
  ];
  assert.deepEqual(outOfScale(layers, ["a", "b"], 12), ["a"]);
});

test("the sheet of a phone settles at the nearest of three heights", () => {
  assert.deepEqual([0.1, 0.5, 0.8].map(nearestHeight), ["small", "half", "full"]);
  assert.deepEqual(["small", "half", "full"].map(nextHeight), ["half", "full", "small"]);
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
    assert.equal(indexAt(y, [20, 60, 100]), place);
  });

const row = (title) => ({ dataset: { title } });

test("a row that is switched off goes back among its theme, by title", () => {
  const rows = [row("Arbres"), row("Zones")];
  assert.equal(rowAfter(rows, "Écoles"), rows[1]);
  assert.equal(rowAfter(rows, "Zones humides"), null);
});
