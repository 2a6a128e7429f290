/** Keys of the builder: between panels, over the chosen one, and over the whole page. */

import { findPanel } from "./document.js";
import { rowNeighbour } from "./layout.js";

/** @import { PanelCommands } from "./commands.js" */
/** @import { DashboardDocument } from "./document.js" */
/** @import { Direction } from "./layout.js" */
/** @import { Store } from "./store.js" */

/** @typedef {Pick<KeyboardEvent, "key" | "altKey" | "shiftKey" | "ctrlKey" | "metaKey">} Key */

const TYPED = "input, select, textarea, [contenteditable]";
/** @type {Record<string, Direction>} */
const ARROWS = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down" };
/** @type {Record<string, string>} */
const SIZES = { ArrowLeft: "narrow", ArrowRight: "widen", ArrowUp: "lower", ArrowDown: "heighten" };

/**
 * What a key does on a panel: `{ command }`, `{ focus }` for a direction, or null. Pure.
 *
 * @param {Key} key
 * @returns {{ command: string, focus?: undefined } | { focus: Direction, command?: undefined } | null}
 */
export function panelKey({ key, altKey, shiftKey, ctrlKey, metaKey }) {
  const isHeld = ctrlKey || metaKey;
  if (isHeld) return key.toLowerCase() === "d" && !altKey && !shiftKey ? { command: "duplicate" } : null;
  if (key in ARROWS) {
    if (altKey) return shiftKey ? null : { command: ARROWS[key] };
    return shiftKey ? { command: SIZES[key] } : { focus: ARROWS[key] };
  }
  if (altKey || shiftKey) return null;
  if (key === "Delete" || key === "Backspace") return { command: "remove" };
  if (key === "Enter" || key === "F2") return { command: "settings" };
  return key === "Escape" ? { command: "leave" } : null;
}

/**
 * What a key does anywhere on the page: a word, or empty. Pure.
 *
 * @param {Key} key
 * @param {boolean} isTyping
 * @returns {"save" | "undo" | "redo" | "help" | ""}
 */
export function pageKey({ key, altKey, shiftKey, ctrlKey, metaKey }, isTyping) {
  if (!altKey && (ctrlKey || metaKey)) {
    const letter = key.toLowerCase();
    if (letter === "s" && !shiftKey) return "save";
    if (isTyping) return "";
    if (letter === "z") return shiftKey ? "redo" : "undo";
    return letter === "y" && !shiftKey ? "redo" : "";
  }
  return key === "?" && !isTyping && !altKey ? "help" : "";
}

/**
 * Follow the keys of `root`; `commands` runs those of panels, `actions` has `save` and `help`.
 *
 * @param {HTMLElement} root
 * @param {Store} store
 * @param {PanelCommands} commands
 * @param {{ save: () => unknown, help: () => void }} actions
 */
export function followKeys(root, store, commands, actions) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
    const word = pageKey(event, event.target instanceof Element && event.target.matches(TYPED));
    if (!word) return;
    event.preventDefault();
    if (word === "undo" || word === "redo") store[word]();
    else actions[word]();
  });
  const pane = /** @type {HTMLElement | null} */ (root.querySelector("[data-settings-pane]"));
  pane?.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || !store.selected) return;
    event.preventDefault();
    store.select(store.selected, "focus");
  });
  root.addEventListener("keydown", (event) => {
    if (!(event.target instanceof Element) || event.target.matches(TYPED)) return;
    const cell = /** @type {HTMLElement | null} */ (event.target.closest("[data-cell]"));
    const id = cell?.dataset.cell;
    if (!cell || !id) return;
    const isOnMap = event.target.closest("dashboard-map") !== null;
    if (isOnMap && event.key !== "Escape") return; // they move the map
    const isOnTool = event.target !== cell;
    if (isOnTool && (event.key === "Enter" || event.key === " ")) return;
    const action = panelKey(event);
    if (!action) return;
    event.preventDefault();
    if (action.focus) goTo(store, id, action.focus);
    else if (action.command === "leave") leave(store, cell, isOnTool);
    else commands.run(action.command, id);
  });
}

/**
 * @param {Store} store
 * @param {HTMLElement} cell
 * @param {boolean} isOnTool
 */
function leave(store, cell, isOnTool) {
  if (isOnTool) cell.focus();
  else store.select(null);
}

/**
 * The next panel in a direction, from one section to the other.
 *
 * @param {Store} store
 * @param {string} id
 * @param {Direction} direction
 */
function goTo(store, id, direction) {
  const position = findPanel(store.document, id);
  if (!position) return;
  const { section, rank } = position;
  const { panels = [] } = store.document.sections[section];
  const isBack = direction === "left" || direction === "up";
  const index =
    direction === "left" || direction === "right"
      ? rank + (isBack ? -1 : 1)
      : (rowNeighbour(panels, rank, isBack) ?? (isBack ? -1 : panels.length));
  const next = panels[index] ?? beyond(store.document.sections, section, isBack);
  if (next) store.select(next.id, "focus");
}

/**
 * @param {DashboardDocument["sections"]} sections
 * @param {number} section
 * @param {boolean} isBack
 */
function beyond(sections, section, isBack) {
  const step = isBack ? -1 : 1;
  for (let at = section + step; at >= 0 && at < sections.length; at += step) {
    const panels = sections[at].panels ?? [];
    if (panels.length) return isBack ? panels.at(-1) : panels[0];
  }
  return null;
}
