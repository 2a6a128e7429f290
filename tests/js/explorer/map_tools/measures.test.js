import assert from "node:assert/strict";
import test from "node:test";
import {
  areaText,
  lengthText,
  metresBetween,
  metresPerPixel,
  scaleBar,
  scaleOf,
  scaleText,
  squareMetresText,
  zoomOf,
} from "../../../../explorer/static/explorer/map_tools/measures.js";

for (const [metres, text] of [
  [0, "0\u00a0m"],
  [12.34, "12,3\u00a0m"],
  [99.96, "100\u00a0m"],
  [324.4, "324\u00a0m"],
  [999.6, "1\u00a0km"],
  [1_236, "1,24\u00a0km"],
]) {
  test(`${metres} metres are read ${text}`, () => assert.equal(lengthText(metres), text));
}

for (const [squareMetres, text] of [
  [812.4, "812\u00a0m²"],
  [9_999.9, "1\u00a0ha"],
  [32_712, "3,27\u00a0ha"],
]) {
  test(`${squareMetres} square metres are read ${text}`, () => assert.equal(areaText(squareMetres), text));
}

test("square metres stay whole beside hectares", () => {
  assert.equal(squareMetresText(32_712.4), "32\u202f712\u00a0m²");
});

test("figures follow the language of the page", () => {
  assert.equal(lengthText(1_236, "en"), "1.24\u00a0km");
});

test("a pixel of zoom 0 at the equator is a 512th of the earth", () => {
  assert.ok(Math.abs(metresPerPixel(0, 0) - 78_271.517) < 0.001);
});

test("a scale and its zoom are each other's inverse", () => {
  assert.ok(Math.abs(scaleOf(zoomOf(5_000, 48.8), 48.8) - 5_000) < 1e-6);
});

test("the bar is the longest round length that fits", () => {
  assert.deepEqual(scaleBar(2.6, 100), { metres: 200, pixels: 200 / 2.6 });
});

test("a scale is written with two figures", () => {
  assert.equal(scaleText(24_871), "1\u00a0:\u00a025\u202f000");
});

test("the distance of two places is that of the ground, to a metre in a thousand", () => {
  const north = metresBetween([2.21, 48.81], [2.21, 48.811]);
  const east = metresBetween([2.21, 48.81], [2.211, 48.81]);
  assert.ok(Math.abs(north - 111.3) < 0.3, String(north));
  assert.ok(Math.abs(east - 73.3) < 0.3, String(east));
});
