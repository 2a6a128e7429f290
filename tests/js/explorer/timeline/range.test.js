import assert from "node:assert/strict";
import test from "node:test";
import {
  countOf,
  halves,
  moved,
  pushed,
  rangeValue,
  sideOf,
  valuesOf,
  wordsOf,
} from "../../../../explorer/static/explorer/timeline/range.js";

const MONTHS = ["janvier", "février", "mars", "avril"].map((name, place) => ({
  first: `2024-0${place + 1}-01`,
  last: `2024-0${place + 1}-28`,
  name: `${name} 2024`,
  count: place,
}));
const WORDS = {
  all: "toutes",
  range: "de {first} à {last}",
  rangeVowel: "d’{first} à {last}",
  rangeDay: "du {first} au {last}",
  since: "depuis {first}",
  until: "jusqu’à {last}",
};
const at = (first, last) => ({ first, last });

test("periods in the middle ask their first and last day", () => {
  assert.equal(rangeValue(MONTHS, 1, 2), "2024-02-01..2024-03-28");
});

test("a handle at its end leaves the range open", () => {
  assert.deepEqual(
    [rangeValue(MONTHS, 0, 2), rangeValue(MONTHS, 2, 3), rangeValue(MONTHS, 0, 3)],
    ["..2024-03-28", "2024-03-01..", ""],
  );
});

test("what has no date answers where it is asked to", () => {
  assert.deepEqual(valuesOf(MONTHS, at(1, 2), true), ["2024-02-01..2024-03-28", "-"]);
  assert.deepEqual(valuesOf(MONTHS, at(1, 2), false), ["2024-02-01..2024-03-28"]);
});

test("every date without what has none is asked by both ends", () => {
  assert.deepEqual(valuesOf(MONTHS, at(0, 3), false), ["2024-01-01..2024-04-28"]);
  assert.deepEqual(valuesOf(MONTHS, at(0, 3), true), []);
});

test("handles push each other and never cross", () => {
  assert.deepEqual(pushed(at(3, 1), "from"), at(3, 3));
  assert.deepEqual(pushed(at(3, 1), "to"), at(1, 1));
});

test("the window moves by its own length and stops at the end", () => {
  assert.deepEqual(moved(at(0, 1), 1, 4), at(2, 3));
  assert.deepEqual(moved(at(1, 2), 1, 4), at(2, 3));
  assert.equal(moved(at(2, 3), 1, 4), null);
  assert.equal(moved(at(0, 1), -1, 4), null);
});

test("from every date, time unfolds from its first period", () => {
  assert.deepEqual(moved(at(0, 3), 1, 4), at(0, 0));
});

test("a range is worded, with an elision before a vowel", () => {
  assert.equal(wordsOf(MONTHS, at(1, 2), WORDS), "de février 2024 à mars 2024");
  assert.equal(
    wordsOf([MONTHS[0], MONTHS[3], MONTHS[2], MONTHS[1]], at(1, 2), WORDS),
    "d’avril 2024 à mars 2024",
  );
  assert.equal(wordsOf(MONTHS, at(2, 3), WORDS), "depuis mars 2024");
  assert.equal(wordsOf(MONTHS, at(0, 1), WORDS), "jusqu’à février 2024");
  assert.equal(wordsOf(MONTHS, at(2, 2), WORDS), "mars 2024");
});

test("a suppressed count makes the whole unknown", () => {
  assert.equal(countOf(MONTHS, at(1, 3)), 6);
  assert.equal(countOf([MONTHS[1], { ...MONTHS[2], count: null }], at(0, 1)), null);
});

test("a period is compared by its halves, and one that is alone is not", () => {
  assert.deepEqual(halves(MONTHS, at(0, 3)), ["2024-01-01..2024-02-28", "2024-03-01..2024-04-28"]);
  assert.equal(halves(MONTHS, at(2, 2)), null);
});

test("a side is a layer, a version or a period of it", () => {
  const side = { layer: "bancs", content: "", first: "2024-01-01", last: "" };
  assert.deepEqual(sideOf(side), { text: "bancs", fault: "" });
  assert.deepEqual(sideOf({ ...side, content: "v2" }), { text: "bancs@v2", fault: "" });
  assert.deepEqual(sideOf({ ...side, content: "period" }), { text: "bancs@2024-01-01..", fault: "" });
});

test("a period without a day, or that ends before it begins, is a fault", () => {
  const side = { layer: "bancs", content: "period", first: "", last: "" };
  assert.equal(sideOf(side).fault, "empty");
  assert.equal(sideOf({ ...side, first: "2024-02-01", last: "2024-01-01" }).fault, "backward");
});
