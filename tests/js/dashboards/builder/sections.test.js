import assert from "node:assert/strict";
import { test } from "node:test";
import {
  addFilter,
  addInclude,
  addSection,
  describe,
  describeSection,
  filtersOf,
  moveSection,
  removeFilter,
  removeSection,
} from "../../../../dashboards/static/dashboards/builder/document.js";

const made = () => ({
  title: "Arbres",
  sections: [
    { id: "un", title: "Un", panels: [{ id: "a", kind: "text" }] },
    { id: "deux", title: "Deux", panels: [] },
  ],
});
const ids = (document) => document.sections.map((part) => part.id ?? part.include);

test("a section and its panels get names of their own", () => {
  const ready = {
    title: "Un",
    panels: [
      { kind: "text", title: "A" },
      { kind: "text", title: "A" },
    ],
  };
  const { section } = addSection(made(), ready);
  assert.equal(section.id, "un-2");
  assert.deepEqual(
    section.panels.map((panel) => panel.id),
    ["a-2", "a-3"],
  );
});

test("a section is added where it is asked", () => {
  assert.deepEqual(ids(addSection(made(), { title: "Zéro" }, 0).document), ["zero", "un", "deux"]);
});

test("a section moves to another rank, and not past the ends", () => {
  assert.deepEqual(ids(moveSection(made(), 0, 1)), ["deux", "un"]);
  const document = made();
  assert.equal(moveSection(document, 0, -1), document);
});

test("an include stands among the sections", () => {
  assert.deepEqual(ids(addInclude(made(), { include: "velos" }, 1)), ["un", "velos", "deux"]);
});

test("the last section is emptied rather than taken away", () => {
  const document = removeSection(removeSection(made(), 0), 0);
  assert.deepEqual(document.sections, [{ id: "section", title: "", panels: [] }]);
});

test("a text that is emptied goes, a title that is emptied stays", () => {
  const document = describeSection(made(), 0, { title: "", text: "Bonjour" });
  assert.deepEqual(Object.keys(document.sections[0]), ["id", "title", "text", "panels"]);
  assert.equal("text" in describeSection(document, 0, { text: "" }).sections[0], false);
});

test("words of the whole go when they are empty, but for the title", () => {
  const document = describe({ ...made(), summary: "Un mot", refresh: 60 }, { summary: "", refresh: 0 });
  assert.deepEqual(Object.keys(document), ["title", "sections"]);
});

test("a page is filtered by a field once, and no more when it is taken off", () => {
  const once = addFilter(addFilter(made(), { field: "genre" }), { field: "genre" });
  assert.equal(once.filters.length, 1);
  assert.equal("filters" in removeFilter(once, "genre"), false);
});

test("a filter written as a field alone has the kind of its field", () => {
  const filters = filtersOf({ filters: ["commune", "genre", { field: "date", kind: "period" }] });
  assert.deepEqual(
    filters.map(({ kind }) => kind),
    ["commune", "values", "period"],
  );
});
