import assert from "node:assert/strict";
import test from "node:test";
import {
  hideSwitchedOff,
  isOpen,
  showZoom,
  stepAt,
} from "../../../../explorer/static/explorer/legend/legend.js";

test("the legend is open on a wide screen and folded on a small one", () => {
  assert.equal(isOpen(undefined, true), true);
  assert.equal(isOpen({}, false), false);
});

test("what was chosen on a screen of the same size stands", () => {
  assert.equal(isOpen({ wide: false }, true), false);
  assert.equal(isOpen({ small: true }, false), true);
});

test("what was chosen on a wide screen says nothing of a small one", () => {
  assert.equal(isOpen({ wide: true }, false), false);
});

const symbol = (zooms) => ({ dataset: { zooms }, hidden: true });
const shownAt = (zoom) => {
  const symbols = ["0 11.5", "11.5 13", "13 24"].map(symbol);
  showZoom({ querySelectorAll: (selector) => (selector === "[data-zooms]" ? symbols : []) }, zoom);
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

test("a symbol of the sheet of the page is that of the zoom, faint where the map does not draw it", () => {
  const steps = "0 i1 undrawn,11.5 i2,13 i3";
  assert.deepEqual(
    [8, 11.5, 20].map((zoom) => stepAt(steps, zoom)),
    [
      { name: "#i1", isDrawn: false },
      { name: "#i2", isDrawn: true },
      { name: "#i3", isDrawn: true },
    ],
  );
});

test("the legend says nothing of a layer that was switched off, and again of one that is on", () => {
  const entries = ["trees", "zones"].map((ofLayer) => ({
    dataset: { ofLayer },
    hidden: ofLayer === "zones",
  }));
  hideSwitchedOff({ querySelectorAll: () => entries }, ["zones"]);
  assert.deepEqual(
    entries.map(({ hidden }) => hidden),
    [true, false],
  );
});
