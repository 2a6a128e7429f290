import assert from "node:assert/strict";
import test from "node:test";
import { readState, writeState } from "../../../../explorer/static/explorer/map_state/state.js";
import {
  orderOfSort,
  sortOfOrder,
  sortState,
  sortUnder,
  tracks,
  withTableOrder,
} from "../../../../explorer/static/explorer/table/columns.js";
import { Pages } from "../../../../explorer/static/explorer/table/pages.js";
import {
  bounded,
  cellAfter,
  heightAfter,
  scrollFor,
  spaceHeight,
  TALLEST_PX,
  windowOf,
} from "../../../../explorer/static/explorer/table/window.js";

const SHORT = { height: 360, rowHeight: 36, count: 100_000 };
const LONG = { height: 360, rowHeight: 36, count: 2_000_000 };

test("only the rows on screen and a few around are drawn", () => {
  const shown = windowOf({ ...SHORT, scrollTop: 3600, extra: 2 });
  assert.deepEqual(shown, { seen: 100, first: 98, last: 112, shift: 0 });
});

test("the last row is drawn at the end of the scroll, however long the table", () => {
  for (const view of [SHORT, LONG]) {
    const end = spaceHeight(view.count, view.rowHeight) - view.height;
    const { last, seen } = windowOf({ ...view, scrollTop: end });
    assert.equal(last, view.count);
    assert.ok(seen >= view.count - 11);
  }
});

test("the space of a very long table stays within what browsers lay out", () => {
  assert.equal(spaceHeight(LONG.count, LONG.rowHeight), TALLEST_PX);
});

test("a row of a very long table is on screen where its scroll leads", () => {
  const scrollTop = scrollFor(1_234_567, { ...LONG, scrollTop: 0 });
  const { first, last } = windowOf({ ...LONG, scrollTop, extra: 1 });
  assert.ok(first <= 1_234_567 && last > 1_234_567);
});

test("a row that is whole on screen does not scroll", () => {
  assert.equal(scrollFor(5, { ...SHORT, scrollTop: 100 }), 100);
});

test("arrows, pages and ends move the cell and never leave the table", () => {
  const size = { rows: 100, columns: 4, page: 10 };
  const from = { row: 50, column: 1 };
  const after = (key, isFar = false) => Object.values(cellAfter({ key, isFar }, from, size));
  assert.deepEqual(after("ArrowDown"), [51, 1]);
  assert.deepEqual(after("PageUp"), [40, 1]);
  assert.deepEqual(Object.values(cellAfter({ key: "PageDown", isQuarter: true }, from, size)), [75, 1]);
  assert.deepEqual(after("Home"), [50, 0]);
  assert.deepEqual(after("End", true), [99, 3]);
  assert.deepEqual(Object.values(cellAfter({ key: "ArrowUp" }, { row: 0, column: 0 }, size)), [0, 0]);
  assert.equal(cellAfter({ key: "a" }, from, size), null);
});

const FIRST = { matched: 10, pageRows: 2, version: 1, marks: ["m1", "m2", "m3", "m4"], rows: [[0], [1]] };
const page = (cursor) => {
  const start = cursor ? 2 * Number(cursor[1]) : 0;
  return { version: 1, rows: [[start], [start + 1]] };
};
const arrived = (pages) =>
  new Promise((resolve) => {
    pages.onPage = resolve;
  });

test("a page is read from the mark before it, without those between", async () => {
  const asked = [];
  const pages = new Pages(FIRST, async (cursor) => {
    asked.push(cursor);
    return page(cursor);
  });
  const come = arrived(pages);
  pages.want(8, 10);
  await come;
  assert.deepEqual(asked, ["m4"]);
  assert.deepEqual(pages.row(9), [9]);
  assert.equal(pages.row(4), undefined);
});

test("memory is bounded: the oldest page is forgotten", async () => {
  const pages = new Pages(FIRST, async (cursor) => page(cursor), 2);
  for (const row of [2, 4, 6]) {
    const come = arrived(pages);
    pages.want(row, row + 1);
    await come;
  }
  assert.equal(pages.loaded, 2);
  assert.equal(pages.row(0), undefined);
  assert.deepEqual(pages.row(6), [6]);
});

test("pages of two versions of the data are not mixed", async () => {
  const pages = new Pages(FIRST, async (cursor) => ({ ...page(cursor), version: 2 }));
  const failed = new Promise((resolve) => {
    pages.onFail = resolve;
  });
  pages.want(2, 3);
  assert.match((await failed).message, /changed/);
});

test("a page that is no longer wanted is stopped", () => {
  const stopped = [];
  const pages = new Pages(FIRST, (cursor, signal) => {
    signal.addEventListener("abort", () => stopped.push(cursor));
    return new Promise(() => {});
  });
  pages.want(2, 3);
  pages.want(8, 9);
  assert.deepEqual(stopped, ["m1"]);
});

test("a title says how its column sorts", () => {
  assert.equal(sortState("hauteur", "-hauteur"), "descending");
  assert.equal(sortState("hauteur", "hauteur"), "ascending");
  assert.equal(sortState("hauteur", "nom"), "");
});

test("a column is as wide as its title and first rows need, within bounds", () => {
  const columns = [
    { title: "Nom" },
    { title: "Bâtiment patrimonial" },
    { title: "Hauteur (m)", isNumber: true, totals: { sum: "1 234 567 890 000" } },
  ];
  const rows = [[1, "Orme", "Maisons Jean Prouvé (lotissement Sans-Souci)", "34,5"]];
  const widths = tracks(columns, rows).match(/\d+(?=ch)/g);
  assert.deepEqual(widths, ["16", "30", "17"]);
  assert.equal(tracks([{ title: "a" }, { title: "Genre" }], []).match(/\d+(?=fr)/g)[1], "6");
});

test("the drawer keeps within its bounds", () => {
  assert.deepEqual([bounded(3), bounded(99)], [20, 85]);
  assert.equal(heightAfter("ArrowUp", 40), 45);
  assert.equal(heightAfter("End", 40), 85);
  assert.equal(heightAfter("x", 40), null);
});

test("the address of a table opens it again", () => {
  const table = { layer: "a", sort: "-nom", columns: ["nom", "age"] };
  const address = writeState({ layers: ["a"], table });
  assert.equal(address, "?couches=a&tableau=a&tri=-nom&colonnes=nom,age");
  assert.deepEqual(readState(address, "").table, table);
});

test("the sort by distance is asked around a place alone", () => {
  assert.deepEqual(
    ["_distance", "-_distance", "nom", ""].map((sort) => sortUnder("", sort)),
    ["", "", "nom", ""],
  );
  assert.equal(sortUnder("2.2,48.8", "-_distance"), "-_distance");
});

test("the answers follow the sort of their table, and the table their order", () => {
  assert.equal(orderOfSort("-hauteur", false), "-hauteur");
  assert.equal(orderOfSort("_distance", false), "");
  assert.equal(orderOfSort("-_distance", true), "");
  assert.equal(sortOfOrder("titre"), "");
  assert.equal(sortOfOrder("-hauteur"), "-hauteur");
});

test("a link with a sorted table orders the answers of its subject alone", () => {
  const link = (layer, ordre = "") =>
    withTableOrder({ sujet: "arbres", near: "", ordre, table: { layer, sort: "nom" } }).ordre;
  assert.equal(link("arbres"), "nom");
  assert.equal(link("bancs"), "");
  assert.equal(link("arbres", "titre"), "titre");
});
