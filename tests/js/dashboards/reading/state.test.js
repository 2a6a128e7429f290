import assert from "node:assert/strict";
import { test } from "node:test";
import {
  addressed,
  isAsked,
  joinValues,
  pageName,
  splitValues,
  toggled,
  valuesOf,
  withoutLast,
  withValues,
} from "../../../../dashboards/static/dashboards/reading/state.js";

test("values are read back as they were written, commas and backslashes too", () => {
  const values = ["a,b", "c\\", "d", "é"];
  assert.deepEqual(splitValues(joinValues(values)), values);
});

test("a click asks a value alone", () => {
  assert.equal(toggled("?etat=bon", "etat", "moyen"), "?etat=moyen");
});

test("a second click on the same value takes the filter off", () => {
  assert.equal(toggled("?etat=bon", "etat", "bon"), "");
});

test("a click with a key held adds a value, and takes it off again", () => {
  const two = toggled("?etat=bon", "etat", "moyen", true);
  assert.deepEqual(valuesOf(two, "etat"), ["bon", "moyen"]);
  assert.equal(toggled(two, "etat", "moyen", true), "?etat=bon");
});

test("the filter asked last goes first", () => {
  const search = withValues("?etat=bon&commune=92048", "etat", ["moyen"]);
  assert.equal(withoutLast(search), "?commune=92048");
});

test("the version that is read is no filter: it stays", () => {
  assert.equal(withoutLast("?version=4"), "?version=4");
  assert.equal(withoutLast("?version=4&etat=bon"), "?version=4");
});

test("without a filter there is nothing to take off", () => {
  assert.equal(withoutLast("?tableaux=1"), "?tableaux=1");
});

test("fields of features and linked fields have the name of the page", () => {
  assert.equal(pageName("feature.etat", {}), "etat");
  assert.equal(pageName("num_bur", { num_bur: "num_bureau" }), "num_bureau");
});

test("a panel is asked under the filters of the page, where it is seen", () => {
  assert.equal(
    addressed("/a/b/?etat=bon&vue=ecran", "?etat=moyen&tableaux=1&secondes=30"),
    "/a/b/?etat=moyen&vue=ecran",
  );
});

test("a value is asked whole", () => {
  assert.equal(isAsked("?nom=a%5C%2Cb", "nom", "a,b"), true);
  assert.equal(isAsked("?nom=a%5C%2Cb", "nom", "a"), false);
});
