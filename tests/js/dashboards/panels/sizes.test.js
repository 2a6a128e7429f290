import assert from "node:assert/strict";
import { test } from "node:test";
import { shortName, sized } from "../../../../dashboards/static/dashboards/panels/specification.js";

const CHART = { height: 300, mark: "bar" };

test("a chart takes the width of its panel and the height that the server gave it", () => {
  const { width, height } = sized(CHART, 640);
  assert.deepEqual([width, height], [640, 300]);
});

test("a chart is lower where its panel has less room, and higher where it has more", () => {
  assert.equal(sized(CHART, 640, -53).height, 247);
  assert.equal(sized(CHART, 640, 200).height, 500);
});

test("a chart stays high enough to be read", () => {
  assert.equal(sized(CHART, 640, -290).height, 96);
});

test("a chart whose height follows its rows keeps it", () => {
  const step = { height: { step: 24 }, mark: "bar" };
  assert.deepEqual(sized(step, 640, -50).height, { step: 24 });
});

test("small charts share the width, two side by side on a phone", () => {
  const small = { usermeta: { columns: 4 }, spec: { height: 80 } };
  assert.equal(sized(small, 320).columns, 2);
  assert.equal(sized(small, 900).columns, 4);
  assert.equal(sized(small, 900).spec.width, 194);
});

test("names of bars leave most of a narrow chart to the bars", () => {
  const named = { ...CHART, config: { axis: { labelLimit: 200 } } };
  assert.equal(sized(named, 320).config.axis.labelLimit, 128);
  assert.equal(sized(named, 900).config.axis.labelLimit, 200);
});

test("names of bars that begin alike keep the end by which they differ", () => {
  const [games, fence] = ["de jeux", "de clôture"].map(
    (end) => `Maintenance préventive des équipements ${end}`,
  );
  const y = { field: "l0", title: null };
  const named = {
    ...CHART,
    usermeta: { ends: { [games]: 42, [fence]: 42 } },
    config: { axis: { labelLimit: 200 } },
    layer: [{ encoding: { y } }, { encoding: {} }],
  };
  const [bars, other] = sized(named, 320).layer;
  assert.match(bars.encoding.y.axis.labelExpr, /"Maintenance p… jeux"/);
  assert.match(bars.encoding.y.axis.labelExpr, /"Maintenanc… clôture"/);
  assert.deepEqual(other.encoding, {});
  assert.equal(
    sized({ ...named, config: { axis: { labelLimit: 900 } } }, 2400).layer[0].encoding.y.axis,
    undefined,
  );
});

test("a name without room for its beginning is its end", () => {
  assert.equal(shortName("Maintenance de jeux", 15, 8), "…jeux");
});

test("names of small charts that would be cut are written smaller", () => {
  const charts = (name) => ({ usermeta: { columns: 3 }, facet: { sort: [name] }, spec: { height: 80 } });
  assert.equal(sized(charts("Zone d’exemple 2, Issy-les-Moulineaux"), 773).facet.header.labelFontSize, 11);
  assert.equal(sized(charts("Zone 2"), 773).facet.header.labelFontSize, undefined);
});
