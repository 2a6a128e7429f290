import assert from "node:assert/strict";
import test from "node:test";
import { PartLabels, visiblePoint } from "../../../../interface/static/interface/map/part-labels.js";

const SIZE = { width: 800, height: 600 };
const box = (west, north, east, south) => [
  [west, north],
  [east, north],
  [east, south],
  [west, south],
  [west, north],
];

test("a surface that is larger than the map has its label in the middle of what is seen", () => {
  const [x, y] = visiblePoint([[box(-5000, -5000, 5000, 5000)]], SIZE);
  assert.ok(Math.abs(x - 400) < 60 && Math.abs(y - 300) < 60, `${x} ${y}`);
});

test("of several parts the largest visible one has it", () => {
  const [x] = visiblePoint([[box(-900, 0, 60, 600)], [box(300, 100, 700, 500)]], SIZE);
  assert.ok(x > 300 && x < 700, String(x));
});

test("a label is inside a bent surface, and out of a hole", () => {
  const bent = [
    [0, 0],
    [600, 0],
    [600, 80],
    [80, 80],
    [80, 500],
    [0, 500],
    [0, 0],
  ];
  const [x, y] = visiblePoint([[bent]], SIZE);
  assert.ok(x < 80 || y < 80, `${x} ${y}`);
  const [, down] = visiblePoint([[box(0, 0, 400, 400), box(10, 10, 390, 300)]], SIZE);
  assert.ok(down > 300, String(down));
});

test("what is out of the map, or too narrow, has none", () => {
  assert.equal(visiblePoint([[box(-400, 0, -10, 400)]], SIZE), null);
  assert.equal(visiblePoint([[box(100, 0, 116, 400)]], SIZE), null);
});

/** A map where a pixel is a unit, with what its sources hold by their layers. */
function aMap(held) {
  const map = {
    layers: [],
    data: {},
    getZoom: () => 15,
    getContainer: () => ({ clientWidth: SIZE.width, clientHeight: SIZE.height }),
    project: ([x, y]) => ({ x, y }),
    unproject: ([lng, lat]) => ({ lng, lat }),
    querySourceFeatures: (_source, { sourceLayer }) => held[sourceLayer] ?? [],
    addSource: (id, { data }) => {
      map.data[id] = data.features;
    },
    getSource: (id) => ({ setData: ({ features }) => Object.assign(map.data, { [id]: features }) }),
    addLayer: ({ id }, above) => map.layers.push([id, above]),
    removeLayer: (id) =>
      map.layers.splice(
        map.layers.findIndex(([own]) => own === id),
        1,
      ),
    removeSource: (id) => delete map.data[id],
  };
  return map;
}
const surface = (id, ring) => ({
  id,
  properties: Object.assign(Object.create(null), { libelle: `U${id}` }), // as MapLibre reads tiles
  geometry: { type: "Polygon", coordinates: [ring] },
});
const LABELLED = [
  { id: "zones", source: "base:0", slug: "zones", label: { id: "zones:label", minzoom: 12 } },
];

test("a surface is labelled once: at its middle where that is in view, else in the part that is seen", () => {
  const anchor = { id: 1, geometry: { type: "Point", coordinates: [100, 100] } };
  const map = aMap({
    "zones:anchors": [anchor, { id: 2, geometry: { type: "Point", coordinates: [-900, 300] } }],
    zones: [
      surface(1, box(0, 0, 200, 200)),
      surface(2, box(-2000, 0, 400, 600)),
      surface(2, box(300, 0, 700, 600)),
    ],
  });
  const painter = { labelledSurfaces: LABELLED };
  const labels = new PartLabels(map, painter);
  labels.refresh();
  assert.deepEqual(
    map.data["zones:part-labels"].map(({ properties }) => properties.libelle),
    ["U2"],
  );
  assert.ok(
    map.data["zones:part-labels"].every(({ properties }) => properties.constructor === Object),
    "the worker of MapLibre takes plain objects alone",
  );
  assert.deepEqual(map.layers, [["zones:part-labels", "names"]]);
  labels.refresh();
  assert.equal(map.layers.length, 1, "nothing changes while nothing moves");
  painter.labelledSurfaces = [];
  labels.refresh();
  assert.deepEqual([map.layers, map.data], [[], {}], "nothing stays of a layer that is off");
});
