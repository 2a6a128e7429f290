import assert from "node:assert/strict";
import test from "node:test";
import { around, choicesOf } from "../../../../interface/static/interface/map/picking.js";

const LAYERS = [
  { slug: "zones", shape: "surface", singular: "Zone", titleField: "libelle" },
  { slug: "arbres", shape: "point", singular: "Arbre", titleField: "nom" },
];
const zone = { sourceLayer: "zones", id: 1, properties: { libelle: "N" } };
const tree = { sourceLayer: "arbres", id: 7, properties: { nom: "Cèdre" } };

test("a point comes before the surface it stands on", () => {
  assert.deepEqual(
    choicesOf([zone, tree], LAYERS).map(({ layer }) => layer),
    ["arbres", "zones"],
  );
});

test("a feature cut by tiles is one choice", () => assert.equal(choicesOf([zone, zone], LAYERS).length, 1));

test("a feature without title is called by its kind and number", () => {
  assert.equal(choicesOf([{ ...tree, properties: {} }], LAYERS)[0].title, "Arbre n° 7");
});

test("what is no layer is no choice", () => {
  assert.deepEqual(choicesOf([{ sourceLayer: "ground", id: 1, properties: {} }], LAYERS), []);
});

test("the reach is a square around the pointer", () => {
  assert.deepEqual(around({ x: 10, y: 20 }, 8), [
    [2, 12],
    [18, 28],
  ]);
});
