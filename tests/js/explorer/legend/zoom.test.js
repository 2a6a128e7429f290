import assert from "node:assert/strict";
import test from "node:test";
import { showZoom } from "../../../../explorer/static/explorer/legend/zoom.js";

const symbol = (zooms) => ({ dataset: { zooms }, hidden: true });
const shownAt = (zoom) => {
  const symbols = ["0 11.5", "11.5 13", "13 24"].map(symbol);
  showZoom({ querySelectorAll: () => symbols }, zoom);
  return symbols.filter(({ hidden }) => !hidden).map(({ dataset }) => dataset.zooms);
};

test("a legend shows the symbol of the zoom, whose low end it holds", () => {
  assert.deepEqual([8, 11.5, 12.99, 13, 20].map(shownAt), [
    ["0 11.5"],
    ["11.5 13"],
    ["11.5 13"],
    ["13 24"],
    ["13 24"],
  ]);
});
