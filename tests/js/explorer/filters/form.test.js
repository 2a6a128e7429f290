import assert from "node:assert/strict";
import test from "node:test";
import {
  combinationText,
  combinedAll,
  readCombination,
  readForm,
  replaced,
  uncrossed,
} from "../../../../explorer/static/explorer/filters/form.js";

test("a form asks the values of its layer, and words of all", () => {
  const entries = [
    ["q", " cèdre "],
    ["commune", "92048"],
    ["arbres.genre", "Cedrus"],
    ["arbres.genre", "Acer"],
    ["zones.typezone", "N"],
  ];
  assert.deepEqual(readForm(entries, "arbres"), { q: "cèdre", own: { "arbres.genre": ["Cedrus", "Acer"] } });
});

test("two bounds are one range, and an empty one is open", () => {
  const entries = [
    ["arbres.hauteur.de", "12"],
    ["arbres.hauteur.a", ""],
    ["arbres.hauteur", "-"],
  ];
  assert.deepEqual(readForm(entries, "arbres").own, { "arbres.hauteur": ["-", "12.."] });
});

test("a period counted from today takes the place of the bounds", () => {
  const entries = [
    ["arbres.pose.periode", "last-14-days"],
    ["arbres.pose.de", "2024-01-01"],
    ["arbres.pose", "-"],
  ];
  assert.deepEqual(readForm(entries, "arbres").own, { "arbres.pose": ["-", "last-14-days"] });
});

test("empty fields and a combination not yet added ask nothing", () => {
  const entries = [
    ["arbres.nom", " "],
    ["arbres.touching.couche", "zones"],
    ["arbres.touching.metres", "300"],
  ];
  assert.deepEqual(readForm(entries, "arbres").own, {});
});

test("the filters of other layers stay", () => {
  const own = { "arbres.genre": ["Acer"], "arbres-2.genre": ["Tilia"] };
  assert.deepEqual(replaced(own, "arbres", { "arbres.hauteur": ["3.."] }), {
    "arbres-2.genre": ["Tilia"],
    "arbres.hauteur": ["3.."],
  });
});

test("a combination is written as the address holds it", () => {
  assert.equal(combinationText({ layer: "zones" }), "zones");
  assert.equal(combinationText({ layer: "zones", id: 12, metres: 0 }), "zones/12");
  assert.equal(combinationText({ layer: "zones", metres: 300, isLive: true }), "zones@300*");
});

test("the button of a sheet names an object and metres", () => {
  assert.deepEqual(readCombination("plui-zones/12@0"), { layer: "plui-zones", id: 12, metres: 0 });
  assert.equal(readCombination("plui-zones@300"), null);
});

test("an object is asked of every layer that is on but its own, once", () => {
  const state = { layers: ["arbres", "zones"], own: { "arbres.touching": ["zones/12"] } };
  const own = combinedAll(state, { layer: "zones", id: 12, metres: 0 });
  assert.deepEqual(own, { "arbres.touching": ["zones/12"] });
});

test("the slider that moves stops at the other one", () => {
  assert.deepEqual(uncrossed(8, 5, "from"), [5, 5]);
  assert.deepEqual(uncrossed(8, 5, "to"), [8, 8]);
  assert.deepEqual(uncrossed(3, 5, "to"), [3, 5]);
});
