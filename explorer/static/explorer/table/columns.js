/** How wide the columns of a table are, and how they sort. Pure: no DOM. */

/** @import {Column, Row} from "./pages.js" */

// In widths of a figure (ch): a letter is narrower. The first column holds the choice of the total too.
const LETTER = 0.8;
const [NARROWEST_FIRST, WIDEST] = [16, 30];
const SORT_MARK = 2;
const DISTANCE = "_distance";

/**
 * How wide each column is: what its title, totals and first rows need, within bounds; the room left is shared.
 *
 * @param {Pick<Column, "title" | "isNumber" | "totals">[]} columns
 * @param {Row[]} rows
 */
export function tracks(columns, rows) {
  return columns
    .map(({ title, isNumber, totals = {} }, index) => {
      const texts = [...rows.map((row) => String(row[index + 1])), ...Object.values(totals)];
      const longest = texts.reduce((most, text) => Math.max(most, text.length), 0) * (isNumber ? 1 : LETTER);
      const needed = Math.max(longest, title.length * LETTER + SORT_MARK, index ? 0 : NARROWEST_FIRST);
      const figures = Math.min(Math.ceil(needed), WIDEST);
      return `minmax(calc(${figures}ch + 2 * var(--s4)), ${figures}fr)`;
    })
    .join(" ");
}

/**
 * The state of a column under a sort: the word of `aria-sort`, empty for a column that does not sort.
 *
 * @param {string} name
 * @param {string} sort
 */
export function sortState(name, sort) {
  if (sort === name) return "ascending";
  return sort === `-${name}` ? "descending" : "";
}

/**
 * The sort to ask the server: that of the distance means nothing where none is measured.
 *
 * @param {boolean} isMeasured
 * @param {string} sort
 */
export function sortUnder(isMeasured, sort) {
  return !isMeasured && sort.replace(/^-/, "") === DISTANCE ? "" : sort;
}

const BY_TITLE = "titre";

/**
 * The order of the answers that goes with a sort of their table: the nearest first is the usual one.
 *
 * @param {string} sort
 * @param {boolean} isNearPoint - distances are to a point, which the list has from the nearest alone
 */
export function orderOfSort(sort, isNearPoint) {
  return sort === DISTANCE || (isNearPoint && sort === `-${DISTANCE}`) ? "" : sort;
}

/**
 * The sort of the table that goes with an order of the answers: by title and by distance it has its own.
 *
 * @param {string} order
 */
export const sortOfOrder = (order) => (order === BY_TITLE || order === "distance" ? "" : order);

/**
 * The state of a link whose table is sorted: the answers are in this order where the link says no other.
 *
 * @template {{ sujet: string, ordre: string, near: string, table: { layer: string, sort: string } | null }} State
 * @param {State} state
 * @returns {State}
 */
export function withTableOrder(state) {
  const { sujet, ordre, near, table } = state;
  const isSorted = ordre === "" && table !== null && table.layer === sujet;
  return isSorted ? { ...state, ordre: orderOfSort(table.sort, near !== "") } : state;
}
