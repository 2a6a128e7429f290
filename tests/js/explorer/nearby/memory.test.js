import assert from "node:assert/strict";
import test from "node:test";
import { habit, keepSubject } from "../../../../explorer/static/explorer/nearby/memory.js";

function storage() {
  const held = new Map();
  return { getItem: (key) => held.get(key) ?? null, setItem: (key, value) => held.set(key, value) };
}
const state = { sujet: "", own: {}, layers: ["arbres", "jeux"] };

test("what was last looked for is looked for again, by the same person alone", () => {
  const kept = storage();
  keepSubject(kept, "7", "jeux");
  assert.equal(habit(kept, "7", state), "jeux");
  assert.equal(habit(kept, "", state), "");
});

test("what is on the screen comes before a habit", () => {
  const kept = storage();
  keepSubject(kept, "7", "jeux");
  assert.equal(habit(kept, "7", { ...state, sujet: "arbres" }), "");
  assert.equal(habit(kept, "7", { ...state, own: { "arbres.genre": ["Acer"] } }), "");
  assert.equal(habit(kept, "7", { ...state, layers: ["arbres"] }), "");
});
