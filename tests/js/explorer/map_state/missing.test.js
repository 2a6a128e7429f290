import assert from "node:assert/strict";
import test from "node:test";
import { withoutMissing } from "../../../../explorer/static/explorer/map_state/missing.js";

const nothing = { layers: [], dropped: [] };
const state = {
  layers: ["absente", "plui-zones"],
  q: "parc",
  sujet: "absente",
  own: {
    "absente.etat": ["ferme"],
    "plui-zones.typezone": ["N"],
    "plui-zones.touching": ["absente@300*", "arbres@50"],
  },
  opacity: { absente: 40, "plui-zones": 60 },
  renderings: { absente: "lisse", "plui-zones": "exact" },
  versions: { absente: 1, "plui-zones": 2 },
  swipe: { left: "absente", percent: 40, right: "plui-zones" },
  feature: { layer: "absente", id: 3 },
  table: { layer: "absente", sort: "-nom", columns: [] },
};
const asked = { layers: ["absente"], dropped: [["plui-zones.touching", "absente@300*"]] };

test("a state that misses nothing stays as it is", () => {
  assert.deepEqual(withoutMissing(state, nothing), state);
});

test("a missing layer leaves with all that is asked of it", () => {
  assert.deepEqual(withoutMissing(state, asked), {
    layers: ["plui-zones"],
    q: "parc",
    sujet: "",
    own: { "plui-zones.typezone": ["N"], "plui-zones.touching": ["arbres@50"] },
    opacity: { "plui-zones": 60 },
    renderings: { "plui-zones": "exact" },
    versions: { "plui-zones": 2 },
    swipe: null,
    feature: null,
    table: null,
  });
});

test("the sheet and the table of a layer that is here stay open", () => {
  const open = { ...state, feature: { layer: "plui-zones", id: 3 }, table: { layer: "plui-zones" } };
  const { feature, table } = withoutMissing(open, asked);
  assert.deepEqual([feature, table], [open.feature, open.table]);
});

test("a condition dropped alone leaves no empty question", () => {
  const dropped = [["plui-zones.touching", "arbres/9"]];
  const alone = { ...state, own: { "plui-zones.touching": ["arbres/9"] } };
  assert.deepEqual(withoutMissing(alone, { layers: [], dropped }).own, {});
});

test("an address that names no layer still leaves the choice to the page", () => {
  assert.equal(withoutMissing({ ...state, layers: null }, asked).layers, null);
});

test("a raster compared with a missing layer is compared with what is under it", () => {
  const swipe = { left: "plui-zones", percent: 40, right: "absente" };
  assert.deepEqual(withoutMissing({ ...state, swipe }, asked).swipe, { ...swipe, right: "" });
});

test("a version that is not there leaves, and its side of the divider with it", () => {
  const missing = { layers: ["plui-zones:2", "plui-zones@v2"], dropped: [] };
  const swipe = { left: "plui-zones", percent: 40, right: "plui-zones@v2" };
  const left = withoutMissing({ ...state, swipe }, missing);
  assert.deepEqual([left.versions, left.swipe], [{ absente: 1 }, { ...swipe, right: "" }]);
});
