import assert from "node:assert/strict";
import test from "node:test";
import { Queue } from "../../../../dashboards/static/dashboards/maps/queue.js";

/** A queue whose elements are seen when the test says so. */
function arranged(open) {
  let look;
  class Observer {
    constructor(call) {
      look = call;
    }
    observe() {}
    unobserve() {}
  }
  const queue = new Queue(open, Observer);
  return { queue, see: (target, isIntersecting = true) => look([{ target, isIntersecting }]) };
}

const turns = async () => {
  for (let turn = 0; turn < 60; turn += 1) await Promise.resolve();
};
const map = () => ({
  isClosed: false,
  close() {
    this.isClosed = true;
  },
});

test("a map that is not seen is not drawn", async () => {
  const opened = [];
  const { queue } = arranged((element) => opened.push(element));
  queue.watch(map());
  await turns();
  assert.equal(opened.length, 0);
});

test("maps are drawn one after the other", async () => {
  const opened = [];
  let finish;
  const first = new Promise((resolve) => {
    finish = resolve;
  });
  const { see } = arranged((element) => {
    opened.push(element);
    return first;
  });
  see(map());
  see(map());
  await turns();
  const before = opened.length;
  finish();
  await turns();
  assert.deepEqual([before, opened.length], [1, 2]);
});

test("a map that left the screen before its turn is not drawn", async () => {
  const opened = [];
  const { see } = arranged((element) => opened.push(element));
  const one = map();
  see(one);
  see(one, false);
  await turns();
  assert.equal(opened.length, 0);
});

test("beyond eight maps the first that is out of sight makes room", async () => {
  const { see } = arranged(() => {});
  const maps = Array.from({ length: 9 }, map);
  for (const one of maps.slice(0, 8)) see(one);
  await turns();
  see(maps[2], false);
  see(maps[8]);
  await turns();
  assert.deepEqual(
    maps.filter(({ isClosed }) => isClosed),
    [maps[2]],
  );
});

test("maps in sight are never taken away", async () => {
  const { see } = arranged(() => {});
  const maps = Array.from({ length: 12 }, map);
  for (const one of maps) see(one);
  await turns();
  assert.ok(maps.every(({ isClosed }) => !isClosed));
});

test("a map that made room is drawn again when it is seen again", async () => {
  let count = 0;
  const { see } = arranged(() => (count += 1));
  const maps = Array.from({ length: 9 }, map);
  for (const one of maps.slice(0, 8)) see(one);
  await turns();
  see(maps[0], false);
  see(maps[8]);
  await turns();
  see(maps[0]);
  await turns();
  assert.equal(count, 10);
});
