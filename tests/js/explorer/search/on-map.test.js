import assert from "node:assert/strict";
import test from "node:test";
import { askedBy } from "../../../../explorer/static/explorer/search/on-map.js";

const LIST = "/carte/";
const LAYERS = [
  { slug: "arbres", sheet: "/catalogue/arbres/{id}/" },
  { slug: "arbres-remarquables", sheet: "/catalogue/arbres-remarquables/{id}/" },
];
const asked = (path) => askedBy(new URL(path, "https://portail.test"), LIST, LAYERS);

test("a feature that is found opens its sheet, a layer is switched on", () => {
  assert.deepEqual(asked("/catalogue/arbres-remarquables/12/"), {
    feature: { layer: "arbres-remarquables", id: 12 },
  });
  assert.deepEqual(asked("/catalogue/arbres/"), { layer: "arbres" });
});

test("a point or a commune moves the question, and nothing else", () => {
  assert.deepEqual(asked("/carte/?near=2.2,48.8&radius=300"), { near: "2.2,48.8", radius: "300" });
  assert.deepEqual(asked("/carte/?commune=92048"), { commune: "92048" });
});

test("a whole question, a layer that is not on the map and the page of results are followed", () => {
  assert.equal(asked("/carte/?couches=arbres&commune=92048"), null);
  assert.equal(asked("/catalogue/communes/"), null);
  assert.equal(asked("/catalogue/arbres/12/signaler/"), null);
  assert.equal(asked("/recherche/?q=parc"), null);
});
