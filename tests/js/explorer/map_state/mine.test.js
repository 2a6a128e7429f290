import assert from "node:assert/strict";
import test from "node:test";
import { isMine, keepMine, mine, nearText } from "../../../../explorer/static/explorer/map_state/mine.js";

function storageOf(kept = {}) {
  return {
    getItem: (key) => kept[key] ?? null,
    setItem: (key, value) => {
      kept[key] = value;
    },
    removeItem: (key) => delete kept[key],
  };
}

test("a place is written as the address of the map does", () => {
  assert.equal(nearText([2.2700004, 48.8215]), "2.27000,48.82150");
});

test("the point where the person said to be is theirs, another one is not", () => {
  const storage = storageOf();
  keepMine(storage, [2.27, 48.8215], 19.6);
  assert.deepEqual(mine(storage), { near: "2.27000,48.82150", accuracy: 20 });
  assert.ok(isMine(storage, "2.27000,48.82150"));
  assert.ok(!isMine(storage, "2.28000,48.82150"));
});

test("nobody is anywhere before they say so, nor after something else was kept", () => {
  assert.ok(!isMine(storageOf(), ""));
  assert.equal(mine(storageOf({ "portal-me": "{" })), null);
  assert.equal(mine(storageOf({ "portal-me": '{"near": 3}' })), null);
});

test("a storage that is full keeps nothing, and says nothing wrong", () => {
  const storage = storageOf({ "portal-me": '{"near":"1.00000,2.00000","accuracy":3}' });
  storage.setItem = () => {
    throw new Error("full");
  };
  keepMine(storage, [2.27, 48.8215], 20);
  assert.equal(mine(storage), null);
});
