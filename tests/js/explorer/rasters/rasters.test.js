import assert from "node:assert/strict";
import test from "node:test";
import {
  rasterWords,
  valuesQuery,
  withRendering,
} from "../../../../explorer/static/explorer/rasters/rasters.js";

test("the rasters that are on are asked at a place, and in a feature", () => {
  const asked = valuesQuery(["canopy", "distance"], [2.2, 48.8], { layer: "zones", id: 7 });
  assert.equal(String(asked), "couches=canopy&couches=distance&lon=2.200000&lat=48.800000&objet=zones%2F7");
});

test("nothing is asked without a raster, or without a place", () => {
  assert.deepEqual([valuesQuery([], [2, 48], null), valuesQuery(["canopy"], null, null)], [null, null]);
});

test("the address holds a drawing that is not the usual one", () => {
  const smooth = { slug: "relief", isSharp: false };
  assert.deepEqual(withRendering({ sols: "lisse" }, smooth, "exact"), { sols: "lisse", relief: "exact" });
  assert.deepEqual(withRendering({ relief: "exact" }, smooth, "lisse"), {});
});

test("the rasters that are on are named", () => {
  const rasters = [
    { slug: "relief", title: "Relief" },
    { slug: "sols", title: "Sols" },
  ];
  const words = { raster: "Un : {titles}", rasters: "Plusieurs : {titles}" };
  assert.equal(rasterWords(rasters, [], words), "");
  assert.equal(rasterWords(rasters, ["sols"], words), "Un : Sols");
  assert.equal(rasterWords(rasters, ["sols", "relief"], words), "Plusieurs : Relief, Sols");
});
