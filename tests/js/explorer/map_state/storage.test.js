import assert from "node:assert/strict";
import test from "node:test";
import {
  isUserLocation,
  restoreAddress,
  storeAddress,
  storeSubject,
  storeUserLocation,
  userLocation,
  usualSubject,
} from "../../../../explorer/static/explorer/map_state/storage.js";

function storageOf(kept = {}) {
  return {
    getItem: (key) => kept[key] ?? null,
    setItem: (key, value) => {
      kept[key] = value;
    },
    removeItem: (key) => delete kept[key],
  };
}

test("the point where the person said to be is theirs, another one is not", () => {
  const storage = storageOf();
  storeUserLocation(storage, [2.27, 48.8215], 19.6);
  assert.deepEqual(userLocation(storage), { near: "2.27000,48.82150", accuracy: 20 });
  assert.ok(isUserLocation(storage, "2.27000,48.82150"));
  assert.ok(!isUserLocation(storage, "2.28000,48.82150"));
});

test("nobody is anywhere before they say so, nor after something else was kept", () => {
  assert.ok(!isUserLocation(storageOf(), ""));
  assert.equal(userLocation(storageOf({ "portal-me": "{" })), null);
  assert.equal(userLocation(storageOf({ "portal-me": '{"near": 3}' })), null);
});

test("a storage that is full keeps nothing, and says nothing wrong", () => {
  const storage = storageOf({ "portal-me": '{"near":"1.00000,2.00000","accuracy":3}' });
  storage.setItem = () => {
    throw new Error("full");
  };
  storeUserLocation(storage, [2.27, 48.8215], 20);
  assert.equal(userLocation(storage), null);
});

test("what one person looked at is never shown to another", () => {
  const storage = storageOf();
  storeAddress(storage, "7", "?couches=a");
  assert.equal(restoreAddress(storage, ""), "");
  assert.equal(restoreAddress(storage, "7"), "");
});

test("who comes back finds the last view", () => {
  const storage = storageOf();
  storeAddress(storage, "7", "?couches=a#12.00/48.80000/2.20000");
  assert.equal(restoreAddress(storage, "7"), "?couches=a#12.00/48.80000/2.20000");
});

test("a memory that cannot be read is forgotten", () => {
  const storage = storageOf();
  storage.setItem("portal-map", "{");
  assert.equal(restoreAddress(storage, ""), "");
});

const STATE = { sujet: "", own: {}, feature: null };
const OFFERED = ["arbres", "jeux"];

test("what was last looked for is looked for again, by the same person alone", () => {
  const storage = storageOf();
  storeSubject(storage, "7", "jeux");
  assert.equal(usualSubject(storage, "7", STATE, OFFERED), "jeux");
  assert.equal(usualSubject(storage, "", STATE, OFFERED), "");
});

test("what is on the screen comes before a habit", () => {
  const storage = storageOf();
  storeSubject(storage, "7", "jeux");
  assert.equal(usualSubject(storage, "7", { ...STATE, sujet: "arbres" }, OFFERED), "");
  assert.equal(usualSubject(storage, "7", { ...STATE, own: { "arbres.genre": ["Acer"] } }, OFFERED), "");
  assert.equal(usualSubject(storage, "7", STATE, ["arbres"]), "");
});

test("around the sheet that is open, its layer is looked for before a habit", () => {
  const storage = storageOf();
  storeSubject(storage, "7", "jeux");
  const state = { ...STATE, feature: { layer: "bornes", id: "12" } };
  assert.equal(usualSubject(storage, "7", state, OFFERED), "bornes");
  assert.equal(usualSubject(storage, "7", { ...state, sujet: "arbres" }, OFFERED), "");
});
