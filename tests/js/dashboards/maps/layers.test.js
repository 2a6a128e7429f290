import assert from "node:assert/strict";
import { register } from "node:module";
import test from "node:test";
import { layerOf } from "../../interface/map/compiled.js";

register("../published.js", import.meta.url);
globalThis.document ??= { baseURI: "https://portal.example/tableaux-de-bord/x/" };
const { circleScale, classColour, drawingOf, hoverFilter, pickable, shapeOf } = await import(
  "../../../../dashboards/static/dashboards/maps/layers.js"
);

const PALETTE = {
  "t-nature": "#3d7a1f",
  "t-territory": "#48606a",
  paper: "#ffffff",
  ink: "#14242b",
  signal: "#c2410c",
  "line-2": "#7b8c8c",
};
const place = (key, step, ids = [], position = null) => ({
  key,
  step,
  ids,
  position,
  value: step,
  title: key,
  text: "",
});
const GROUPS = {
  mode: "choropleth",
  token: "t-nature",
  tiles: "/tiles/{layers}/{z}/{x}/{y}.mvt",
  strengths: [0.2, 1],
  joined: null,
  communes: [{ code: "92048", label: [2.2, 48.8] }],
  places: [place("92048", 1), place("92012", 0), place("92072", -1)],
  largest: 1,
  radius: 26,
  area: 180000,
};
const LAYER = { ...layerOf("point", "trees"), field: "", categories: [] };
const FEATURES = { ...GROUPS, places: undefined, layer: LAYER, query: "q=oak", others: "", value: "height" };
const layersOf = (config, features) => drawingOf(config, features).layersOf(PALETTE);

test("communes are coloured by the class of their place", () => {
  assert.deepEqual(classColour(GROUPS, PALETTE, "#ffffff"), [
    "match",
    ["get", "code"],
    ["92012"],
    "#d8e4d2",
    ["92048"],
    "#3d7a1f",
    "#ffffff",
  ]);
});

test("joined surfaces are coloured by their ids", () => {
  const joined = { ...GROUPS, joined: { slug: "zones" }, places: [place("A", 0, [3, 4])] };
  assert.deepEqual(classColour(joined, PALETTE, "x").slice(0, 3), ["match", ["id"], [3, 4]]);
});

test("a map without any value has one colour", () => {
  assert.equal(classColour({ ...GROUPS, places: [], strengths: [] }, PALETTE, "#ffffff"), "#ffffff");
});

test("joined surfaces are read from the tiles of their layer", () => {
  const joined = { ...GROUPS, joined: { slug: "zones", minZoom: 8, maxZoom: 18 } };
  assert.deepEqual(drawingOf(joined).sources.panel.tiles, [
    "https://portal.example/tiles/zones/{z}/{x}/{y}.mvt",
  ]);
});

test("circles stand where their places are, and nowhere without one", () => {
  const places = [place("92048", 1, [], [2.2, 48.8]), place("92012", 0)];
  const { data } = drawingOf({ ...GROUPS, mode: "symbols", places }).sources.panel;
  assert.deepEqual(
    data.features.map(({ geometry }) => geometry.coordinates),
    [[2.2, 48.8]],
  );
});

test("circles of joined surfaces lie over their outlines", () => {
  const joined = { slug: "zones", minZoom: 8, maxZoom: 18 };
  const places = [place("A", 0, [3], [2.2, 48.8])];
  const ids = layersOf({ ...GROUPS, mode: "symbols", joined, places }).map(({ id }) => id);
  assert.deepEqual(ids, ["panel-others:edge", "panel:point", "panel:room"]);
});

test("what the page filters out is drawn pale below", () => {
  const [pale, plain] = layersOf({ ...FEATURES, mode: "categories" }).filter(({ id }) =>
    id.endsWith(":point"),
  );
  assert.ok(pale.source === "panel-others" && pale.paint["circle-opacity"] < plain.paint["circle-opacity"]);
});

test("a page without filter draws nothing pale", () => {
  const sources = Object.keys(drawingOf({ ...FEATURES, mode: "categories", others: null }).sources);
  assert.deepEqual(sources, ["panel"]);
});

test("circles take the room that they cover, so that no name lies over them", () => {
  const layers = layersOf({ ...FEATURES, mode: "symbols" }, {});
  const [circle, room] = layers.slice(-2);
  assert.deepEqual([room.type, room.metadata.role, room.source], ["symbol", "room", circle.source]);
  assert.deepEqual(room.filter.slice(0, 2), ["all", circle.filter]);
  assert.deepEqual(room.layout["icon-size"], ["/", ["*", 2, circle.paint["circle-radius"]], 24]);
  assert.equal(room.layout["icon-ignore-placement"], undefined);
});

test("layers around are pale, from tiles of their own, below what is counted", () => {
  const around = { ...layerOf("line", "roads"), minZoom: 8, maxZoom: 18 };
  const config = { ...FEATURES, mode: "symbols", context: [around] };
  const { sources } = drawingOf(config, {});
  assert.deepEqual(Object.keys(sources), ["panel-context-roads", "panel"]);
  const ids = layersOf(config, {}).map(({ id }) => id);
  assert.match(ids[0], /^panel-context-roads/);
  assert.equal(ids.at(-1), "panel:room");
  assert.ok(!pickable(config).some((id) => id.startsWith("panel-context")));
});

test("layers around lie over surfaces in classes, which would hide them", () => {
  const around = { ...layerOf("line", "roads"), minZoom: 8, maxZoom: 18 };
  const ids = layersOf({ ...GROUPS, context: [around] }).map(({ id }) => id);
  assert.match(ids.at(-1), /^panel-context-roads/);
});

test("gathered points are no features alone", () => {
  const alone = layersOf({ ...FEATURES, mode: "clusters" }, {}).find(({ id }) => id === "panel:point");
  assert.deepEqual(alone.filter, ["!", ["has", "point_count"]]);
});

for (const mode of ["choropleth", "categories", "clusters", "symbols", "heat"]) {
  test(`a map of ${mode} answers to clicks`, () => {
    const config = { ...(mode === "choropleth" ? GROUPS : FEATURES), mode };
    const ids = layersOf(config, {}).map(({ id }) => id);
    assert.ok(pickable(config).some((id) => ids.includes(id)));
  });
}

test("what the pointer is on is lit", () => {
  assert.deepEqual(hoverFilter(GROUPS, { key: "92048" }), ["in", ["get", "code"], ["literal", ["92048"]]]);
});

test("points of categories are drawn by shapes, in the colours of the moment", () => {
  const categories = [
    { value: "open", colour: "t-nature", corners: [] },
    { value: "shut", colour: "t-territory", corners: [[0, -1]] },
  ];
  const layer = { ...LAYER, field: "state", categories };
  const [drawn] = layersOf({ ...FEATURES, mode: "categories", layer, others: null });
  assert.equal(drawn.id, "panel:point");
  const [, , , open, , shut, rest] = drawn.layout["icon-image"];
  assert.deepEqual(shapeOf(open), { rank: 0, colour: "#3d7a1f", rim: "#ffffff" });
  assert.deepEqual(shapeOf(shut), { rank: 1, colour: "#48606a", rim: "#ffffff" });
  assert.equal(shapeOf(rest).rank, -1);
  assert.equal(shapeOf("icon:trees"), null);
});

test("groups that no surface carries draw nothing", () => {
  const config = { ...FEATURES, mode: "choropleth" };
  assert.deepEqual([drawingOf(config).sources, layersOf(config)], [{}, []]);
});

for (const [width, height, scale] of [
  [600, 300, 1],
  [900, 400, 1],
  [300, 150, 0.5],
  [0, 0, 1],
]) {
  test(`circles on a map of ${width} by ${height} pixels are ${scale} as large`, () => {
    assert.equal(circleScale({ area: 180000 }, { width, height }), scale);
  });
}
