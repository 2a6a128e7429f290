import assert from "node:assert/strict";
import test from "node:test";
import { isLost, paddingOf, reactionTo, readBox } from "../../../../explorer/static/explorer/map/framing.js";

const box = (left, top, right, bottom) => ({ left, top, right, bottom });
const map = box(400, 60, 1440, 848);

test("an open map keeps a margin at each edge", () => {
  assert.deepEqual(paddingOf(map, []), { top: 40, right: 40, bottom: 40, left: 40 });
});

test("chips, legend and tools each take from the edge that they stand at", () => {
  const covers = [box(416, 76, 1200, 124), box(416, 340, 688, 800), box(1380, 480, 1424, 800)];
  assert.deepEqual(paddingOf(map, covers), { top: 80, right: 76, bottom: 40, left: 304 });
});

test("a sheet over a phone leaves a third of the map to what is framed", () => {
  const phone = box(0, 60, 375, 812);
  const { top, bottom } = paddingOf(phone, [box(0, 300, 375, 812), box(16, 76, 359, 260)]);
  assert.ok(Math.abs(top + bottom - (752 * 2) / 3) < 1e-6);
});

const SIZE = { width: 800, height: 600, window: "1440 900" };

test("a table that makes the map lower keeps in view what was seen", () => {
  assert.equal(reactionTo(SIZE, { ...SIZE, height: 300 }), "keep");
});

test("a window that changes, and a sheet beside the map, leave it to the map", () => {
  assert.equal(reactionTo(SIZE, { ...SIZE, height: 300, window: "1440 600" }), "follow");
  assert.equal(reactionTo(SIZE, { ...SIZE, width: 400 }), "follow");
});

test("a box is read from four numbers of degrees, or not at all", () => {
  assert.deepEqual(readBox("2.1,48.8,2.2,48.9"), [2.1, 48.8, 2.2, 48.9]);
  for (const text of ["", undefined, "2.1,48.8,2.2", "2.1,48.8,2.2,nord"]) assert.equal(readBox(text), null);
});

test("answers out of the view, or too small in it to be told apart, are framed; others leave the map where it is", () => {
  const seen = [2, 48, 3, 49];
  assert.equal(isLost([2.2, 48.2, 2.6, 48.6], seen), false);
  assert.equal(isLost([2.2, 48.2, 3.1, 48.6], seen), true);
  assert.equal(isLost([2.2, 48.2, 2.21, 48.21], seen), true);
});
