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
  assert.equal(sized(named, 690).config.axis.labelLimit, 276);
  assert.equal(sized(named, 1400).config.axis.labelLimit, 360);
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

const HERITAGE = "Monument historique, nature à vérifier";

/** @param {number} height @param {string[]} names */
const namedBars = (height, names) => ({
  height,
  config: { axis: { labelLimit: 200 } },
  layer: [{ mark: { type: "bar" }, encoding: { y: { field: "l0", title: null, sort: names } } }],
});

test("a name that would be cut is on two lines where its bar is high enough", () => {
  const names = ["Protection à vérifier", HERITAGE, "Autre"];
  const [high] = sized(namedBars(120, names), 375).layer;
  assert.match(high.encoding.y.axis.labelExpr, /\["Monument historique,","nature à vérifier"\]/);
  const [low] = sized(namedBars(60, [...names, "Classé"]), 375).layer;
  assert.doesNotMatch(low.encoding.y.axis.labelExpr, /\[".*","/);
});

test("a name that fits a wide panel is whole", () => {
  const chart = sized(namedBars(120, [HERITAGE]), 690);
  assert.equal(chart.layer[0].encoding.y.axis, undefined);
  assert.ok(chart.config.axis.labelLimit > HERITAGE.length * 6.6);
});

test("a few bars of a high chart are spread, not thickened", () => {
  const names = ["a", "b", "c"];
  const { scale } = sized(namedBars(120, names), 690, 180).config;
  assert.equal(Math.round((300 / 3) * (1 - scale.bandPaddingInner)), 56);
  assert.equal(sized(namedBars(120, names), 690).config.scale, undefined);
});

test("a name without room for its beginning is its end", () => {
  assert.equal(shortName("Maintenance de jeux", 15, 8), "…jeux");
});

test("names of small charts that would be cut are written smaller", () => {
  const charts = (name) => ({ usermeta: { columns: 3 }, facet: { sort: [name] }, spec: { height: 80 } });
  assert.equal(sized(charts("Zone d’exemple 2, Issy-les-Moulineaux"), 773).facet.header.labelFontSize, 11);
  assert.equal(sized(charts("Zone 2"), 773).facet.header.labelFontSize, undefined);
});
