import assert from "node:assert/strict";
import test from "node:test";
import { withSubject } from "../../../../explorer/static/explorer/nearby/subject.js";

const LAYERS = [
  { slug: "arbres", shape: "point", rank: 0 },
  { slug: "jeux", shape: "point", rank: 5 },
  { slug: "zones", shape: "surface", rank: 0 },
];

test("a place that is looked for lies over everything, whatever its rank", () => {
  assert.deepEqual(withSubject(["jeux", "arbres", "zones"], "arbres", LAYERS), ["arbres", "jeux", "zones"]);
  assert.deepEqual(withSubject(["jeux"], "arbres", LAYERS), ["arbres", "jeux"]);
});

test("a surface that is looked for hides no place", () => {
  assert.deepEqual(withSubject(["jeux"], "zones", LAYERS), ["jeux", "zones"]);
});
