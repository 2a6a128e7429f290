/** What names make room for: rectangles in squares, and the edges of the map. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { edgesOf, squaresOf } from "../../../../explorer/static/explorer/map/covers.js";

const SIDE = 16;

test("a rectangle is covered from end to end, and nothing around it", () => {
  const box = { left: 20, top: 100, right: 270, bottom: 148 };
  const squares = squaresOf(box).map(({ x, y, scale }) => [x, y, (scale * SIDE) / 2]);
  assert.equal(Math.min(...squares.map(([x, , half]) => x - half)), box.left);
  assert.equal(Math.max(...squares.map(([x, , half]) => x + half)), box.right);
  assert.ok(squares.every(([, y, half]) => y - half === box.top && y + half === box.bottom));
  const starts = squares.map(([x, , half]) => x - half);
  assert.ok(starts.slice(1).every((start, index) => start <= starts[index] + 48));
});

test("a square is one, and what has no size is none", () => {
  assert.equal(squaresOf({ left: 0, top: 0, right: 48, bottom: 48 }).length, 1);
  assert.deepEqual(squaresOf({ left: 5, top: 0, right: 5, bottom: 48 }), []);
});

test("the edges of a map are followed all around, from inside", () => {
  const blocks = edgesOf(375, 812);
  assert.ok(blocks.every(({ x, y }) => x > 0 && x < 375 && y > 0 && y < 812));
  const right = blocks.filter(({ x }) => x === 374).map(({ y }) => y);
  const gaps = right.slice(1).map((y, index) => y - right[index]);
  assert.ok(Math.max(...gaps) <= 64);
  assert.ok(Math.min(...right) <= 32 && Math.max(...right) >= 812 - 32);
});
