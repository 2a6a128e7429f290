import assert from "node:assert/strict";
import test from "node:test";
import { partsOf } from "../../../../interface/static/interface/map/images.js";

test("the name of a pie says its parts, one after another", () => {
  assert.deepEqual(partsOf("pie #ff0000 3 #00ff00 9 #0000ff 0"), [
    { colour: "#ff0000", from: 0, to: 0.25 },
    { colour: "#00ff00", from: 0.25, to: 1 },
  ]);
});

test("parts that are not known leave a pie whole", () => {
  assert.equal(partsOf("pie #ff0000 3 #00ff00 1").at(-1).to, 1);
});
