import assert from "node:assert/strict";
import test from "node:test";
import {
  merged,
  requestOf,
  restoreMap,
  storeMap,
} from "../../../../explorer/static/explorer/search/results.js";

const BEFORE = "?couches=arbres&arbres.hauteur=10..&commune=92048&objet=arbres/3&onglet=liste";
const PAGES = ["/carte/", "/recherche/"];

function storageOf() {
  const kept = new Map();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => kept.set(key, value),
    removeItem: (key) => kept.delete(key),
  };
}

test("a feature that is found keeps the layers and the question of the map", () => {
  const asked = new URLSearchParams(merged(BEFORE, "?couches=zones&objet=zones/12"));
  assert.deepEqual(asked.getAll("couches"), ["arbres", "zones"]);
  assert.equal(asked.get("arbres.hauteur"), "10..");
  assert.equal(asked.get("commune"), "92048");
  assert.equal(asked.get("objet"), "zones/12");
});

test("an address takes the place of the one asked, and opens what is around it", () => {
  const asked = new URLSearchParams(merged(`${BEFORE}&within=POLYGON()`, "?near=2.2,48.8&radius=300"));
  assert.equal(asked.get("near"), "2.2,48.8");
  assert.equal(asked.get("onglet"), "autour");
  assert.ok(!asked.has("within"));
  assert.ok(!asked.has("objet"));
});

test("a question that is found is asked as it is", () => {
  const question = "?couches=arbres&sujet=arbres&arbres.hauteur=20..";
  assert.equal(merged(BEFORE, question), question);
});

test("a search that begins elsewhere forgets the map", () => {
  const storage = storageOf();
  storeMap(storage, BEFORE);
  assert.equal(restoreMap(storage, "https://portail.test/carte/?couches=arbres", PAGES), BEFORE);
  assert.equal(restoreMap(storage, "https://portail.test/recherche/?q=parc", PAGES), BEFORE);
  assert.equal(restoreMap(storage, "https://portail.test/catalogue/", PAGES), "");
  assert.equal(restoreMap(storage, "https://portail.test/carte/", PAGES), "");
});

const LIST = "/carte/";
const LAYERS = [
  { slug: "arbres", sheet: "/catalogue/arbres/{id}/" },
  { slug: "arbres-remarquables", sheet: "/catalogue/arbres-remarquables/{id}/" },
];
const asked = (path) => requestOf(new URL(path, "https://portail.test"), LIST, LAYERS);

test("a feature that is found opens its sheet, a layer is switched on", () => {
  assert.deepEqual(asked("/catalogue/arbres-remarquables/12/"), {
    patch: { feature: { layer: "arbres-remarquables", id: 12 } },
  });
  assert.deepEqual(asked("/catalogue/arbres/"), { layer: "arbres" });
});

test("a point or a commune moves the question, and nothing else", () => {
  assert.deepEqual(asked("/carte/?near=2.2,48.8&radius=300"), { near: "2.2,48.8", radius: "300" });
  assert.deepEqual(asked("/carte/?commune=92048"), { patch: { commune: "92048" } });
});

test("a whole question, a layer that is not on the map and the page of results are followed", () => {
  assert.equal(asked("/carte/?couches=arbres&commune=92048"), null);
  assert.equal(asked("/catalogue/communes/"), null);
  assert.equal(asked("/catalogue/arbres/12/signaler/"), null);
  assert.equal(asked("/recherche/?q=parc"), null);
});
