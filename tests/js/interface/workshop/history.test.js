import assert from "node:assert/strict";
import { test } from "node:test";
import { History } from "../../../../interface/static/interface/workshop/history.js";

const [one, two, three] = [{ n: 1 }, { n: 2 }, { n: 3 }];

test("a step is undone and done again under its name", () => {
  const history = new History(one);
  history.push(two, "élargir");
  assert.equal(history.undoes, "élargir");
  assert.equal(history.undo(), "élargir");
  assert.equal(history.document, one);
  assert.equal(history.redoes, "élargir");
  history.redo();
  assert.equal(history.document, two);
});

test("a new step forgets what was undone", () => {
  const history = new History(one);
  history.push(two, "a");
  history.undo();
  history.push(three, "b");
  assert.equal(history.redoes, "");
});

test("what changes nothing is no step", () => {
  const history = new History(one);
  assert.equal(history.push(one, "rien"), false);
  assert.equal(history.undoes, "");
});

test("letters typed one after the other are one step, and a pause begins another", () => {
  const history = new History(one);
  history.push(two, "titre", { onto: "titre", at: 0 });
  history.push(three, "titre", { onto: "titre", at: 900 });
  history.push({ n: 4 }, "titre", { onto: "titre", at: 9_000 });
  history.undo();
  assert.equal(history.document, three);
  history.undo();
  assert.equal(history.document, one);
});

test("nothing to undo is said by an empty name", () => {
  assert.equal(new History(one).undo(), "");
});
