import assert from "node:assert/strict";
import test from "node:test";
import {
  linkLayers,
  outlineLayers,
  relatedLayers,
  sidesOf,
} from "../../../../explorer/static/explorer/buffers/drawing.js";

test("surroundings are those of the layers that are on and related to others, but being far without a distance", () => {
  const own = {
    "arbres.touching": ["zones*", "batiments@300*"],
    "zones.touching": ["arbres?nom = 'a@5'"],
    "aires.disjoint": ["arbres@50"],
    "parcs.disjoint": ["arbres*"],
    "bornes.touching": ["arbres@50"],
  };
  const layers = ["arbres", "zones", "aires", "parcs"];
  assert.deepEqual(relatedLayers({ layers, own }), ["arbres", "zones", "aires"]);
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

test("lengths are written above the names of matched objects", () => {
  const ids = linkLayers("s", [], { ink: "#000" }, assert.fail).map(({ id }) => id);
  assert.deepEqual(ids.slice(-2), ["s:name", "s:label"]);
});

test("a narrow map writes lengths without their error", () => {
  const textOf = (options) =>
    linkLayers("s", [], { ink: "#000" }, assert.fail, options).find(({ id }) => id === "s:label").layout[
      "text-field"
    ];
  assert.deepEqual(textOf({ isNarrow: true }), ["coalesce", ["get", "short"], ["get", "text"]]);
  assert.equal(textOf({})[0], "step");
});

test("marks are of one side of the divider: links of the subject, outlines of the layer that it is related to", () => {
  const state = { layers: ["a", "b", "c"], own: { "a.touching": ["b@100*"] } };
  assert.deepEqual(sidesOf(state), { subject: "a", other: "b" });
  const both = { ...state, own: { "a.touching": ["b@100*", "c/3"] } };
  assert.deepEqual(sidesOf(both), { subject: "a", other: "" });
});
