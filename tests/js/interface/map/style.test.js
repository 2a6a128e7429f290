import assert from "node:assert/strict";
import test from "node:test";
import {
  changesOf,
  fadingOf,
  featureLayers,
  featureOrder,
  groupOf,
} from "../../../../interface/static/interface/map/style.js";
import { layerOf, PALETTE } from "./compiled.js";

const entry = (changes) => ({ id: "x", source: "base:0", opacity: 1, isDim: false, ...changes });
const drawn = (shape, changes) => featureLayers(layerOf(shape), PALETTE, entry(changes));
const opacitiesOf = (layers) =>
  layers.flatMap(({ paint }) =>
    Object.entries(paint).flatMap(([name, value]) => (name.endsWith("opacity") ? [value] : [])),
  );

test("colours of a style are those of the palette, mixed with its paper", () => {
  const [circle] = drawn("point");
  assert.deepEqual(circle.paint["circle-color"].slice(3), ["#8baf79", "#3d7a1f"]);
  assert.ok(!JSON.stringify(drawn("point").map(({ paint }) => paint)).includes("@"));
});

test("what is selected gets its colours by feature state", () => {
  const [circle] = drawn("point");
  const [, state, lit, plain] = circle.paint["circle-stroke-color"];
  assert.deepEqual([state[0], lit, plain], ["any", "#c2410c", "#ffffff"]);
});

test("a selected surface is fuller, and its opacity stays a plain number", () => {
  const [{ paint }] = drawn("surface", { opacity: 0.5 });
  assert.equal(paint["fill-opacity"], 0.375);
  assert.deepEqual(paint["fill-color"].slice(2), ["#3d7a1f", "#3d7a1f99"]);
});

test("labels lie over features, and pictograms over labels", () => {
  const groups = drawn("point").map((one) => [one.id, groupOf(one)]);
  assert.deepEqual(groups, [
    ["x:point", 0],
    ["x:icon", 3],
    ["x:cluster", 0],
    ["x:label", 1],
  ]);
});

test("the label of a surface is read from the point that stands for it", () => {
  assert.equal(drawn("surface").at(-1)["source-layer"], "x:anchors");
});

test("pictograms of what answers are larger", () => {
  const sizes = ["", "q=oak"].map((query) => drawn("point", { query })[1].layout["icon-size"]);
  assert.deepEqual(sizes, [undefined, 1.25]);
});

test("what is dimmed is not named", () => {
  const [plain, dim] = [false, true].map((isDim) => drawn("line", { isDim }).at(-1).layout.visibility);
  assert.deepEqual([plain, dim], ["visible", "none"]);
  assert.deepEqual(changesOf(layerOf("line"), PALETTE, entry({ isDim: true })).at(-1), [
    "setLayoutProperty",
    "x:label",
    "visibility",
    "none",
  ]);
});

const colours = (layers) => JSON.stringify(layers.map(({ paint }) => paint)).match(/#[0-9a-f]{6,8}/g) ?? [];

for (const [shape, own] of [
  ["point", ["#8baf79", "#3d7a1f"]],
  ["line", ["#3d7a1f"]],
  ["surface", ["#3d7a1f"]],
]) {
  test(`a dimmed ${shape} layer has the colour of no class`, () => {
    const [plain, dim] = [false, true].map((isDim) => new Set(colours(drawn(shape, { isDim }))));
    assert.ok(own.every((colour) => plain.has(colour)));
    assert.ok(dim.has("#55676e") && own.every((colour) => !dim.has(colour)));
  });
  test(`a ${shape} layer takes the colours of its state when a question dims it, and again after it`, () => {
    for (const isDim of [true, false]) {
      const painted = drawn(shape, { isDim }).flatMap(({ id, paint }) =>
        Object.entries(paint).flatMap(([name, value]) =>
          name.endsWith("-color") ? [[id, name, value]] : [],
        ),
      );
      const changes = fadingOf(layerOf(shape), PALETTE, entry({ isDim }));
      assert.deepEqual(
        changes.map(([, ...change]) => change),
        painted,
      );
    }
  });
}

test("a dimmed surface is an outline, filled where it is lit", () => {
  const [{ paint }] = drawn("surface", { isDim: true });
  assert.deepEqual(paint["fill-color"].slice(2), ["#55676e", "rgba(0,0,0,0)"]);
});

test("a dimmed hatching is not drawn", () => {
  const hatched = { id: "pattern", type: "fill", metadata: { role: "shape" } };
  const drawing = [{ ...hatched, paint: { "fill-pattern": "i0", "fill-opacity": 1 } }];
  const opacities = [false, true].map(
    (isDim) => featureLayers({ slug: "x", drawing }, PALETTE, entry({ isDim }))[0].paint["fill-opacity"],
  );
  assert.deepEqual(opacities, [1, 0]);
});

for (const shape of ["point", "line", "surface"]) {
  test(`a ${shape} layer reads its part of the tiles of its source`, () => {
    const parts = drawn(shape).map((one) => [one.source, one["source-layer"].split(":")[0]].join());
    assert.deepEqual([...new Set(parts)], ["base:0,x"]);
  });
  test(`a dimmed ${shape} layer is fainter than a plain one`, () => {
    const [plain, dim] = [false, true].map((isDim) => Math.max(...opacitiesOf(drawn(shape, { isDim }))));
    assert.ok(dim < plain / 2);
  });
  test(`the opacities of a ${shape} layer are plain numbers, which change without the tiles being read again`, () => {
    const told = changesOf(layerOf(shape), PALETTE, entry({ opacity: 0.5 })).filter(
      ([setter]) => setter === "setPaintProperty",
    );
    assert.ok(told.length > 0 && told.every(([, , , value]) => typeof value === "number"));
  });
  test(`a ${shape} layer is as opaque as asked`, () => {
    const [plain, half] = [1, 0.5].map((opacity) => opacitiesOf(drawn(shape, { opacity })));
    assert.deepEqual(
      half,
      plain.map((value) => value / 2),
    );
  });
}

test("rims of layers of points that follow one another lie under all their fills", () => {
  const points = (name) => [
    { id: `${name}:rim`, metadata: { role: "rim" } },
    { id: `${name}:point`, metadata: { role: "shape" } },
    { id: `${name}:icon`, metadata: { role: "icon" } },
  ];
  const roads = [{ id: "roads:line", metadata: { role: "shape" } }];
  const order = featureOrder([points("a"), roads, points("b"), points("c")]).map(({ id }) => id);
  assert.deepEqual(order, ["a:rim", "a:point", "roads:line", "b:rim", "c:rim", "b:point", "c:point"]);
});
