import assert from "node:assert/strict";
import test from "node:test";
import { isOfApple } from "../../../../explorer/static/explorer/sheet/actions.js";

const IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15";
const MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15";

test("phones of Apple are told from the others, a tablet that says it is a computer from a computer", () => {
  assert.ok(isOfApple({ userAgent: IPHONE, maxTouchPoints: 5 }));
  assert.ok(isOfApple({ userAgent: MAC, maxTouchPoints: 5 }));
  assert.ok(!isOfApple({ userAgent: MAC, maxTouchPoints: 0 }));
  assert.ok(!isOfApple({ userAgent: "Mozilla/5.0 (Linux; Android 15)", maxTouchPoints: 5 }));
});
