import assert from "node:assert/strict";
import test from "node:test";
import { locate } from "../../../../explorer/static/explorer/nearby/geolocation.js";

const refusing = (code) => ({ getCurrentPosition: (_found, failed) => failed({ code }) });
const coords = { longitude: 2.27, latitude: 48.8215, accuracy: 20 };

test("a position is a place and how sure it is", async () => {
  const geolocation = { getCurrentPosition: (found) => found({ coords }) };
  assert.deepEqual(await locate(geolocation, true), { point: [2.27, 48.8215], accuracy: 20 });
});

for (const [code, fault] of [
  [1, "refused"],
  [2, "unknown"],
  [3, "late"],
])
  test(`a position that is ${fault} says so`, async () => {
    assert.deepEqual(await locate(refusing(code), true), { fault });
  });

test("without a geolocation or a secure page, no position is known", async () => {
  assert.deepEqual(await locate(null, true), { fault: "unknown" });
  assert.deepEqual(await locate(refusing(1), false), { fault: "unknown" });
});
