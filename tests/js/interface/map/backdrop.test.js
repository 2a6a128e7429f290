import assert from "node:assert/strict";
import test from "node:test";
import {
  addBackdrop,
  coverOf,
  coverWoods,
  layersAround,
  showBackdrop,
} from "../../../../interface/static/interface/map/backdrop.js";
import {
  backdropNames,
  backdropShapes,
  COVERED,
  waterOver,
} from "../../../../interface/static/interface/map/backdrop-style.js";

const PALETTE = new Proxy({}, { get: (_all, name) => `--${String(name)}` });
const WITH = { backdrop: "/tiles/fonds/portail.geojson" };
const isBackdrop = (id) => id.startsWith("backdrop:");
globalThis.document = { baseURI: "https://portail.example/carte/" };

/** A map with layers of a page among its own, where the backdrop comes when it `arrive`s. */
function aMap({ backdrop = WITH.backdrop, below = [], surfaces = [], data = [], hide = false } = {}) {
  const [idle, read] = [[], []];
  const layers = [
    "sea",
    "ground",
    ...below,
    "limits",
    ...surfaces,
    ...data,
    "names",
    "veil",
    "lit",
    "names-around",
  ];
  const map = {
    layers,
    read,
    shown: {},
    container: { dataset: {} },
    addSource: (_id, source) => read.push(source.data.features.length),
    getSource: () => ({ setData: (address) => read.push(address) }),
    getContainer: () => map.container,
    getLayersOrder: () => [...layers],
    getLayer: (id) => layers.includes(id),
    addLayer: ({ id }, above) => layers.splice(layers.indexOf(above), 0, id),
    setLayoutProperty: (id, _name, value) => {
      map.shown[id] = value;
    },
    painted: {},
    setPaintProperty: (id, _name, value) => {
      map.painted[id] = value;
    },
    getPaintProperty: (id) => `colour of ${id}`,
    once: () => new Promise((done) => idle.push(done)),
    idle: () => idle.shift()(),
  };
  map.arrived = addBackdrop(map, backdrop, () => PALETTE, { surfaces });
  if (hide) showBackdrop(map, false);
  return map;
}

/** Let the data be drawn, then the backdrop. */
async function arrive(map) {
  map.idle();
  await Promise.resolve();
  map.idle();
  await map.arrived;
}

async function drawn(options) {
  const map = aMap(options);
  await arrive(map);
  return map;
}

const SHAPES = backdropShapes(PALETTE).map(({ id }) => id);
const NAMES = backdropNames(PALETTE).map(({ id }) => id);

test("shapes of the backdrop come between the surface of the communes and what lies under their limits", async () => {
  const { layers } = await drawn({ below: ["basemap", "raster:pente"] });
  assert.deepEqual(layers.slice(layers.indexOf("ground") + 1, layers.indexOf("basemap")), SHAPES);
});

test("names of the backdrop come under data: those of data are placed before them", async () => {
  const { layers } = await drawn({ data: ["arbres:point"] });
  assert.deepEqual(layers.slice(layers.indexOf("limits") + 1, layers.indexOf("arbres:point")), NAMES);
});

test("names of the backdrop come over surfaces that hide all under them", async () => {
  const { layers } = await drawn({ surfaces: ["panel:fill"], data: ["panel-others"] });
  assert.deepEqual(layers.slice(layers.indexOf("panel:fill") + 1, layers.indexOf("panel-others")), NAMES);
});

test("a map that is painted again has everything in the same order", async () => {
  const map = await drawn();
  assert.deepEqual(
    layersAround(map, PALETTE).map(({ id }) => id),
    map.layers.slice(1),
  );
});

test("names of the backdrop leave others their room", () => {
  for (const { layout } of backdropNames(PALETTE)) {
    assert.equal(layout["text-allow-overlap"], undefined);
    assert.equal(layout["text-ignore-placement"], undefined);
  }
});

test("a map has nothing of the backdrop before it comes", () => {
  assert.deepEqual(
    layersAround(aMap(), PALETTE).filter(({ id }) => isBackdrop(id)),
    [],
  );
});

test("a map without backdrop reads none", () => {
  assert.deepEqual(aMap({ backdrop: "" }).read, []);
});

test("no paint of the backdrop depends on the feature, which would be one more program to compile", () => {
  const paints = layersAround(WITH, PALETTE)
    .filter(({ id }) => isBackdrop(id))
    .map(({ paint }) => paint);
  assert.ok(!JSON.stringify(paints).includes('"get"'));
});

test("every style layer of the backdrop has an id of its own", () => {
  assert.equal(new Set([...SHAPES, ...NAMES]).size, SHAPES.length + NAMES.length);
});

test("lines that a street would show wrong fade before a street fills the map", () => {
  const lines = backdropShapes(PALETTE).filter(({ paint }) => paint["line-opacity"]);
  assert.ok(lines.length > 0);
  for (const { paint } of lines) assert.deepEqual(paint["line-opacity"].slice(-2), [17, 0]);
});

test("surfaces of a page lie under the names of the backdrop, its features over them", async () => {
  assert.equal(coverOf({ isGround: true }, await drawn()), "backdrop:road-names");
  assert.equal(coverOf({ isGround: true }, aMap()), "names");
  assert.equal(coverOf({}, await drawn()), "names");
  assert.equal(coverOf({ isAbove: true }, await drawn()), undefined);
});

test("the river is drawn again over a choropleth, where there is a backdrop", () => {
  assert.deepEqual(
    waterOver("panel:water", WITH, PALETTE).map(({ id, type }) => [id, type]),
    [["panel:water", "fill"]],
  );
  assert.deepEqual(waterOver("panel:water", { backdrop: "" }, PALETTE), []);
});

test("a basemap hides the backdrop, names included, and nothing else", async () => {
  const map = await drawn();
  showBackdrop(map, false);
  assert.deepEqual(Object.keys(map.shown).toSorted(), [...SHAPES, ...NAMES].toSorted());
  assert.deepEqual([...new Set(Object.values(map.shown))], ["none"]);
});

test("a backdrop that is hidden before it comes stays hidden", async () => {
  const map = await drawn({ hide: true });
  assert.deepEqual([...new Set(Object.values(map.shown))], ["none"]);
});

test("the backdrop is read once the data are drawn, and then said to be there", async () => {
  const map = aMap();
  assert.deepEqual(map.read, [0]);
  await arrive(map);
  assert.deepEqual(map.read, [0, "https://portail.example/tiles/fonds/portail.geojson"]);
  assert.equal(map.container.dataset.backdrop, "drawn");
});

test("woods do not show through surfaces of data, and come back without them; water, roads and names stay", async () => {
  const map = await drawn();
  assert.equal(map.shown[COVERED], "none");
  coverWoods(map, true);
  assert.equal(map.shown[COVERED], "visible");
  assert.equal(map.painted[COVERED], "colour of ground");
  const order = map.layers.indexOf(COVERED);
  for (const id of ["backdrop:wood", "backdrop:park"]) assert.ok(map.layers.indexOf(id) < order, id);
  for (const id of ["backdrop:water", "backdrop:rail", "backdrop:wood-names"])
    assert.ok(map.layers.indexOf(id) > order, id);
  coverWoods(map, false);
  assert.equal(map.shown[COVERED], "none");
});

test("surfaces that were drawn first hide woods as they come, but not those of a basemap", async () => {
  const early = aMap();
  coverWoods(early, true);
  await arrive(early);
  assert.equal(early.shown[COVERED], "visible");
  showBackdrop(early, false);
  assert.equal(early.shown[COVERED], "none");
  showBackdrop(early, true);
  assert.equal(early.shown[COVERED], "visible");
});
