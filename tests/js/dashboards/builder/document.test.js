import assert from "node:assert/strict";
import { test } from "node:test";
import {
  addPanel,
  duplicatePanel,
  fieldsUsed,
  findPanel,
  mergePanel,
  movePanel,
  named,
  panelsOf,
  removePanel,
  resizePanel,
  setInPanel,
  slugOf,
  valueAt,
} from "../../../../dashboards/static/dashboards/builder/document.js";

const panel = (id, words = {}) => ({ id, kind: "text", ...words });
const made = () => ({
  title: "Arbres",
  sections: [
    { id: "un", title: "Un", panels: [panel("a"), panel("b"), panel("c")] },
    { include: "velos" },
    { id: "deux", title: "Deux", panels: [panel("d")] },
  ],
});
const order = (document) => document.sections.map((part) => (part.panels ?? []).map(({ id }) => id).join(""));

test("a name is made from words, without accents nor signs", () => {
  assert.equal(slugOf("  Œuvres & Écoles : l’été 2026 "), "oeuvres-ecoles-l-ete-2026");
});

test("a new panel takes its name from its title, and another one when it is taken", () => {
  const document = addPanel(made(), named(made(), { kind: "bar", title: "Par genre" }));
  assert.equal(named(document, { kind: "bar", title: "Par genre" }).id, "par-genre-2");
});

test("no panel is called by a word of addresses", () => {
  assert.equal(named(made(), { kind: "text", title: "Versions" }).id, "versions-2");
});

test("a panel without title is called by its kind, as names are written", () => {
  assert.equal(named(made(), { kind: "heat_table" }).id, "heat-table");
});

test("a panel is added at the end of the last section that has its own", () => {
  assert.deepEqual(order(addPanel(made(), panel("e"))), ["abc", "", "de"]);
});

test("a panel moves forward in its section to where it was shown to go", () => {
  assert.deepEqual(order(movePanel(made(), "a", { section: 0, rank: 2 })), ["bac", "", "d"]);
});

test("a panel moves to another section, and to no include", () => {
  assert.deepEqual(order(movePanel(made(), "a", { section: 2, rank: 1 })), ["bc", "", "da"]);
  assert.deepEqual(order(movePanel(made(), "a", { section: 1, rank: 0 })), ["abc", "", "d"]);
});

test("a move to where a panel stands changes nothing", () => {
  const document = made();
  assert.equal(movePanel(document, "b", { section: 0, rank: 2 }), document);
});

test("an operation leaves the document that it starts from as it was", () => {
  const document = made();
  removePanel(document, "a");
  assert.deepEqual(document, made());
});

test("a copy stands after its panel, under its own name", () => {
  const { document, id } = duplicatePanel(made(), "a", "Copie de a");
  assert.equal(id, "copie-de-a");
  assert.equal(findPanel(document, id).rank, 1);
});

test("a size stays on the grid", () => {
  const { panel: wide } = findPanel(resizePanel(made(), "a", { width: 40, height: 0 }), "a");
  assert.deepEqual([wide.width, wide.height], [12, 1]);
});

test("a size that is already there changes nothing", () => {
  const document = made();
  assert.equal(resizePanel(document, "a", { width: 4 }), document);
});

test("a value is written at its path, and an empty one takes the key and what it leaves empty away", () => {
  const document = setInPanel(made(), "a", "options.unit", "arbres");
  assert.equal(valueAt(findPanel(document, "a").panel, "options.unit"), "arbres");
  assert.equal("options" in findPanel(setInPanel(document, "a", "options.unit", ""), "a").panel, false);
});

test("zero and false are values", () => {
  const document = setInPanel(made(), "a", "notice.threshold", 0);
  assert.equal(valueAt(findPanel(document, "a").panel, "notice.threshold"), 0);
});

test("the panels of includes are not those of the document", () => {
  assert.deepEqual(
    panelsOf(made()).map(({ id }) => id),
    ["a", "b", "c", "d"],
  );
});

test("what was typed while a change was made elsewhere is kept, and the change too", () => {
  const before = { id: "a", kind: "bar", title: "Ol", subtitle: "x" };
  const after = { id: "a", kind: "line", title: "Ol", subtitle: "x", question: { layer: "l" } };
  const current = { id: "a", kind: "bar", title: "Olé" };
  assert.deepEqual(mergePanel(current, before, after), {
    id: "a",
    kind: "line",
    title: "Olé",
    question: { layer: "l" },
  });
});

test("the fields of a layer that panels name are found under their keys", () => {
  const question = { layer: "l", by: ["year:date", "feature.etat"], measures: "sum:surface" };
  const document = { sections: [{ panels: [{ id: "a", question, options: { field: "type" } }] }] };
  assert.deepEqual([...fieldsUsed(document, "l")], ["date", "etat", "surface", "type"]);
  assert.equal(fieldsUsed(document, "autre").size, 0);
});
