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

const gathered = (layer, count) => ({
  sourceLayer: layer,
  properties: { point_count: count },
  geometry: { type: "Point", coordinates: [2.2, 48.8] },
});

test("a cluster is a choice that says its count and its place", () => {
  const [choice] = choicesOf(
    [zone, gathered("arbres", 1234)],
    [{ ...LAYERS[1], title: "Arbres", language: "en" }],
  );
  assert.deepEqual([choice.cluster, choice.place, choice.title], [1234, [2.2, 48.8], "1,234 · Arbres"]);
  assert.equal(choice.id, undefined);
});

test("a point is chosen before the cluster beside it", () => {
  assert.deepEqual(
    choicesOf([gathered("arbres", 12), tree], LAYERS).map(({ id }) => id),
    [7],
  );
});

test("the reach is a square around the pointer", () => {
  assert.deepEqual(around({ x: 10, y: 20 }, 8), [
    [2, 12],
    [18, 28],
  ]);
});
