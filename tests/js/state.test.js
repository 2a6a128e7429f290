import assert from "node:assert/strict";
import test from "node:test";
import {
  hasChanged,
  readCamera,
  readFeature,
  readState,
  Store,
  writeState,
} from "../../explorer/static/explorer/js/state.js";

test("an address that names no layer leaves the choice to the page", () => {
  assert.equal(readState("", "").layers, null);
});

test("an empty couches means that every layer is off", () => {
  assert.deepEqual(readState("?couches=", "").layers, []);
});

test("what is written is read back", () => {
  const state = {
    layers: ["aires-de-jeux", "plui-zones"],
    commune: "92048",
    feature: { layer: "aires-de-jeux", id: 12 },
    camera: { zoom: 14.25, center: [2.2365, 48.8125] },
  };
  const [search, hash] = writeState(state).split("#");
  assert.deepEqual(readState(search, `#${hash}`), state);
});

test("no layer on is written so that it stays off", () => {
  assert.equal(writeState({ layers: [], commune: "", feature: null, camera: null }), "?couches=");
});

test("a feature's address keeps its slash readable", () => {
  const address = writeState({ layers: ["a"], commune: "", feature: { layer: "a", id: 1 }, camera: null });
  assert.equal(address, "?couches=a&objet=a/1");
});

for (const text of ["", "a", "a/", "a/b", "A/1", "a/1/2", "../1"]) {
  test(`« ${text} » names no feature`, () => assert.equal(readFeature(text), null));
}

for (const hash of ["", "#", "#12", "#99/48/2", "#12/91/2", "#12/48/181", "#a/b/c"]) {
  test(`« ${hash} » is no camera`, () => assert.equal(readCamera(hash), null));
}

test("a store says what was and what is", () => {
  const store = new Store({ commune: "" });
  let seen;
  store.addEventListener("portal:state", ({ detail }) => {
    seen = detail;
  });
  store.update({ commune: "92048" });
  assert.deepEqual(seen, { before: { commune: "" }, after: { commune: "92048" } });
});

test("a store says nothing when nothing changes", () => {
  const store = new Store({ layers: ["a"] });
  store.addEventListener("portal:state", () => assert.fail("nothing changed"));
  store.update({ layers: ["a"] });
});

test("a part that is written anew with the same words has not changed", () => {
  assert.equal(hasChanged({ before: { layers: ["a"] }, after: { layers: ["a"] } }, "layers"), false);
});
