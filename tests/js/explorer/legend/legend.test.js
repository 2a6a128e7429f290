import assert from "node:assert/strict";
import { test } from "node:test";
import { isOpen } from "../../../../explorer/static/explorer/legend/legend.js";

test("the legend is open on a wide screen and folded on a small one", () => {
  assert.equal(isOpen(undefined, true), true);
  assert.equal(isOpen({}, false), false);
});

test("what was chosen on a screen of the same size stands", () => {
  assert.equal(isOpen({ wide: false }, true), false);
  assert.equal(isOpen({ small: true }, false), true);
});

test("what was chosen on a wide screen says nothing of a small one", () => {
  assert.equal(isOpen({ wide: true }, false), false);
});
