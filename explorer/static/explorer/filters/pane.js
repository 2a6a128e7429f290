/** The tab of filters: the server writes the form of a layer, the form changes the state, nothing else. */

import { debounced } from "../../interface/controls/listbox.js";
import htmx from "../../vendor/htmx/htmx.esm.min.js";
import { hasChanged, hasOtherLayers, QUESTION, writeQuestion } from "../map_state/state.js";
import { combination, combinedAll, readCombination, readForm, replaced } from "./form.js";
import { bindSliders } from "./sliders.js";
import { seek, suggestValues } from "./values.js";

const PATIENCE_MS = 300;
const TYPING_MS = 180;

/** Keeps the form of one layer in step with the question. `show` brings the tab forward. */
export class FiltersPane {
  #pane;
  #fold;
  #store;
  #show;
  #isStale = true;
  #turn = 0;
  #apply = debounced(() => this.apply(), PATIENCE_MS);

  constructor(root, store, show) {
    this.#pane = root.querySelector("[data-filters-pane]");
    this.#store = store;
    this.#show = show;
    this.#fold = root.querySelector("[data-all-filters]");
    this.#fold.open = Boolean(store.state.filtersOf);
    this.#fold.addEventListener("toggle", () => this.refresh());
    if (store.state.tab) queueMicrotask(() => this.refresh());
    root.addEventListener("click", (event) => this.#click(event));
    this.#pane.addEventListener("submit", (event) => {
      event.preventDefault();
      this.apply();
    });
    this.#pane.addEventListener("change", ({ target }) => this.#changed(target, () => this.apply()));
    // A box says all by its change: read again later, the form may be between two answers of the server.
    this.#pane.addEventListener(
      "input",
      ({ target }) => target.type === "checkbox" || this.#changed(target, this.#apply),
    );
    this.#pane.addEventListener("toggle", ({ target }) => this.#opened(target), true);
    const suggest = debounced((field) => suggestValues(field, store.state), TYPING_MS);
    this.#pane.addEventListener("input", ({ target }) => target.dataset.values && suggest(target));
    bindSliders(this.#pane, this.#apply);
    document.addEventListener("portal:combine", ({ detail }) => this.#combineAll(detail));
    root.addEventListener("portal:tab", () => this.refresh());
    store.addEventListener("portal:state", ({ detail }) => {
      if (!hasOtherLayers(detail) && !hasChanged(detail, ...QUESTION)) return;
      this.#isStale = true;
      this.refresh();
    });
  }

  get #form() {
    return this.#pane.querySelector("form");
  }

  get #isShown() {
    return this.#fold.open && this.#fold.closest("[data-shown]")?.dataset.shown === "true";
  }

  /** The layer whose filters show. */
  get #slug() {
    return this.#store.state.filtersOf;
  }

  /** Show the filters of a layer. */
  open(slug) {
    this.#isStale = true;
    this.#store.update({ filtersOf: slug });
    this.#fold.open = true;
    this.#show("tab-filters");
    this.#fold.scrollIntoView({ block: "start" });
  }

  /** Ask the server for the form again when the tab shows and something changed. */
  async refresh() {
    if (!this.#isShown || !this.#isStale) return;
    const { layers } = this.#store.state;
    if (!this.#slug && layers.length) this.#store.update({ filtersOf: layers[0] });
    if (this.#slug) await this.#load();
  }

  async #load() {
    this.#isStale = false;
    this.#turn += 1;
    const turn = this.#turn;
    const address = this.#pane.dataset.filtersPane.replace("LAYER", this.#slug);
    const asked = writeQuestion(this.#store.state);
    const isSame = this.#form?.dataset.slug === this.#slug;
    if (isSame) asked.set("champs", this.#openFields.join(","));
    const typed = typedIn(this.#pane);
    const pane = this.#pane;
    await htmx.ajax("GET", `${address}?${asked}`, { source: pane, target: pane, swap: "innerMorph" });
    if (turn !== this.#turn) return;
    if (isSame) typed.restore();
    for (const field of pane.querySelectorAll("[data-find]")) if (field.value) this.#seekAgain(field);
  }

  get #openFields() {
    return [...this.#pane.querySelectorAll("details[data-field][open]")].map(({ dataset }) => dataset.field);
  }

  #opened(details) {
    if (!details.open || !("field" in details.dataset) || "read" in details.dataset) return;
    this.#isStale = true;
    this.refresh();
  }

  #seekAgain(field) {
    if (field.dataset.values) suggestValues(field, this.#store.state);
    else seek(field);
  }

  #changed(target, apply) {
    if ("find" in target.dataset) target.dataset.values || seek(target);
    else if ("slide" in target.dataset || !target.name || target.name.includes(".touching.")) return;
    else if (target.form) apply();
  }

  /** Ask what the form says. A bound that cannot be read waits. */
  apply() {
    const form = this.#form;
    if (!form || [...form.elements].some((one) => !one.validity.valid)) return;
    const { slug } = form.dataset;
    const { q, own } = readForm([...new FormData(form)], slug);
    this.#store.update({ q, own: replaced(this.#store.state.own, slug, own) });
  }

  #click(event) {
    const opener = event.target.closest("a[data-filters]");
    const adder = event.target.closest("[data-combine-add]");
    const combiner = event.target.closest("[data-combine]");
    if (opener && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      this.open(opener.dataset.filters);
    }
    if (adder) this.#combine();
    if (combiner) this.#combineAll(readCombination(combiner.dataset.combine));
  }

  #combine() {
    const { slug } = this.#form.dataset;
    const part = (name) => this.#form.elements[`${slug}.touching.${name}`];
    const layer = part("couche").value;
    if (!layer) {
      part("couche").focus();
      return;
    }
    const text = combination({
      layer,
      metres: Number(part("metres").value),
      isLive: part("choisis").checked,
    });
    const name = `${slug}.touching`;
    this.#store.ask(name, [...new Set([...(this.#store.state.own[name] ?? []), text])]);
    part("couche").value = "";
  }

  #combineAll(asked) {
    if (asked) this.#store.update({ own: combinedAll(this.#store.state, asked) });
  }
}

/** Remember what is being typed, so that an answer that comes meanwhile does not take it away. */
function typedIn(pane) {
  const isText = (one) => pane.contains(one) && one.matches("input:not([type=checkbox], [type=radio])");
  const before = document.activeElement;
  const id = isText(before) ? before.id : "";
  return {
    restore() {
      const now = id ? document.getElementById(id) : null;
      if (!now) return;
      if (before.isConnected && now === before) return;
      now.value = before.value;
      now.focus();
    },
  };
}
