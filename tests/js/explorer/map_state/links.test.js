import assert from "node:assert/strict";
import test from "node:test";
import { layersAfterLink } from "../../../../explorer/static/explorer/map_state/links.js";

const SHAPES = { arbres: "point", jeux: "point", zones: "surface" };

test("a link switches on the layers that it asks about, and leaves those that were switched since", () => {
  assert.deepEqual(layersAfterLink(["zones"], ["arbres", "zones"], ["jeux"], SHAPES), ["arbres", "jeux"]);
});

test("a link that asks about no other layer leaves the layers as they are", () => {
  assert.deepEqual(layersAfterLink(["zones"], ["zones"], ["jeux"], SHAPES), ["jeux"]);
});
