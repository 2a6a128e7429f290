import assert from "node:assert/strict";
import test from "node:test";
import {
  formatCodes,
  nextColour,
  PALETTE,
  parseCodes,
} from "../../../../datasets/static/datasets/schemas/codes.js";

test("lines of a list are read as they are written", () => {
  const text = "Bon état | bon | #2b8cbe\nCassé | casse\nDisparu | #b30000";
  const codes = parseCodes(`${text}\n\n`);
  assert.deepEqual(codes[2], { label: "Disparu", code: "", colour: "#b30000" });
  assert.equal(formatCodes(codes), text);
});

test("a bar in a label cuts no line", () => {
  assert.equal(formatCodes([{ label: "a|b", code: "", colour: "" }]), "a/b");
});

test("a new value has a colour that no other has", () => {
  const codes = PALETTE.slice(0, 2).map((colour) => ({ label: "x", code: "", colour }));
  assert.equal(nextColour(codes), PALETTE[2]);
});
