import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as later } from "node:timers/promises";
import { Queue } from "../../../../dashboards/static/dashboards/reading/queue.js";

/** A queue of two, with what was begun and how to end each. */
function queueOfTwo() {
  const begun = [];
  const end = {};
  const act = (item) =>
    new Promise((resolve, reject) => {
      begun.push(item);
      end[item] = { resolve, reject };
    });
  return { begun, end, queue: new Queue(2, act) };
}

test("two are under way at once, the others come in the order asked", async () => {
  const { begun, end, queue } = queueOfTwo();
  for (const name of ["a", "b", "c", "d"]) queue.ask(name, name);
  assert.deepEqual(begun, ["a", "b"]);
  end.b.resolve();
  await later();
  assert.deepEqual(begun, ["a", "b", "c"]);
  end.a.resolve();
  end.c.resolve();
  await later();
  assert.deepEqual(begun, ["a", "b", "c", "d"]);
});

test("what is asked again before its turn is done once, as it was asked last", async () => {
  const { begun, end, queue } = queueOfTwo();
  queue.ask("a", "a");
  queue.ask("b", "b");
  queue.ask("c", "c of before");
  queue.ask("c", "c");
  end.a.resolve();
  await later();
  assert.deepEqual(begun, ["a", "b", "c"]);
});

test("what is asked again while it is under way takes its own place, whatever becomes of the first", async () => {
  const { begun, end, queue } = queueOfTwo();
  queue.ask("a", "a of before");
  queue.ask("b", "b");
  queue.ask("c", "c");
  queue.ask("a", "a");
  assert.deepEqual(begun, ["a of before", "b", "a"]);
  end["a of before"].resolve();
  await later();
  assert.deepEqual(begun, ["a of before", "b", "a"]);
  end.a.resolve();
  await later();
  assert.deepEqual(begun, ["a of before", "b", "a", "c"]);
});

test("what fails gives its place up, and is said to developers", async (context) => {
  const warned = context.mock.method(console, "warn", () => {});
  const begun = [];
  const queue = new Queue(1, async (item) => {
    begun.push(item);
    await later();
    if (item === "a") throw new Error("refused");
  });
  queue.ask("a", "a");
  queue.ask("b", "b");
  await later();
  await later();
  assert.deepEqual(begun, ["a", "b"]);
  assert.equal(warned.mock.callCount(), 1);
});
