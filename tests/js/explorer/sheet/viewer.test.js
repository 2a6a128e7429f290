import assert from "node:assert/strict";
import test from "node:test";
import { nextChoice } from "../../../../explorer/static/explorer/sheet/choices.js";
import { askedBy, turned } from "../../../../explorer/static/explorer/sheet/viewer.js";

test("after the last photo comes the first", () => assert.equal(turned(3, 1, 4), 0));
test("before the first photo comes the last", () => assert.equal(turned(0, -1, 4), 3));
test("arrows ask for the next and the previous photo", () =>
  assert.deepEqual(["ArrowRight", "ArrowLeft"].map(askedBy), [1, -1]));
test("Home and End ask for both ends", () =>
  assert.deepEqual(["Home", "End"].map(askedBy), ["first", "last"]));
test("a letter asks for nothing", () => assert.equal(askedBy("a"), null));

test("from the title, an arrow leads to the first choice", () =>
  assert.equal(nextChoice("ArrowDown", -1, 3), 0));
test("choices do not turn round", () => assert.equal(nextChoice("ArrowDown", 2, 3), 2));
test("a tab leaves the choices to the browser", () => assert.equal(nextChoice("Tab", 0, 3), null));
