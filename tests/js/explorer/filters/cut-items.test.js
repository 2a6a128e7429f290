import assert from "node:assert/strict";
import test from "node:test";
import { cutItems } from "../../../../explorer/static/explorer/filters/cut-items.js";

test("chips that are cut by an edge of their line are told apart with those beyond it", () => {
  const line = { left: 0, right: 100 };
  const items = [
    { left: 0, right: 40 },
    { left: 48, right: 110 },
    { left: 118, right: 160 },
  ];
  assert.deepEqual(cutItems(items, line), [false, true, true]);
});
