import assert from "node:assert/strict";
import test from "node:test";
import { hereRadius } from "../../../../explorer/static/explorer/map_state/here.js";
import { applyLink } from "../../../../explorer/static/explorer/map_state/links.js";
import {
  hasChanged,
  hasOtherLayers,
  isQuestion,
  nearText,
  readCamera,
  readFeature,
  readState,
  Store,
  withLayer,
  writeState,
} from "../../../../explorer/static/explorer/map_state/state.js";

test("an address that names no layer leaves the choice to the page", () => {
  assert.equal(readState("", "").layers, null);
});

test("an empty couches means that every layer is off", () => {
  assert.deepEqual(readState("?couches=", "").layers, []);
});

test("what is written is read back", () => {
  const state = {
    layers: ["aires-de-jeux", "plui-zones"],
    commune: "92048,92012",
    within: "POLYGON((2.2 48.8,2.3 48.8,2.3 48.9,2.2 48.8))",
    near: "2.2,48.8",
    radius: "300",
    q: "l’été & l'hiver",
    sujet: "arbres-remarquables",
    retrait: "zones",
    "plan-date": "2024-03-01",
    ordre: "titre",
    own: {
      "aires-de-jeux.age_min": ["3..12"],
      "plui-zones.typezone": ["N", "U"],
      "plui-zones.touching": ["aires-de-jeux@300*"],
    },
    opacity: { "plui-zones": 60 },
    renderings: { relief: "lisse" },
    versions: { "plui-zones": 2 },
    swipe: { left: "plui-zones@v1", percent: 30, right: "aires-de-jeux@2024-01-01.." },
    basemap: "plan",
    feature: { layer: "aires-de-jeux", id: 12 },
    table: { layer: "plui-zones", sort: "-libelle", columns: ["libelle", "typezone"] },
    camera: { zoom: 14.25, center: [2.2365, 48.8125] },
  };
  const [search, hash] = writeState(state).split("#");
  assert.deepEqual(readState(search, `#${hash}`), state);
});

test("no layer on is written so that it stays off", () => {
  assert.equal(writeState({ layers: [], commune: "", feature: null, camera: null }), "?couches=");
});

test("a feature's address keeps its slash readable", () => {
  const address = writeState({ layers: ["a"], commune: "", feature: { layer: "a", id: 1 }, camera: null });
  assert.equal(address, "?couches=a&objet=a/1");
});

for (const text of ["", "a", "a/", "a/b", "A/1", "a/1/2", "../1"]) {
  test(`« ${text} » names no feature`, () => assert.equal(readFeature(text), null));
}

for (const hash of ["", "#", "#12", "#99/48/2", "#12/91/2", "#12/48/181", "#a/b/c"]) {
  test(`« ${hash} » is no camera`, () => assert.equal(readCamera(hash), null));
}

const nothing = {
  commune: "",
  within: "",
  near: "",
  radius: "",
  q: "",
  sujet: "",
  ordre: "",
  retrait: "",
  "plan-date": "",
  own: {},
};

test("a link followed before the answer came keeps what was asked meanwhile", () => {
  const asked = { ...nothing, own: { "a.kind": ["N"] } };
  const now = { ...nothing, commune: "92048", own: { "b.kind": ["1"] } };
  const own = { "a.kind": ["N"], "b.kind": ["1"] };
  assert.deepEqual(applyLink(nothing, asked, now), { ...nothing, commune: "92048", own });
});

test("a link that takes a question back takes that one back alone", () => {
  const base = { ...nothing, q: "cedre", own: { "a.kind": ["N", "U"], "a.size": ["1.."] } };
  const asked = { ...nothing, q: "", own: { "a.kind": ["U"] } };
  const now = { ...base, commune: "92048" };
  assert.deepEqual(applyLink(base, asked, now), { ...nothing, commune: "92048", own: { "a.kind": ["U"] } });
});

test("a store says what was and what is", () => {
  const store = new Store({ commune: "" });
  let seen;
  store.addEventListener("portal:state", ({ detail }) => {
    seen = detail;
  });
  store.update({ commune: "92048" });
  assert.deepEqual(seen, { before: { commune: "" }, after: { commune: "92048" } });
});

test("a store says nothing when nothing changes", () => {
  const store = new Store({ layers: ["a"] });
  store.addEventListener("portal:state", () => assert.fail("nothing changed"));
  store.update({ layers: ["a"] });
});

test("a part that is written anew with the same words has not changed", () => {
  assert.equal(hasChanged({ before: { layers: ["a"] }, after: { layers: ["a"] } }, "layers"), false);
});

test("an opacity that is none is left out", () => {
  assert.deepEqual(readState("?opacite=a:60&opacite=b:101&opacite=c", "").opacity, { a: 60 });
});

test("a question that loses its last value is no longer asked", () => {
  const store = new Store({ own: { "a.b": ["1"], "a.c": ["2"] } });
  store.ask("a.b", []);
  assert.deepEqual(store.state.own, { "a.c": ["2"] });
});

const SHAPES = { zone: "surface", zone2: "surface", road: "line", tree: "point", bench: "point" };

for (const [before, slug, after] of [
  [["zone"], "tree", ["tree", "zone"]],
  [["tree", "zone"], "road", ["tree", "road", "zone"]],
  [["tree", "zone"], "zone2", ["tree", "zone2", "zone"]],
  [["zone", "tree"], "bench", ["bench", "zone", "tree"]],
  [["tree"], "zone", ["tree", "zone"]],
  [["tree"], "tree", ["tree"]],
]) {
  test(`${slug} switched on over ${before} gives ${after}`, () => {
    assert.deepEqual(withLayer(before, slug, SHAPES), after);
  });
}

test("of two surfaces the one of the lower rank is drawn below, whichever is switched on first", () => {
  const ranks = { zone: -2, zone2: -1 };
  assert.deepEqual(withLayer(["zone"], "zone2", SHAPES, ranks), ["zone2", "zone"]);
  assert.deepEqual(withLayer(["zone2"], "zone", SHAPES, ranks), ["zone2", "zone"]);
});

test("two relations that are followed one after the other are both asked", () => {
  const asked = { ...nothing, own: { "a.touching": ["zones*"] } };
  const now = { ...nothing, own: { "a.touching": ["batis@300*"] } };
  assert.deepEqual(applyLink(nothing, asked, now).own, { "a.touching": ["batis@300*", "zones*"] });
  const base = { ...nothing, own: { "a.touching": ["batis@300*", "zones*"] } };
  assert.deepEqual(applyLink(base, { ...nothing, own: { "a.touching": ["zones*"] } }, base).own, {
    "a.touching": ["zones*"],
  });
});

test("another order is not another set of layers", () => {
  assert.ok(!hasOtherLayers({ before: { layers: ["a", "b"] }, after: { layers: ["b", "a"] } }));
  assert.ok(hasOtherLayers({ before: { layers: ["a"] }, after: { layers: ["a", "b"] } }));
});

test("a place is written as the address of the map does", () => {
  assert.equal(nearText([2.2700004, 48.8215]), "2.27000,48.82150");
});

test("a question around the person has no point until the position is given", () => {
  const { near, radius, sujet } = readState("?sujet=aires-de-jeux&near=moi&radius=500", "");
  assert.deepEqual({ near, radius, sujet }, { near: "", radius: "", sujet: "aires-de-jeux" });
  assert.equal(hereRadius(new URLSearchParams("near=moi&radius=500")), "500");
  assert.equal(hereRadius(new URLSearchParams("near=2.2,48.8&radius=500")), "");
});

test("layers, a commune and a view are no question; a subject, a condition and a place around a point are", () => {
  for (const search of ["", "?couches=a&commune=92048&opacite=a:50", "?couches=a#12.00/48.80000/2.20000"])
    assert.equal(isQuestion(search), false, search);
  for (const search of [
    "?couches=a&sujet=a",
    "?couches=a&a.nom=x#12.00/48.8/2.2",
    "?near=2.2,48.8&radius=300",
  ])
    assert.equal(isQuestion(search), true, search);
});
