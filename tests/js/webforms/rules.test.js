/** Conditions of forms, by the cases that the server's evaluator answers too; what they hide on the page. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { answerOf, hiddenBy } from "../../../webforms/static/webforms/filling/answers.js";
import { drawnShape, readPosition, verticesOf } from "../../../webforms/static/webforms/filling/positions.js";
import { holds } from "../../../webforms/static/webforms/filling/rules.js";

const cases = JSON.parse(readFileSync(new URL("../../cases/form_rules.json", import.meta.url), "utf8"));

test("every shared case holds as it says", () => {
  const wrong = cases.filter(
    ({ condition, answers, holds: expected }) => holds(condition, answers) !== expected,
  );
  assert.deepEqual(
    wrong.map(({ rule }) => rule),
    [],
  );
});

test("what is typed is read as the server reads it", () => {
  const read = [
    ["integer", ["1 200"]],
    ["number", ["2,5"]],
    ["number", ["deux"]],
    ["boolean", ["non"]],
    ["choices", ["a", ""]],
    ["text", ["  "]],
    ["photo", ["a.jpg"]],
  ].map(([kind, texts]) => answerOf(kind, texts));
  assert.deepEqual(read, [1200, 2.5, null, false, ["a"], null, 1]);
});

test("the answer of a hidden question is missing for those that follow", () => {
  const equals = (field, value) => ({ field, op: "=", value });
  const rules = {
    sections: [
      { number: 1, relation: "", condition: null },
      { number: 2, relation: "", condition: equals("b", "y") },
    ],
    items: [
      { name: "a", kind: "text", section: 1, condition: null },
      { name: "b", kind: "text", section: 1, condition: equals("a", "x") },
      { name: "c", kind: "text", section: 2, condition: null },
    ],
  };
  const typed = { a: "other", b: "y", c: "z" };
  const hidden = hiddenBy(rules, ({ name }) => typed[name]);
  assert.deepEqual([...hidden.items], ["b", "c"]);
  assert.deepEqual([...hidden.sections], [2]);
});

test("a position is read latitude first, whatever the decimal mark", () => {
  assert.deepEqual(readPosition("48,81; 2.23"), [2.23, 48.81]);
  assert.equal(readPosition("148.81, 2.23"), null);
  assert.equal(readPosition("rue du Moulin"), null);
});

test("a drawing goes on from what the input holds", () => {
  const shape = drawnShape("surface", [
    [1, 2],
    [3, 4],
    [5, 1],
  ]);
  assert.deepEqual(verticesOf("surface", JSON.stringify(shape)), [
    [1, 2],
    [3, 4],
    [5, 1],
  ]);
  assert.equal(drawnShape("line", [[1, 2]]), null);
});
