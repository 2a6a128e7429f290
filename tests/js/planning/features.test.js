import assert from "node:assert/strict";
import { test } from "node:test";
import { featureOf, namesOf } from "../../../planning/static/planning/features.js";

test("a row names a layer and an id", () => {
  assert.deepEqual(featureOf("plui-zones/12"), { layer: "plui-zones", id: 12 });
});

test("another text names nothing", () => {
  for (const text of [undefined, "", "plui-zones", "plui-zones/", "a b/1", "x/1/2"])
    assert.equal(featureOf(text), null);
});

test("what the tiles gather has no row", () => {
  assert.deepEqual([...namesOf([{ layer: "a", id: 1 }, { layer: "b" }])], ["a/1"]);
});
