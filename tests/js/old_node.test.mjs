// The scripts are tested on Node 18 too, by what stands in there for what it lacks.
import assert from "node:assert/strict";
import test from "node:test";

const numbers = [3, 1, 2];
const OWNERS = new Map([
  ["toSorted", Array.prototype],
  ["toSpliced", Array.prototype],
  ["File", globalThis],
  ["CustomEvent", globalThis],
]);

async function withoutThem(check) {
  const own = [...OWNERS].map(([name, owner]) => [owner, name, Object.getOwnPropertyDescriptor(owner, name)]);
  for (const [owner, name] of own) {
    delete owner[name];
  }
  try {
    await import(`./old_node.mjs?${Math.random()}`);
    await check();
  } finally {
    for (const [owner, name, descriptor] of own) {
      Object.defineProperty(owner, name, descriptor);
    }
  }
}

test("arrays are changed by copy", () =>
  withoutThem(() => {
    assert.deepEqual(numbers.toSorted(), [1, 2, 3]);
    assert.deepEqual(
      numbers.toSorted((one, other) => other - one),
      [3, 2, 1],
    );
    assert.deepEqual(numbers.toSpliced(1, 1), [3, 2]);
    assert.deepEqual(numbers.toSpliced(0, 0, 5, 6), [5, 6, 3, 1, 2]);
    assert.deepEqual(numbers, [3, 1, 2]);
  }));

test("an event carries its detail", () =>
  withoutThem(() => {
    const event = new CustomEvent("portal:test", { detail: { count: 1 }, bubbles: true });
    assert.deepEqual([event.type, event.detail, event.bubbles], ["portal:test", { count: 1 }, true]);
    assert.equal(new CustomEvent("portal:test").detail, null);
  }));

test("a file has a name and bytes", () =>
  withoutThem(async () => {
    const file = new File(["abc"], "a.txt");
    assert.deepEqual([file.name, file.size, await file.text()], ["a.txt", 3, "abc"]);
  }));

test("what a newer Node has is left to it", async () => {
  const own = [...OWNERS].map(([name, owner]) => owner[name]);
  await import(`./old_node.mjs?${Math.random()}`);
  assert.deepEqual(
    own,
    [...OWNERS].map(([name, owner]) => owner[name]),
  );
});
