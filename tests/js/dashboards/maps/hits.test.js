import assert from "node:assert/strict";
import test from "node:test";
import { hitOf } from "../../../../dashboards/static/dashboards/maps/hits.js";

const said = { pair: "{title} : {text}", noValue: "rien", objects: "{count} objets" };
const LAYER = {
  singular: "arbre",
  titleField: "nom",
  field: "etat",
  categories: [{ value: "bon", title: "Bon" }],
};
const FEATURES = { said, language: "fr", layer: LAYER, field: "etat", value: "", unit: "m" };
const GROUPS = {
  said,
  joined: null,
  places: [
    { key: "92048", title: "Meudon", text: "12", ids: [] },
    { key: "92072", title: "Sèvres", text: "", ids: [] },
  ],
};

test("a commune tells its name and its measure", () => {
  assert.equal(hitOf(GROUPS, { properties: { code: "92048" } }).words, "Meudon : 12");
});

test("a commune without value says so", () => {
  assert.equal(hitOf(GROUPS, { properties: { code: "92072" } }).words, "Sèvres : rien");
});

test("a commune filters on its code", () => {
  assert.equal(hitOf(GROUPS, { properties: { code: "92048" } }).value, "92048");
});

test("a surface filters on its key", () => {
  const joined = { ...GROUPS, joined: {}, places: [{ key: "B7", title: "Bureau 7", text: "3", ids: [41] }] };
  assert.equal(hitOf(joined, { id: 41, properties: {} }).value, "B7");
});

test("a circle on a joined surface filters on its key", () => {
  const places = [{ key: "B7", title: "Bureau 7", text: "3", ids: [41] }];
  const circles = { ...GROUPS, mode: "symbols", joined: {}, places };
  assert.equal(hitOf(circles, { properties: { key: "B7", value: 3 } }).words, "Bureau 7 : 3");
});

test("a surface that carries no place is nothing", () => {
  assert.equal(hitOf({ ...GROUPS, joined: {} }, { id: 5, properties: {} }), null);
});

test("a feature tells its title and its category", () => {
  assert.equal(hitOf(FEATURES, { id: 1, properties: { nom: "Cèdre", etat: "bon" } }).words, "Cèdre : Bon");
});

test("a feature without title is called by its kind and id", () => {
  assert.equal(hitOf(FEATURES, { id: 7, properties: {} }).words, "arbre n° 7");
});

test("a feature tells the number that sizes it", () => {
  const hit = hitOf({ ...FEATURES, value: "haut" }, { id: 1, properties: { nom: "Cèdre", haut: 12.5 } });
  assert.equal(hit.words, "Cèdre : 12,5\u00a0m");
});

test("a year that sizes a feature is no amount", () => {
  const years = { ...FEATURES, value: "annee", unit: "", isYear: true };
  assert.equal(hitOf(years, { id: 1, properties: { nom: "Cèdre", annee: 2008 } }).words, "Cèdre : 2008");
});

test("a gathering tells how many it holds", () => {
  const hit = hitOf(FEATURES, { properties: { cluster_id: 3, point_count: 12 } });
  assert.deepEqual([hit.cluster, hit.words], [3, "12 objets"]);
});
