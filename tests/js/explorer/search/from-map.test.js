import assert from "node:assert/strict";
import test from "node:test";
import { keepMap, mapBefore, merged } from "../../../../explorer/static/explorer/search/from-map.js";

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
  keepMap(storage, BEFORE);
  assert.equal(mapBefore(storage, "https://portail.test/carte/?couches=arbres", PAGES), BEFORE);
  assert.equal(mapBefore(storage, "https://portail.test/recherche/?q=parc", PAGES), BEFORE);
  assert.equal(mapBefore(storage, "https://portail.test/catalogue/", PAGES), "");
  assert.equal(mapBefore(storage, "https://portail.test/carte/", PAGES), "");
});
