import assert from "node:assert/strict";
import test from "node:test";
import { coloured, sized } from "../../../../dashboards/static/dashboards/panels/specification.js";

const TOKENS = { brand: "#0b5563", paper: "#ffffff", ink: "#000" };
const read = (name) => TOKENS[name] ?? "";

test("a name of a token becomes its colour, wherever it stands", () => {
  assert.deepEqual(coloured({ a: ["token:brand", 3, null] }, read), { a: ["#0b5563", 3, null] });
});

test("a strength mixes a colour with the paper", () => {
  assert.equal(coloured("token:ink*50", read), "#808080");
});

test("an unknown token is left as it is", () => {
  assert.equal(coloured("token:none*50", read), "token:none*50");
});

test("data are never read as colours", () => {
  const spec = { datasets: { d: [{ l0: "token:brand" }] } };
  assert.deepEqual(coloured(spec, read), spec);
});

test("a chart takes the width of its panel", () => {
  assert.equal(sized({ config: {} }, 640).width, 640);
});

test("small multiples share the width of their panel", () => {
  const found = sized({ usermeta: { columns: 3 }, spec: {} }, 644);
  assert.equal(found.spec.width, 180);
});

test("two small multiples at most stand side by side on a phone", () => {
  assert.equal(sized({ usermeta: { columns: 4 }, spec: {} }, 320).columns, 2);
});

test("the page has a legend of its own", () => {
  const layer = [{ encoding: { color: { field: "l1", legend: { columns: 1 } } } }];
  assert.equal(sized({ config: {}, layer }, 300).layer[0].encoding.color.legend, null);
});
