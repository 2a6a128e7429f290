/** The panel of layers: a form that works alone, and that moves the map when a script runs; its tabs, its height, Escape. */

import { nextTab } from "../../interface/controls/tabs.js";
import { closest, find, findAll, findOptional, isPlainClick } from "../../interface/dom.js";
import { askPosition } from "../map_state/here.js";
import { applyLink, layersAfterLink, setAside } from "../map_state/links.js";
import { readQuestion, readTable, withLayer } from "../map_state/state.js";
import { HEIGHTS, nearestHeight, nextHeight } from "./rows.js";

/** @import {Shape, Store} from "../map_state/state.js" */
/** @import {Height} from "./rows.js" */

/**
 * Make the form follow the store, and the store follow the form. `shapes` and `ranks` are the layers', by slug.
 *
 * @param {HTMLFormElement} form
 * @param {Store} store
 * @param {Record<string, Shape>} shapes
 * @param {Record<string, number | undefined>} ranks
 */
export function bindPanel(form, store, shapes, ranks) {
  const switches = findAll(form, 'input[name="couches"]', HTMLInputElement);
  const communes = findAll(form, 'input[name="commune"]', HTMLInputElement);
  const label = findOptional(form, "[data-communes]");

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", ({ target }) => {
    if (!(target instanceof HTMLInputElement)) return;
    const { layers } = store.state;
    if (switches.includes(target)) {
      const { checked, value } = target;
      store.update({
        layers: checked ? withLayer(layers, value, shapes, ranks) : layers.filter((slug) => slug !== value),
      });
    }
    if (communes.includes(target))
      store.update({
        commune: communes
          .filter(({ checked }) => checked)
          .map(({ value }) => value)
          .join(","),
      });
  });
  /** @param {{ layers: string[], commune: string }} state */
  const follow = ({ layers, commune }) => {
    for (const box of switches) box.checked = layers.includes(box.value);
    for (const box of communes) box.checked = commune.split(",").includes(box.value);
    if (label) label.textContent = communesText(label, communes);
  };
  store.addEventListener("portal:state", ({ detail }) => follow(detail.after));
  follow(store.state);
}

/** @param {HTMLElement} label @param {HTMLInputElement[]} boxes */
function communesText({ dataset }, boxes) {
  const names = boxes.filter(({ checked }) => checked).map((box) => box.dataset.name);
  if (names.length === 0) return dataset.all ?? "";
  return names.length <= 2 ? names.join(", ") : `${names.length} ${dataset.some}`;
}

/**
 * Links that change the question (chips, legends, resets) leave the rest of the map's state as it is.
 *
 * The server wrote them for the question in the `data-base-query` around them, else in that of the summary: only what differs
 * from it is applied, so that changes made since stay. Layers of the new question are switched on, those that it does not
 * need are set aside.
 *
 * @param {HTMLElement} root
 * @param {Store} store
 * @param {Record<string, Shape>} shapes
 * @param {Record<string, number | undefined>} ranks
 */
export function bindConditionLinks(root, store, shapes, ranks) {
  root.addEventListener("click", (event) => {
    const link = closest(event, "a[data-ask]", HTMLAnchorElement);
    if (!link || link.pathname !== location.pathname || !isPlainClick(event)) return; // a figure has its own page
    event.preventDefault();
    const { baseQuery } = (closest(event, "[data-base-query]") ?? find(document, "#map-summary")).dataset;
    const [before, after] = [new URLSearchParams(baseQuery), new URL(link.href).searchParams];
    const base = before.getAll("couches");
    const linked = after.has("couches") ? after.getAll("couches") : base;
    const layers = layersAfterLink(base, linked, store.state.layers, shapes, ranks);
    const table = readTable(after) ?? store.state.table;
    const question = applyLink(readQuestion(before), readQuestion(after), store.state);
    store.update({ ...question, retrait: setAside(question, layers, store.state), layers, table });
    askPosition(after);
  });
}

/** The tabs of the panel, and what opens and closes it on small screens. Tells `portal:tab` on `root`. */
export class Tabs {
  #root;
  #store;
  #tabs;
  #bottomBar;
  /** @type {HTMLElement | null} */
  #opener = null;

  /** @param {HTMLElement} root @param {Store} store */
  constructor(root, store) {
    this.#root = root;
    this.#store = store;
    this.#bottomBar = find(root, ".bottom-bar");
    const list = find(root, '.panel [role="tablist"]');
    this.#tabs = findAll(list, '[role="tab"]');
    for (const tab of this.#tabs) tab.addEventListener("click", () => this.choose(tab.id));
    list.addEventListener("keydown", (event) => {
      const { activeElement } = document;
      const index = activeElement instanceof HTMLElement ? this.#tabs.indexOf(activeElement) : -1;
      const next = nextTab(event.key, index, this.#tabs.length);
      if (next === null) return;
      event.preventDefault();
      this.choose(this.#tabs[next].id);
      this.#tabs[next].focus();
    });
    for (const button of findAll(root, "[data-panel]")) {
      button.addEventListener("click", () => {
        const { panel, tab, part } = button.dataset;
        if (panel === "open") this.#opener = button;
        this.open(panel === "open" ? "open" : "closed", tab);
        if (part) document.getElementById(part)?.scrollIntoView({ block: "start" });
      });
    }
    const { tab } = store.state;
    if (tab) root.dataset.panel = "open";
    this.#show(tab || this.#first);
  }

  /** The tab of an address that names none: the question of a link that asks one, else the layers. */
  get #first() {
    return this.#store.state.sujet ? "tab-filters" : this.#tabs[0].id;
  }

  get #selected() {
    return this.#tabs.find((tab) => tab.getAttribute("aria-selected") === "true") ?? this.#tabs[0];
  }

  /**
   * Open or close the panel.
   *
   * @param {"open" | "closed"} state
   * @param {string} [id] - of the tab that shows
   */
  open(state, id) {
    const opener = state === "closed" ? this.#opener : null;
    this.#root.dataset.panel = state;
    if (id) this.choose(id);
    else this.#remember();
    if (state === "open") this.#selected.focus({ preventScroll: true });
    else (opener ?? findOptional(this.#bottomBar, ".btn"))?.focus();
  }

  /**
   * Show a tab.
   *
   * @param {string} id
   */
  choose(id) {
    this.#show(id);
    this.#remember();
    this.#root.dispatchEvent(new CustomEvent("portal:tab", { detail: { id } }));
  }

  /** Write the tab into the address: empty for a closed panel, and for the tab that opens by default. */
  #remember() {
    const { id } = this.#selected;
    const isSmall = this.#bottomBar.offsetParent !== null;
    const isPlain = isSmall
      ? this.#root.dataset.panel !== "open"
      : id === this.#tabs[0].id && this.#first === id;
    this.#store.update({ tab: isPlain ? "" : id });
  }

  /** @param {string} id */
  #show(id) {
    for (const tab of this.#tabs) {
      const isChosen = tab.id === id;
      tab.setAttribute("aria-selected", String(isChosen));
      tab.tabIndex = isChosen ? 0 : -1;
      find(document, `#${tab.getAttribute("aria-controls")}`).dataset.selected = String(isChosen);
    }
  }
}

const OPEN_OVER_PANEL =
  "details.drop[open], dialog[open], :popover-open, [role=listbox]:not([hidden]), [data-sheet]:not([hidden]), .is-target";

/**
 * Escape closes the panel where it lies over the map, once nothing smaller is open for the key to close. The button that
 * closes the panel is there on small screens alone, and gives the focus back.
 *
 * @param {HTMLElement} root
 */
export function bindEscape(root) {
  const button = find(root, ".panel-close");
  /** @param {EventTarget | null} field */
  const isTyped = (field) =>
    field instanceof HTMLInputElement && field.matches("[type=search]") && field.value !== "";
  /** @param {KeyboardEvent} event */
  const press = (event) => {
    if (event.key !== "Escape" || root.dataset.panel !== "open" || !button.checkVisibility()) return;
    if (document.querySelector(OPEN_OVER_PANEL) || isTyped(event.target)) return; // a search field empties itself first
    event.stopImmediatePropagation();
    button.click();
  };
  document.addEventListener("keydown", press, { capture: true }); // before what the key would close has closed
}

const CLICK_PX = 6;

/**
 * The panel on a phone: a sheet with three heights, by its handle, dragged or pressed.
 *
 * @param {HTMLElement} root
 * @param {HTMLElement} status - the region that says the new height
 */
export function bindGrip(root, status) {
  const panel = find(root, ".panel");
  const grip = find(panel, "[data-grip]");
  /** @type {{ y: number, height: number } | null} */
  let start = null;
  const heightNow = () => /** @type {Height} */ (panel.dataset.height); // the template's, or one that was set here
  /** @param {Height} height */
  const settle = (height) => {
    panel.dataset.height = height;
    panel.style.height = "";
    status.textContent = grip.dataset[height] ?? "";
  };
  grip.addEventListener("keydown", (event) => {
    const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    const index = HEIGHTS.indexOf(heightNow()) + (step ?? 0);
    if (!step || !HEIGHTS[index]) return;
    event.preventDefault();
    settle(HEIGHTS[index]);
  });
  grip.addEventListener("click", ({ detail }) => {
    if (detail === 0) settle(nextHeight(heightNow())); // a key: pointers are told apart below
  });
  grip.addEventListener("pointerdown", (event) => {
    grip.setPointerCapture(event.pointerId);
    start = { y: event.clientY, height: panel.offsetHeight };
  });
  grip.addEventListener("pointermove", ({ clientY }) => {
    if (start) panel.style.height = `${Math.max(80, start.height + start.y - clientY)}px`;
  });
  grip.addEventListener("pointerup", ({ clientY }) => {
    if (!start) return;
    const hasMoved = Math.abs(clientY - start.y) > CLICK_PX;
    const share = (start.height + start.y - clientY) / root.offsetHeight;
    settle(hasMoved ? nearestHeight(share) : nextHeight(heightNow()));
    start = null;
  });
  grip.addEventListener("pointercancel", () => {
    start = null;
    settle(heightNow());
  });
}
