/** The panel of layers: a form that works alone, and that moves the map when a script runs. */

import { nextTab } from "../../interface/controls/tabs.js";
import { withAskedLayers } from "../map_state/layers-on.js";
import { rebased } from "../map_state/rebased.js";
import { readQuestion, readTable, withLayer } from "../map_state/state.js";

/** Make the form follow the store, and the store follow the form. `shapes` and `ranks` are the layers', by slug. */
export function bindPanel(form, store, shapes, ranks) {
  const switches = [...form.querySelectorAll('input[name="couches"]')];
  const communes = [...form.querySelectorAll('input[name="commune"]')];

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", ({ target }) => {
    const { layers } = store.state;
    if (switches.includes(target)) {
      const { checked, value } = target;
      store.update({
        layers: checked ? withLayer(layers, value, shapes, ranks) : layers.filter((slug) => slug !== value),
      });
    }
    if (communes.includes(target)) store.update({ commune: checkedIn(communes) });
  });
  const follow = ({ layers, commune }) => {
    for (const box of switches) box.checked = layers.includes(box.value);
    for (const box of communes) box.checked = commune.split(",").includes(box.value);
    sayCommunes(form.querySelector("[data-communes]"), communes);
  };
  store.addEventListener("portal:state", ({ detail }) => follow(detail.after));
  follow(store.state);
}

const checkedIn = (boxes) =>
  boxes
    .filter(({ checked }) => checked)
    .map(({ value }) => value)
    .join(",");

function sayCommunes(label, boxes) {
  if (!label) return;
  const names = boxes.filter(({ checked }) => checked).map(({ dataset }) => dataset.name);
  if (names.length === 0) label.textContent = label.dataset.all;
  else label.textContent = names.length <= 2 ? names.join(", ") : `${names.length} ${label.dataset.some}`;
}

/**
 * Links to the map that ask something else (chips, legends, resets) change the question and leave the rest as it is.
 *
 * They were written for the question that `data-asked` holds around them, or that the summary holds: what has been asked
 * since, while the answer is on its way, stays asked. Layers that they ask about are switched on.
 */
export function bindConditionLinks(root, store, shapes, ranks) {
  root.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-ask]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const { asked } = (link.closest("[data-asked]") ?? document.getElementById("map-summary")).dataset;
    const [before, after] = [new URLSearchParams(asked), new URL(link.href).searchParams];
    const on = [before, after].map((parameters) => parameters.getAll("couches"));
    const layers = withAskedLayers(...on, store.state.layers, shapes, ranks);
    const table = readTable(after) ?? store.state.table;
    store.update({ ...rebased(readQuestion(before), readQuestion(after), store.state), layers, table });
  });
}

/** The tabs of the panel, and what opens and closes it on small screens. Tells `portal:tab` on `root`. */
export class Tabs {
  #root;
  #store;
  #tabs;
  #opener = null;

  constructor(root, store) {
    this.#root = root;
    this.#store = store;
    const list = root.querySelector('.panel [role="tablist"]');
    this.#tabs = [...list.querySelectorAll('[role="tab"]')];
    for (const tab of this.#tabs) tab.addEventListener("click", () => this.choose(tab.id));
    list.addEventListener("keydown", (event) => {
      const next = nextTab(event.key, this.#tabs.indexOf(document.activeElement), this.#tabs.length);
      if (next === null) return;
      event.preventDefault();
      this.choose(this.#tabs[next].id);
      this.#tabs[next].focus();
    });
    for (const button of root.querySelectorAll("[data-panel]")) {
      button.addEventListener("click", () => {
        if (button.dataset.panel === "open") this.#opener = button;
        this.open(button.dataset.panel, button.dataset.tab);
        const { part } = button.dataset;
        if (part) document.getElementById(part).scrollIntoView({ block: "start" });
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

  /** The id of the tab that shows. */
  get chosen() {
    return this.#tabs.find((tab) => tab.getAttribute("aria-selected") === "true").id;
  }

  /** Open or close the panel; `id` is the tab that shows. */
  open(word, id) {
    const opener = word === "closed" ? this.#opener : null;
    this.#root.dataset.panel = word;
    if (id) this.choose(id);
    else this.#remember();
    if (word === "open") this.#tabs.find((tab) => tab.id === this.chosen).focus({ preventScroll: true });
    else (opener ?? this.#root.querySelector(".dock .btn"))?.focus();
  }

  /** Show a tab. */
  choose(id) {
    this.#show(id);
    this.#remember();
    this.#root.dispatchEvent(new CustomEvent("portal:tab", { detail: { id } }));
  }

  /** What the address holds: nothing for a panel that is closed, nor for the layers that it opens without being told. */
  #remember() {
    const isSmall = this.#root.querySelector(".dock").offsetParent !== null;
    const isPlain = isSmall
      ? this.#root.dataset.panel !== "open"
      : this.chosen === this.#tabs[0].id && this.#first === this.chosen;
    this.#store.update({ tab: isPlain ? "" : this.chosen });
  }

  #show(id) {
    for (const tab of this.#tabs) {
      const isChosen = tab.id === id;
      tab.setAttribute("aria-selected", String(isChosen));
      tab.tabIndex = isChosen ? 0 : -1;
      document.getElementById(tab.getAttribute("aria-controls")).dataset.shown = String(isChosen);
    }
  }
}
