import assert from "node:assert/strict";
import test from "node:test";
import { drawingOrder, featureLayers, pickable } from "../../explorer/static/explorer/js/style.js";

const PALETTE = { "t-nature": "#3d7a1f", "t-territory": "#48606a", paper: "#ffffff", signal: "#c2410c" };
const layer = (slug, shape) => ({ slug, shape, token: "t-nature", field: "", categories: [] });

test("points are drawn above lines, and lines above surfaces", () => {
  const ordered = drawingOrder([layer("p", "point"), layer("s", "surface"), layer("l", "line")]);
  assert.deepEqual(
    ordered.map(({ slug }) => slug),
    ["s", "l", "p"],
  );
});

for (const shape of ["point", "line", "surface"]) {
  test(`a ${shape} layer reads its own tiles`, () => {
    assert.ok(
      featureLayers(layer("x", shape), PALETTE).every(
        (one) => one.source === "x" && one["source-layer"] === "x",
      ),
    );
  });
  test(`a ${shape} layer answers to clicks`, () => {
    const ids = featureLayers(layer("x", shape), PALETTE).map(({ id }) => id);
    assert.ok(pickable(["x"]).some((id) => ids.includes(id)));
  });
}
