import assert from "node:assert/strict";
import test from "node:test";
import { featureLayers, opacitiesOf, pickable } from "../../../../interface/static/interface/map/style.js";

const PALETTE = { "t-nature": "#3d7a1f", "t-territory": "#48606a", paper: "#ffffff", signal: "#c2410c" };
const layer = (shape) => ({ slug: "x", shape, minZoom: 8, token: "t-nature", field: "", categories: [] });
const entry = (changes) => ({ id: "x", source: "base:0", opacity: 1, isDim: false, ...changes });
const strengthOf = (layers) =>
  layers.flatMap(({ paint }) =>
    Object.entries(paint)
      .filter(([name]) => name.endsWith("opacity"))
      .map(([, value]) => (Array.isArray(value) ? value.at(-1) : value)),
  );

test("a cluster is drawn as a disc under its count, and never as a pictogram", () => {
  const [circle, icon, count] = featureLayers(layer("point"), PALETTE, entry());
  assert.deepEqual(
    [icon.filter, count.filter],
    [
      ["!", ["has", "point_count"]],
      ["has", "point_count"],
    ],
  );
  assert.deepEqual(circle.paint["circle-color"].slice(0, 2), ["case", ["has", "point_count"]]);
});

for (const shape of ["point", "line", "surface"]) {
  test(`a ${shape} layer reads its part of the tiles of its source`, () => {
    assert.ok(
      featureLayers(layer(shape), PALETTE, entry()).every(
        (one) => one.source === "base:0" && one["source-layer"] === "x",
      ),
    );
  });
  test(`a ${shape} layer answers to clicks`, () => {
    const ids = featureLayers(layer(shape), PALETTE, entry()).map(({ id }) => id);
    assert.ok(pickable(entry()).some((id) => ids.includes(id)));
  });
  test(`a dimmed ${shape} layer is fainter than a plain one`, () => {
    const [plain, dim] = [false, true].map((isDim) =>
      Math.max(...strengthOf(featureLayers(layer(shape), PALETTE, entry({ isDim })))),
    );
    assert.ok(dim < plain / 2);
  });
  test(`the opacities of a ${shape} layer are plain numbers, which change without the tiles being read again`, () => {
    const told = opacitiesOf(layer(shape), PALETTE, entry({ opacity: 0.5 }));
    assert.ok(told.length > 0 && told.every(([, , value]) => typeof value === "number"));
  });
  test(`a ${shape} layer is as opaque as asked`, () => {
    const [plain, half] = [1, 0.5].map((opacity) =>
      strengthOf(featureLayers(layer(shape), PALETTE, entry({ opacity }))),
    );
    assert.deepEqual(
      half,
      plain.map((value) => value / 2),
    );
  });
}
