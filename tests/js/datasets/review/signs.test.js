import assert from "node:assert/strict";
import { test } from "node:test";

import {
  MANY,
  movesOf,
  signLayers,
  signsOf,
  sourcesOf,
} from "../../../../datasets/static/datasets/review/signs.js";

const point = (id, change, extra = {}) => ({
  type: "Feature",
  id,
  geometry: { type: "Point", coordinates: [2.2, 48.8] },
  properties: { change, ...extra },
});
const POINTS = {
  type: "FeatureCollection",
  features: [
    point(1, "added"),
    point(2, "changed"),
    point(3, "moved", { from: [2.1, 48.8] }),
    point(4, "removed"),
    point(5, "same"),
  ],
};
const PALETTE = {
  open: "#0a0",
  warn: "#a50",
  bad: "#a00",
  "ink-3": "#666",
  "t-mobility": "#00a",
  paper: "#fff",
};
const counts = (side) =>
  Object.fromEntries([...signsOf(POINTS, side)].map(([sign, list]) => [sign, list.length]));

test("the map before has what leaves and where moves begin, the map after what comes and where they end", () => {
  assert.deepEqual(counts("before"), { same: 1, changed: 1, removed: 1, origin: 1 });
  assert.deepEqual(counts("after"), { same: 1, changed: 1, moved: 1, added: 1 });
});

test("a move is a line where both sides are drawn, and only there", () => {
  assert.deepEqual(movesOf(POINTS, "both").features[0].geometry.coordinates, [
    [2.1, 48.8],
    [2.2, 48.8],
  ]);
  assert.equal(movesOf(POINTS, "after").features.length, 0);
});

test("signs of a kind are gathered when they are many, each kind by itself", () => {
  const many = Array.from({ length: MANY + 1 }, (_, id) => point(id + 10, "added"));
  const sources = sourcesOf({ ...POINTS, features: [...POINTS.features, ...many] }, "both");
  assert.equal(sources["review:added"].cluster, true);
  assert.equal(sources["review:removed"].cluster, false);
});

test("every sign of a side has its style layer, with a colour", () => {
  const sources = Object.keys(sourcesOf(POINTS, "both"));
  const layers = signLayers(sources, PALETTE);
  assert.ok(sources.every((source) => layers.some((layer) => layer.source === source)));
  const rings = layers.filter(({ type }) => type === "circle");
  assert.ok(rings.every(({ paint }) => paint["circle-stroke-color"]));
});
