import assert from "node:assert/strict";
import test from "node:test";
import { coverOf, layersAround, showBackdrop } from "../../../../interface/static/interface/map/backdrop.js";
import {
  backdropNames,
  backdropShapes,
  waterOver,
} from "../../../../interface/static/interface/map/backdrop-style.js";

const PALETTE = new Proxy({}, { get: (_all, name) => `--${String(name)}` });
const idsOf = (config) => layersAround(config, PALETTE).map(({ id }) => id);
const WITH = { backdrop: "/tiles/fonds/portail.geojson" };
const isBackdrop = (id) => id.startsWith("backdrop:");

test("shapes of the backdrop lie between the surface of the communes and their limits", () => {
  const ids = idsOf(WITH);
  const shapes = backdropShapes(PALETTE).map(({ id }) => id);
  assert.deepEqual(ids.slice(ids.indexOf("ground") + 1, ids.indexOf("limits")), shapes);
});

test("names of the backdrop lie under the veil, where data come: those of data are placed before them", () => {
  const ids = idsOf(WITH);
  const names = backdropNames(PALETTE).map(({ id }) => id);
  assert.deepEqual(ids.slice(ids.indexOf("limits") + 1, ids.indexOf("veil")), names);
});

test("names of the backdrop leave others their room", () => {
  for (const { layout } of backdropNames(PALETTE)) {
    assert.equal(layout["text-allow-overlap"], undefined);
    assert.equal(layout["text-ignore-placement"], undefined);
  }
});

test("a map without backdrop has none of its layers", () => {
  assert.deepEqual(idsOf({ backdrop: "" }).filter(isBackdrop), []);
});

test("every style layer of the backdrop has an id of its own", () => {
  const ids = idsOf(WITH);
  assert.equal(new Set(ids).size, ids.length);
});

test("lines that a street would show wrong fade before a street fills the map", () => {
  const lines = backdropShapes(PALETTE).filter(({ type, maxzoom }) => type === "line" && maxzoom > 12);
  assert.ok(lines.length > 0);
  for (const { paint } of lines) assert.deepEqual(paint["line-opacity"].slice(-2), [17, 0]);
});

test("surfaces of a page lie under the names of the backdrop, its features over them", () => {
  assert.equal(coverOf({ isGround: true }, WITH), "backdrop:along");
  assert.equal(coverOf({ isGround: true }, { backdrop: "" }), "veil");
  assert.equal(coverOf({}, WITH), "veil");
  assert.equal(coverOf({ isAbove: true }, WITH), undefined);
});

test("the river is drawn again over a choropleth, where there is a backdrop", () => {
  assert.deepEqual(
    waterOver("panel:water", WITH, PALETTE).map(({ id, type }) => [id, type]),
    [["panel:water", "fill"]],
  );
  assert.deepEqual(waterOver("panel:water", { backdrop: "" }, PALETTE), []);
});

test("a basemap hides the backdrop, names included, and nothing else", () => {
  const ids = idsOf(WITH);
  const hidden = [];
  const map = {
    getLayersOrder: () => ids,
    setLayoutProperty: (id, _name, value) => value === "none" && hidden.push(id),
  };
  showBackdrop(map, false);
  assert.deepEqual(hidden, ids.filter(isBackdrop));
});
