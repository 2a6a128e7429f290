import assert from "node:assert/strict";
import test from "node:test";
import { withoutMissing } from "../../../../explorer/static/explorer/map_state/missing.js";

const nothing = { layers: [], dropped: [], table: [] };
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
const asked = { layers: ["absente"], dropped: [["plui-zones.touching", "absente@300*"]], table: [] };

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
  const sheet = { layer: "plui-zones", id: 3 };
  const open = { ...state, feature: sheet, table: { layer: "plui-zones", sort: "-nom", columns: ["nom"] } };
  const { feature, table } = withoutMissing(open, asked);
  assert.deepEqual([feature, table], [open.feature, open.table]);
});

test("what the table refuses leaves its sort or its columns to the layer", () => {
  const table = { layer: "plui-zones", sort: "-absent", columns: ["nom"] };
  const refused = { ...nothing, table: [["tri", "-absent"]] };
  assert.deepEqual(withoutMissing({ ...state, table }, refused).table, { ...table, sort: "" });
  const columns = { ...nothing, table: [["colonnes", "nom"]] };
  assert.deepEqual(withoutMissing({ ...state, table }, columns).table, { ...table, columns: [] });
});

test("a condition dropped alone leaves no empty question", () => {
  const dropped = [["plui-zones.touching", "arbres/9"]];
  const alone = { ...state, own: { "plui-zones.touching": ["arbres/9"] } };
  assert.deepEqual(withoutMissing(alone, { ...nothing, dropped }).own, {});
});

test("an address that names no layer still leaves the choice to the page", () => {
  assert.equal(withoutMissing({ ...state, layers: null }, asked).layers, null);
});

test("a raster compared with a missing layer is compared with what is under it", () => {
  const swipe = { left: "plui-zones", percent: 40, right: "absente" };
  assert.deepEqual(withoutMissing({ ...state, swipe }, asked).swipe, { ...swipe, right: "" });
});

test("a version that is not there leaves, and its side of the divider with it", () => {
  const missing = { ...nothing, layers: ["plui-zones:2", "plui-zones@v2"] };
  const swipe = { left: "plui-zones", percent: 40, right: "plui-zones@v2" };
  const left = withoutMissing({ ...state, swipe }, missing);
  assert.deepEqual([left.versions, left.swipe], [{ absente: 1 }, { ...swipe, right: "" }]);
});
