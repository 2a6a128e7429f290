import assert from "node:assert/strict";
import test from "node:test";
import { linesOf, subtitleOf } from "../../../../explorer/static/explorer/map_export/marks.js";

const letters = { measureText: (text) => ({ width: text.length }) }; // each letter is as wide as a pixel

test("a text is cut between words, at the width of the picture", () => {
  assert.deepEqual(linesOf(letters, "Arbres remarquables de Meudon", 20), [
    "Arbres remarquables",
    "de Meudon",
  ]);
});

test("a word wider than the picture keeps its line", () => {
  assert.deepEqual(linesOf(letters, "un anticonstitutionnellement deux", 10), [
    "un",
    "anticonstitutionnellement",
    "deux",
  ]);
});

test("the line under a title says what the title does not", () => {
  const title = "Arbres, à moins de 100 m d’une zone, à Meudon";
  assert.equal(subtitleOf(title, ["à moins de 100 m d’une zone", "à Meudon"], "3 arbres"), "3 arbres");
  assert.equal(subtitleOf("Carte de printemps", ["à Meudon"], "3 arbres"), "à Meudon");
  assert.equal(subtitleOf("Carte", [], "197 objets"), "");
});
