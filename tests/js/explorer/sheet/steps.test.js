import assert from "node:assert/strict";
import test from "node:test";
import {
  isOfApple,
  nextChoice,
  nextPhoto,
  turned,
} from "../../../../explorer/static/explorer/sheet/steps.js";

test("after the last photo comes the first", () => assert.equal(turned(3, 1, 4), 0));
test("before the first photo comes the last", () => assert.equal(turned(0, -1, 4), 3));
test("arrows ask for the next and the previous photo", () =>
  assert.deepEqual([nextPhoto("ArrowRight", 1, 4), nextPhoto("ArrowLeft", 1, 4)], [2, 0]));
test("Home and End ask for both ends", () =>
  assert.deepEqual([nextPhoto("Home", 1, 4), nextPhoto("End", 1, 4)], [0, 3]));
test("a letter asks for nothing", () => assert.equal(nextPhoto("a", 1, 4), null));

test("from the title, an arrow leads to the first choice", () =>
  assert.equal(nextChoice("ArrowDown", -1, 3), 0));
test("choices do not turn round", () => assert.equal(nextChoice("ArrowDown", 2, 3), 2));
test("a tab leaves the choices to the browser", () => assert.equal(nextChoice("Tab", 0, 3), null));

const IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15";
const MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15";

test("phones of Apple are told from the others, a tablet that says it is a computer from a computer", () => {
  assert.ok(isOfApple({ userAgent: IPHONE, maxTouchPoints: 5 }));
  assert.ok(isOfApple({ userAgent: MAC, maxTouchPoints: 5 }));
  assert.ok(!isOfApple({ userAgent: MAC, maxTouchPoints: 0 }));
  assert.ok(!isOfApple({ userAgent: "Mozilla/5.0 (Linux; Android 15)", maxTouchPoints: 5 }));
});
