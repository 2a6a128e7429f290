/** Keys of long lists of results: arrows, pages and ends move the focus from one result to another, or to another list. */

import { closest, findAll } from "../dom.js";

const PAGE = 8; // of forty results, each is six keys away at most
/** @type {Record<string, ((active: number, count: number, starts: number[]) => number) | undefined>} */
const STEPS = {
  ArrowDown: (active) => active + 1,
  ArrowUp: (active) => active - 1,
  ArrowRight: (active, _count, starts) => starts.find((start) => start > active) ?? active,
  ArrowLeft: (active, _count, starts) => starts.findLast((start) => start < active) ?? active,
  PageDown: (active) => Math.max(active, 0) + PAGE,
  PageUp: (active) => active - PAGE,
  Home: () => 0,
  End: (_active, count) => count - 1,
};
const FIELDS = "input, select, textarea, [role=tab], [role=option], [contenteditable]";

/**
 * The result that a key gives the focus to among `count`, from `active` (-1: none yet); null for a key that moves nothing.
 *
 * @param {string} key
 * @param {number} active
 * @param {number} count
 * @param {number[]} [starts] - the first result of each list
 * @returns {number | null}
 */
export function resultAfter(key, active, count, starts = [0]) {
  const step = STEPS[key];
  return step && count ? Math.min(Math.max(step(active, count, starts), 0), count - 1) : null;
}

/**
 * Move the focus in lists of results: `data-arrows` of their container selects the links, present or to come. Tab still
 * goes through all that they hold.
 *
 * @param {Document} root
 */
export function resultLists(root) {
  root.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const list = closest(event, "[data-arrows]");
    if (!list || closest(event, FIELDS)) return;
    const results = findAll(list, list.dataset.arrows ?? "a").filter((result) => result.checkVisibility());
    const active = results.findIndex((result) => result.matches(":focus"));
    const lists = results.map((result) => result.closest("ul, ol"));
    // A link that follows a list, to the rows it leaves out, is the last of it.
    const starts = lists.flatMap((own, at) => (at && (!own || own === lists[at - 1]) ? [] : [at]));
    const next = resultAfter(event.key, active, results.length, starts);
    if (next === null) return;
    event.preventDefault();
    results[next].focus();
  });
}
