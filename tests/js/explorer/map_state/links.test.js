import assert from "node:assert/strict";
import test from "node:test";
import { layersAfterLink, setAside } from "../../../../explorer/static/explorer/map_state/links.js";

const SHAPES = { arbres: "point", jeux: "point", zones: "surface" };

test("a link switches on the layers that it asks about, and leaves those that were switched since", () => {
  assert.deepEqual(layersAfterLink(["zones"], ["arbres", "zones"], ["jeux"], SHAPES), ["arbres", "jeux"]);
});

test("a link that asks about no other layer leaves the layers as they are", () => {
  assert.deepEqual(layersAfterLink(["zones"], ["zones"], ["jeux"], SHAPES), ["jeux"]);
});

test("a link switches off the layers that its question sets aside, but for those that were switched on since", () => {
  const current = ["arbres", "jeux", "zones"];
  assert.deepEqual(layersAfterLink(["arbres", "zones"], ["arbres"], current, SHAPES), ["arbres", "jeux"]);
});

test("what a question switches off is set aside with what was, until it is on again or nothing is asked", () => {
  const before = { layers: ["arbres", "zones"], retrait: "jeux" };
  const question = (sujet, retrait = "") => ({ sujet, retrait });
  assert.equal(setAside(question("arbres", "jeux"), ["arbres"], before), "jeux,zones");
  assert.equal(setAside(question("arbres"), ["arbres"], before), "jeux,zones");
  assert.equal(setAside(question("arbres"), ["arbres", "jeux", "zones"], before), "");
  assert.equal(setAside(question(""), ["arbres"], before), "");
});
