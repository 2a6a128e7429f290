import assert from "node:assert/strict";
import { test } from "node:test";
import { sameDocument } from "../../../../dashboards/static/dashboards/builder/saving.js";

const made = (panel) => ({ title: "A", sections: [{ id: "s", title: "S", panels: [panel] }] });

test("the order of keys says nothing", () => {
  assert.ok(sameDocument({ title: "A", sections: [] }, { sections: [], title: "A" }));
});

test("a list of one is written as itself, and defaults are left out", () => {
  const here = { id: "p", width: 4, height: 2, question: { layer: "a", by: ["genre"], measures: ["count"] } };
  assert.ok(sameDocument(made(here), made({ id: "p", question: { layer: "a", by: "genre" } })));
});

test("filters are the same as a field alone and as what a field alone means", () => {
  const here = [{ field: "genre", kind: "values" }, { field: "commune", kind: "commune" }, "date"];
  assert.ok(sameDocument({ filters: here }, { filters: ["genre", "commune", "date"] }));
});

test("another word, another size, another panel are another document", () => {
  assert.equal(sameDocument(made({ id: "p", title: "a" }), made({ id: "p", title: "b" })), false);
  assert.equal(sameDocument(made({ id: "p", width: 5 }), made({ id: "p" })), false);
  assert.equal(sameDocument(made({ id: "p" }), made({ id: "q" })), false);
});
