import assert from "node:assert/strict";
import test from "node:test";
import { changeColours, endsOfMoves } from "../../../datasets/static/datasets/changes.js";
import { documentLayers } from "../../../interface/static/interface/map/documents.js";

test("rows that come, change and leave have their own colours", () => {
  const palette = { ok: "green", warn: "orange", bad: "red", brand: "blue" };
  const points = documentLayers("features", changeColours(palette), palette).find(
    ({ id }) => id === "features:point",
  );
  assert.deepEqual(points.paint["circle-color"].slice(2), [
    "added",
    "green",
    "changed",
    "orange",
    "removed",
    "red",
    "blue",
  ]);
});

test("a row that moves is a ring where it was and an arrow where it goes", () => {
  const line = (coordinates) => ({
    properties: { change: "changed", move: true },
    geometry: { type: "LineString", coordinates },
  });
  const still = { properties: { change: "added" }, geometry: { type: "Point", coordinates: [2, 48] } };
  const east = [
    [2.2, 48.8],
    [2.3, 48.8],
  ];
  const south = [
    [2.2, 48.8],
    [2.2, 48.7],
  ];
  const { features } = endsOfMoves({ features: [line(east), still, line(south)] });
  assert.deepEqual(
    features.map(({ geometry, properties }) => [...geometry.coordinates, properties.end]),
    [
      [2.2, 48.8, "start"],
      [2.3, 48.8, "arrow"],
      [2.2, 48.8, "start"],
      [2.2, 48.7, "arrow"],
    ],
  );
  assert.deepEqual(
    features.filter(({ properties }) => properties.end === "arrow").map((end) => end.properties.bearing),
    [90, 180],
  );
});
