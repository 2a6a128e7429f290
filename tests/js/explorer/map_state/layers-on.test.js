import assert from "node:assert/strict";
import test from "node:test";
import { withAskedLayers } from "../../../../explorer/static/explorer/map_state/layers-on.js";

const SHAPES = { arbres: "point", jeux: "point", zones: "surface" };

test("a link switches on the layers that it asks about, and leaves those that were switched since", () => {
  assert.deepEqual(withAskedLayers(["zones"], ["arbres", "zones"], ["jeux"], SHAPES), ["arbres", "jeux"]);
});

test("a link that asks about no other layer leaves the layers as they are", () => {
  assert.deepEqual(withAskedLayers(["zones"], ["zones"], ["jeux"], SHAPES), ["jeux"]);
});
