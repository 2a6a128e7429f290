/** The logic of the search box: keys, what deserves a question, and waiting for the end of a word. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { stay } from "../../../../interface/static/interface/controls/controls.js";
import { debounced, isWorthAsking, moved } from "../../../../interface/static/interface/controls/listbox.js";
import { resultAfter } from "../../../../interface/static/interface/controls/result-list.js";
import { nextTab } from "../../../../interface/static/interface/controls/tabs.js";

test("arrows go through the options and back to the text", () => {
  const steps = ["ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp", "ArrowUp", "ArrowUp"];
  let active = -1;
  assert.deepEqual(
    steps.map((key) => {
      active = moved(key, active, 2);
      return active;
    }),
    [0, 1, -1, 1, 0, -1],
  );
});

test("no option is active in an empty list", () => assert.equal(moved("ArrowDown", -1, 0), -1));

test("another key moves nothing", () => assert.equal(moved("Home", 1, 3), 1));

test("only a new text that is not blank is asked", () => {
  assert.deepEqual(
    [isWorthAsking("parc", ""), isWorthAsking(" parc ", "parc"), isWorthAsking("  ", "parc")],
    [true, false, false],
  );
});

test("only the last of a burst is asked", () => {
  const pending = new Map();
  const clock = {
    setTimeout: (act) => {
      pending.set(act, act);
      return act;
    },
    clearTimeout: (act) => pending.delete(act),
  };
  const asked = [];
  const ask = debounced((text) => asked.push(text), 100, clock);
  for (const text of ["p", "pa", "parc"]) ask(text);
  for (const act of pending.values()) act();
  assert.deepEqual(asked, ["parc"]);
});

test("tabs turn around, Home and End lead to the ends", () => {
  assert.deepEqual(
    ["ArrowRight", "ArrowLeft", "Home", "End", "Enter"].map((key) => nextTab(key, 2, 3)),
    [0, 1, 0, 2, null],
  );
});

test("a failure stays until it is closed, a long message longer than a short one", () => {
  assert.equal(stay("Enregistré", "good"), 6_000);
  assert.equal(stay("Refusé", "bad"), 0);
  assert.ok(stay("x".repeat(100), "") > 6_000);
});

test("keys go from one result to another, by eight, to both ends and to another list", () => {
  assert.deepEqual(
    [
      resultAfter("ArrowDown", -1, 30),
      resultAfter("ArrowDown", 29, 30),
      resultAfter("ArrowUp", -1, 30),
      resultAfter("PageDown", -1, 30),
      resultAfter("PageDown", 25, 30),
      resultAfter("PageUp", 12, 30),
      resultAfter("Home", 12, 30),
      resultAfter("End", -1, 30),
      resultAfter("ArrowRight", -1, 30, [0, 12, 20]),
      resultAfter("ArrowRight", 4, 30, [0, 12, 20]),
      resultAfter("ArrowRight", 25, 30, [0, 12, 20]),
      resultAfter("ArrowLeft", 14, 30, [0, 12, 20]),
    ],
    [0, 29, 0, 8, 29, 4, 0, 29, 0, 12, 25, 12],
  );
});

test("other keys move nothing, and nothing moves in an empty list", () => {
  assert.deepEqual([resultAfter("a", 3, 30), resultAfter("ArrowDown", -1, 0)], [null, null]);
});
