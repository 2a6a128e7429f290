import assert from "node:assert/strict";
import test from "node:test";
import { followRow } from "../../../../explorer/static/explorer/map/row-focus.js";

/** A document of one list: what has the focus is `page.activeElement`, and rows that are removed lose it. */
function listOf(...features) {
  const page = { body: "body", activeElement: "body" };
  const list = new EventTarget();
  const element = (dataset) => ({
    dataset,
    focus: (options) => Object.assign(page, { activeElement: dataset, options }),
  });
  let rows = features;
  const hasFocus = () => rows.includes(page.activeElement?.feature);
  Object.assign(list, element("list"), {
    matches: () => hasFocus(),
    querySelector(selector) {
      const [feature] = selector.endsWith(":focus")
        ? rows.filter((row) => row === page.activeElement?.feature)
        : rows.filter((row) => selector === `[data-feature="${row}"]`);
      return feature ? element({ feature }) : null;
    },
  });
  followRow(list, page);
  /** Replace the rows as htmx does: the events before and in the task of the swap, none of those after it. */
  const replace = (...others) => {
    list.dispatchEvent(new Event("htmx:before:swap"));
    if (hasFocus()) page.activeElement = "body";
    rows = others;
    list.dispatchEvent(new Event("htmx:before:settle"));
  };
  return { page, replace };
}

test("the row of the same feature has the focus in the task that replaces the rows", () => {
  const { page, replace } = listOf("trees/1", "trees/2");
  page.activeElement = { feature: "trees/2" };
  replace("trees/3", "trees/2");
  assert.deepEqual(page.activeElement, { feature: "trees/2" });
});

test("the focus does not scroll the page", () => {
  const { page, replace } = listOf("trees/1");
  page.activeElement = { feature: "trees/1" };
  replace("trees/1");
  assert.deepEqual(page.options, { preventScroll: true });
});

test("the list has the focus where the row is gone", () => {
  const { page, replace } = listOf("trees/1");
  page.activeElement = { feature: "trees/1" };
  replace("trees/2");
  assert.equal(page.activeElement, "list");
});

test("what is elsewhere keeps the focus", () => {
  const { page, replace } = listOf("trees/1");
  page.activeElement = "field";
  replace("trees/1");
  assert.equal(page.activeElement, "field");
});

test("a list that never had the focus takes none", () => {
  const { page, replace } = listOf("trees/1");
  replace("trees/1");
  assert.equal(page.activeElement, "body");
});

test("a row that had the focus once does not take it back from the page", () => {
  const { page, replace } = listOf("trees/1");
  page.activeElement = { feature: "trees/1" };
  replace("trees/1");
  page.activeElement = "body";
  replace("trees/1");
  assert.equal(page.activeElement, "body");
});
