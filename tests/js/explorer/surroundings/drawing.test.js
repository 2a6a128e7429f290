import assert from "node:assert/strict";
import test from "node:test";
import { measuredLayers, outlineLayers } from "../../../../explorer/static/explorer/surroundings/drawing.js";

test("surroundings are those of the layers that are on and ask a distance", () => {
  const own = {
    "arbres.touching": ["zones*", "batiments@300*"],
    "zones.touching": ["arbres?nom = 'a@5'"],
    "aires.disjoint": ["arbres@50"],
    "bornes.touching": ["arbres@50"],
  };
  assert.deepEqual(measuredLayers({ layers: ["arbres", "zones", "aires"], own }), ["arbres", "aires"]);
});

test("each outline has the colour of its layer", () => {
  const features = ["c-wine", "c-leaf", "c-wine"].map((token) => ({ properties: { token } }));
  const [outline] = outlineLayers("s", features, { ink: "#000" }, (token) => `colour of ${token}`);
  assert.deepEqual(outline.paint["line-color"], [
    "match",
    ["get", "token"],
    "c-wine",
    "colour of c-wine",
    "c-leaf",
    "colour of c-leaf",
    "#000",
  ]);
});

test("nothing to draw needs no colour", () => {
  const [outline] = outlineLayers("s", [], { ink: "#000" }, assert.fail);
  assert.equal(outline.paint["line-color"], "#000");
});
