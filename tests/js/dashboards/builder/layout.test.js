import assert from "node:assert/strict";
import { test } from "node:test";
import {
  dropRank,
  placed,
  rowNeighbour,
  sizeAt,
  stepped,
} from "../../../../dashboards/static/dashboards/builder/layout.js";

const panel = (id, width, height = 2) => ({ id, width, height });
const panels = [panel("a", 7, 4), panel("b", 5, 2), panel("c", 12), panel("d", 6), panel("e", 6)];
const document = {
  sections: [
    { id: "s", title: "", panels },
    { include: "velos" },
    { id: "t", title: "", panels: [panel("f", 4)] },
  ],
};

test("panels are placed in order, a row begun when one does not fit", () => {
  assert.deepEqual(
    placed(panels).map(({ id, column, row }) => `${id}${column},${row}`),
    ["a0,0", "b7,0", "c0,4", "d0,6", "e6,6"],
  );
});

test("left and right are one rank", () => {
  assert.deepEqual(stepped(document, { section: 0, rank: 1 }, "left"), { section: 0, rank: 0 });
  assert.deepEqual(stepped(document, { section: 0, rank: 1 }, "right"), { section: 0, rank: 3 });
});

test("up and down are a row: before the panel over, after the panel under", () => {
  assert.deepEqual(stepped(document, { section: 0, rank: 4 }, "up"), { section: 0, rank: 2 });
  assert.deepEqual(stepped(document, { section: 0, rank: 0 }, "down"), { section: 0, rank: 3 });
});

test("past the last row is the next section that is not an include", () => {
  assert.deepEqual(stepped(document, { section: 0, rank: 4 }, "down"), { section: 2, rank: 0 });
  assert.deepEqual(stepped(document, { section: 2, rank: 0 }, "left"), { section: 0, rank: 5 });
});

test("nothing stands before the first panel", () => {
  assert.equal(stepped(document, { section: 0, rank: 0 }, "up"), null);
});

test("the neighbour of another row is the one that stands most over it", () => {
  assert.equal(rowNeighbour(panels, 2, true), 0);
  assert.equal(rowNeighbour(panels, 2, false), 3);
});

const rectangles = [
  { left: 0, right: 100, top: 0, bottom: 50 },
  { left: 110, right: 210, top: 0, bottom: 50 },
  { left: 0, right: 210, top: 60, bottom: 110 },
];

test("a panel goes before or after the one under the pointer, by its half", () => {
  assert.deepEqual(dropRank({ x: 20, y: 20 }, rectangles), { rank: 0, side: "before" });
  assert.deepEqual(dropRank({ x: 190, y: 20 }, rectangles), { rank: 1, side: "after" });
});

test("below everything is after, or before, the nearest of the last row", () => {
  assert.deepEqual(dropRank({ x: 150, y: 400 }, rectangles), { rank: 2, side: "after" });
});

test("an empty section takes a panel at its beginning", () => {
  assert.deepEqual(dropRank({ x: 0, y: 0 }, []), { rank: 0, side: "none" });
});

test("a size snaps to whole columns and rows, and stays on the grid", () => {
  const unit = { column: 60, row: 90 };
  assert.deepEqual(sizeAt({ x: 310, y: 100 }, { left: 0, top: 0 }, unit, "xy"), { width: 5, height: 1 });
  assert.deepEqual(sizeAt({ x: 9_999, y: -5 }, { left: 0, top: 0 }, unit, "x"), { width: 12 });
});
