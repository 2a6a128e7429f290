import assert from "node:assert/strict";
import test from "node:test";
import { Painter } from "../../../../interface/static/interface/map/painter.js";
import { layerOf, PALETTE } from "./compiled.js";

globalThis.document = { baseURI: "https://portal.example/carte/" };

const CONFIG = {
  tiles: "/tiles/{layers}/{z}/{x}/{y}.mvt",
  layers: ["trees", "parks"].map((slug) => layerOf("point", slug)),
};
const state = (...layers) => ({ layers, opacity: {}, selected: null });

/** A map that only keeps what it is told: calls by name, and the stack of its style layers. */
function listener() {
  const told = [];
  const stack = ["names", "veil"];
  const take = (id) => stack.splice(stack.indexOf(id), 1);
  const put = (id, above) => stack.splice(stack.indexOf(above), 0, id);
  return {
    told,
    stack,
    addSource: (id) => told.push(["addSource", id]),
    removeSource: (id) => told.push(["removeSource", id]),
    addLayer: ({ id }, above) => told.push(["addLayer", id]) && put(id, above),
    removeLayer: (id) => told.push(["removeLayer", id]) && take(id),
    moveLayer: (id, above) => told.push(["moveLayer", id]) && take(id) && put(id, above),
    setPaintProperty: (...change) => told.push(["setPaintProperty", ...change]),
    setLayoutProperty: (...change) => told.push(["setLayoutProperty", ...change]),
    setLayerZoomRange: (...range) => told.push(["setLayerZoomRange", ...range]),
  };
}

/** The stack of layers, the lowest first: features, labels over all of them, names of communes, then pictograms. */
const styled = (...names) => [
  ...names.flatMap((name) => [`${name}:point`, `${name}:cluster`]),
  ...names.map((name) => `${name}:label`),
  "names",
  ...names.map((name) => `${name}:icon`),
];

function painted(...layers) {
  const map = listener();
  const painter = new Painter(map, CONFIG, PALETTE);
  painter.paint(state(...layers));
  map.told.length = 0;
  return { map, painter };
}

test("the first layer of the list is drawn above the others", () => {
  const { map } = painted("trees", "parks");
  assert.deepEqual(map.stack, [...styled("parks", "trees"), "veil"]);
});

test("painting the same state again tells the map nothing", () => {
  const { map, painter } = painted("trees", "parks");
  painter.paint(state("trees", "parks"));
  assert.deepEqual(map.told, []);
});

test("an opacity changes without a style layer being added or moved", () => {
  const { map, painter } = painted("trees", "parks");
  painter.paint({ ...state("trees", "parks"), opacity: { parks: 40 } });
  const setters = new Set(map.told.map(([name]) => name));
  assert.deepEqual(setters, new Set(["setPaintProperty", "setLayoutProperty"]));
});

test("a question dims the whole layer where it stands, and draws what answers right above it", () => {
  const { map, painter } = painted("trees", "parks");
  painter.queries = { parks: "q=x" };
  painter.paint(state("trees", "parks"));
  assert.ok(
    !map.told.some(([name, id]) => name === "removeLayer" || (name === "moveLayer" && id === "parks:point")),
  );
  const [shapes, named] = [styled("parks", "parks?", "trees").slice(0, 6), ["parks", "parks?", "trees"]];
  const [labels, icons] = ["label", "icon"].map((part) => named.map((name) => `${name}:${part}`));
  assert.deepEqual(map.stack, [...shapes, ...labels, "names", ...icons, "veil"]);
});

test("points wait for the zoom from which they are drawn, and come back where nothing counts them", () => {
  const { map, painter } = painted("trees");
  painter.paint({ ...state("trees"), pointsFrom: 12.5 });
  const ids = styled("trees").filter((id) => id !== "names");
  const ranges = (low) => ids.map((id) => ["setLayerZoomRange", id, low, 24]).toSorted();
  assert.deepEqual(map.told.toSorted(), ranges(12.5));
  map.told.length = 0;
  painter.paint(state("trees"));
  assert.deepEqual(map.told.toSorted(), ranges(0));
});

test("surfaces and lines, and a density of points, are drawn at every zoom", () => {
  const { map, painter } = painted("trees");
  painter.restyle({ ...layerOf("surface", "parks") });
  const heat = layerOf("point", "trees");
  painter.restyle({ ...heat, drawing: [{ ...heat.drawing[0], type: "heatmap" }] });
  painter.paint({ ...state("trees", "parks"), pointsFrom: 12.5 });
  assert.ok(!map.told.some(([name]) => name === "setLayerZoomRange"));
});

test("what is dimmed does not answer to a click", () => {
  const { map, painter } = painted("parks");
  map.getLayer = (id) => map.stack.includes(id);
  painter.queries = { parks: "q=x" };
  painter.paint(state("parks"));
  assert.deepEqual(painter.pickable, ["parks?:point", "parks?:icon", "parks?:cluster"]);
});

test("another order moves layers and reads no tile again", () => {
  const { map, painter } = painted("trees", "parks");
  painter.paint(state("parks", "trees"));
  assert.deepEqual(map.stack, [...styled("trees", "parks"), "veil"]);
  assert.deepEqual(new Set(map.told.map(([name]) => name)), new Set(["moveLayer"]));
});

test("a layer switched off is taken away", () => {
  const { map, painter } = painted("trees", "parks");
  painter.paint(state("trees"));
  assert.deepEqual(map.stack, [...styled("trees"), "veil"]);
});

test("a layer that is drawn otherwise keeps its place", () => {
  const { map, painter } = painted("trees", "parks");
  painter.restyle({ ...layerOf("line", "parks") });
  painter.paint(state("trees", "parks"));
  const left = ["trees:point", "trees:cluster", "parks:label", "trees:label", "names", "trees:icon", "veil"];
  assert.deepEqual(map.stack, ["parks:line", ...left]);
});

test("a dimmed layer gives its place to what answers, whatever the order of layers", () => {
  const { map, painter } = painted("trees", "parks");
  painter.queries = { trees: "q=x", parks: "q=x" };
  painter.paint(state("trees", "parks"));
  const icons = map.stack.filter((id) => id.endsWith(":icon"));
  assert.deepEqual(icons, ["parks:icon", "trees:icon", "parks?:icon", "trees?:icon"]);
});

test("surfaces of a colour are told from those that are hollow, and from points", () => {
  const { painter } = painted("trees");
  assert.equal(painter.hasFills, false);
  const surface = layerOf("surface", "parks");
  painter.restyle(surface);
  painter.paint(state("trees", "parks"));
  assert.equal(painter.hasFills, true);
  const hollow = surface.drawing.map((one) => ({
    ...one,
    paint: one.type === "fill" ? { "fill-color": "rgba(0,0,0,0)" } : one.paint,
  }));
  painter.restyle({ ...surface, drawing: hollow });
  painter.paint(state("trees", "parks"));
  assert.equal(painter.hasFills, false);
});
