import assert from "node:assert/strict";
import { test } from "node:test";

import { guarded } from "../../../interface/static/interface/storage.js";

const blocked = () => {
  throw new DOMException("The operation is insecure.", "SecurityError");
};

class Full {
  #values = new Map([["before", "1"]]);

  getItem(key) {
    return this.#values.get(key) ?? null;
  }

  setItem() {
    throw new DOMException("No room.", "QuotaExceededError");
  }

  removeItem(key) {
    this.#values.delete(key);
  }
}

test("a blocked storage keeps what is written for the page", () => {
  const storage = guarded(blocked);
  assert.equal(storage.getItem("map"), null);
  storage.setItem("map", "?couches=arbres");
  assert.equal(storage.getItem("map"), "?couches=arbres");
  storage.removeItem("map");
  assert.equal(storage.getItem("map"), null);
});

test("a full storage is read, and what it refuses is kept for the page", () => {
  const full = new Full();
  const storage = guarded(() => full);
  storage.setItem("before", "2");
  assert.equal(storage.getItem("before"), "2");
  storage.removeItem("before");
  assert.equal(storage.getItem("before"), null);
});
