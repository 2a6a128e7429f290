import assert from "node:assert/strict";
import { test } from "node:test";
import { Previews } from "../../../../dashboards/static/dashboards/builder/previews.js";

/** Previews whose answers the test gives: `answer(body)` resolves the request for it. */
function bench(isSeen = () => true) {
  const asked = [];
  const waiting = new Map();
  const ask = (body, signal) => {
    asked.push(body);
    return new Promise((resolve, reject) => {
      waiting.set(body, resolve);
      signal.addEventListener("abort", () => reject(new Error("aborted")));
    });
  };
  const previews = new Previews(ask, isSeen);
  const shown = [];
  const want = (name, body = name) =>
    previews.want(name, body, { show: (html) => shown.push(html), fail: () => shown.push("failed") });
  const answer = async (body) => {
    waiting.get(body)(`<${body}>`);
    await settle();
  };
  return { previews, want, answer, asked, shown };
}
const settle = () => new Promise((done) => setImmediate(done));

test("four are asked at a time, the others as answers come", async () => {
  const { want, answer, asked } = bench();
  for (const name of "abcdef") want(name);
  await settle();
  assert.deepEqual(asked, ["a", "b", "c", "d"]);
  await answer("b");
  assert.equal(asked.at(-1), "e");
});

test("what is on the screen is asked first", async () => {
  const { want, asked } = bench((name) => name === "z");
  for (const name of "abcdz") want(name);
  await settle();
  assert.equal(asked[0], "z");
});

test("what is stale is aborted and never shown", async () => {
  const { want, answer, shown } = bench();
  want("a", "old");
  await settle();
  want("a", "new");
  await settle();
  await answer("old");
  await answer("new");
  assert.deepEqual(shown, ["<new>"]);
});

test("what was read is remembered, so that undoing asks nothing", async () => {
  const { want, answer, asked, shown } = bench();
  want("a", "one");
  await settle();
  await answer("one");
  want("a", "one");
  await settle();
  assert.deepEqual([asked, shown], [["one"], ["<one>", "<one>"]]);
});

test("a panel that is gone is asked no more", async () => {
  const { previews, want, asked } = bench();
  want("a");
  previews.drop("a");
  await settle();
  assert.deepEqual(asked, []);
});
