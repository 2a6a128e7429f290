/** Tabs of a page: arrows move between them, the panel of the chosen one shows. Markup: role=tablist with `data-tabs`. */

import { closest, findAll } from "../dom.js";

/**
 * Return the index an arrow, Home or End leads to among `count` tabs, or null for any other key.
 *
 * @param {string} key
 * @param {number} index
 * @param {number} count
 * @returns {number | null}
 */
export function nextTab(key, index, count) {
  /** @type {Record<string, number>} */
  const steps = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: count - 1 };
  return key in steps ? (steps[key] + count) % count : null;
}

/** @param {HTMLElement[]} tabs @param {number} index */
function choose(tabs, index) {
  tabs.forEach((tab, rank) => {
    const isChosen = rank === index;
    tab.setAttribute("aria-selected", String(isChosen));
    tab.tabIndex = isChosen ? 0 : -1;
    const panel = document.getElementById(tab.getAttribute("aria-controls") ?? "");
    if (panel) panel.hidden = !isChosen;
  });
}

/**
 * Bind every `[data-tabs]` of `root`.
 *
 * @param {ParentNode} root
 */
export function tabLists(root) {
  for (const list of findAll(root, "[data-tabs]")) {
    const tabs = findAll(list, "[role=tab]");
    choose(
      tabs,
      tabs.findIndex((tab) => tab.getAttribute("aria-selected") === "true"),
    );
    list.addEventListener("click", (event) => {
      const tab = closest(event, "[role=tab]");
      if (tab && tabs.includes(tab)) choose(tabs, tabs.indexOf(tab));
    });
    list.addEventListener("keydown", (event) => {
      const current = tabs.indexOf(/** @type {HTMLElement} */ (event.target));
      const index = nextTab(event.key, current, tabs.length);
      if (index === null) return;
      event.preventDefault();
      choose(tabs, index);
      tabs[index].focus();
    });
  }
}
