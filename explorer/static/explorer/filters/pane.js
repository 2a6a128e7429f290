/** The tab of filters: the server writes the form of a layer, the form changes the state, nothing else. */

import { debounced } from "../../interface/controls/listbox.js";
import { closest, find, findAll, findOptional, isPlainClick } from "../../interface/dom.js";
import htmx from "../../vendor/htmx/htmx.esm.min.js";
import { isLike } from "../layer_panel/rows.js";
import { hasChanged, hasOtherLayers, QUESTION, writeQuestion } from "../map_state/state.js";
import { combinationText, combinedAll, readCombination, readForm, replaced, uncrossed } from "./form.js";

/** @import {MapState, Store} from "../map_state/state.js" */

const DEBOUNCE_MS = 300;
const TYPING_MS = 180;
const STILL_PX = 5; // a hand that presses moves the pointer less

/** The inputs of a form that people fill. */
/** @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Field */

/** @param {EventTarget | null} target @returns {Field | null} */
const fieldOf = (target) =>
  target instanceof HTMLInputElement ||
  target instanceof HTMLSelectElement ||
  target instanceof HTMLTextAreaElement
    ? target
    : null;

/** Keeps the form of one layer in step with the question. */
export class FiltersPane {
  #pane;
  #fold;
  #store;
  #show;
  #isStale = true;
  #turn = 0;
  #apply = debounced(() => this.apply(), DEBOUNCE_MS);

  /**
   * @param {HTMLElement} root
   * @param {Store} store
   * @param {(tab: string) => void} show - brings a tab forward
   */
  constructor(root, store, show) {
    this.#pane = find(root, "[data-filters-pane]");
    this.#store = store;
    this.#show = show;
    this.#fold = find(root, "[data-all-filters]", HTMLDetailsElement);
    this.#fold.open = Boolean(store.state.filtersOf);
    this.#fold.addEventListener("toggle", () => this.refresh());
    if (store.state.tab) queueMicrotask(() => this.refresh());
    root.addEventListener("click", (event) => this.#click(event));
    this.#pane.addEventListener("submit", (event) => {
      event.preventDefault();
      this.apply();
    });
    const suggest = debounced(
      /** @param {HTMLInputElement} field */ (field) => suggestValues(field, store.state),
      TYPING_MS,
    );
    this.#pane.addEventListener("change", ({ target }) => this.#changed(target, () => this.apply()));
    this.#pane.addEventListener("input", ({ target }) => {
      if (!(target instanceof HTMLInputElement)) return this.#changed(target, this.#apply);
      if (target.dataset.bound) leavePeriod(target);
      // A box says all by its change: read again later, the form may be between two answers of the server.
      if (target.type !== "checkbox") this.#changed(target, this.#apply);
      if (target.dataset.values) suggest(target);
      if (moveSlider(target)) this.#apply();
    });
    this.#pane.addEventListener("toggle", ({ target }) => this.#opened(target), true);
    leaveFieldsOpen(this.#pane);
    toggleMovedFields(this.#pane);
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
    const pane = /** @type {HTMLElement | null} */ (this.#fold.closest("[data-selected]"));
    return this.#fold.open && pane?.dataset.selected === "true";
  }

  /** The layer whose filters show. */
  get #slug() {
    return this.#store.state.filtersOf;
  }

  /**
   * Show the filters of a layer.
   *
   * @param {string} slug
   */
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
    const pane = this.#pane;
    const address = (pane.dataset.filtersPane ?? "").replace("LAYER", this.#slug);
    const parameters = writeQuestion(this.#store.state);
    const isSame = this.#form?.dataset.slug === this.#slug;
    if (isSame) {
      const open = findAll(pane, "details[data-field][open]").map(({ dataset }) => dataset.field);
      parameters.set("champs", open.join(","));
    }
    const typed = typedIn(pane);
    await htmx.ajax("GET", `${address}?${parameters}`, { source: pane, target: pane, swap: "innerMorph" });
    if (turn !== this.#turn) return;
    if (isSame) typed.restore();
    for (const field of findAll(pane, "[data-find]", HTMLInputElement)) {
      if (!field.value) continue;
      if (field.dataset.values) suggestValues(field, this.#store.state);
      else showLikeValues(field);
    }
  }

  /** @param {EventTarget | null} details */
  #opened(details) {
    if (!(details instanceof HTMLDetailsElement) || !details.open) return;
    if (!("field" in details.dataset) || "read" in details.dataset) return;
    this.#isStale = true;
    this.refresh();
  }

  /** @param {EventTarget | null} target @param {() => void} apply */
  #changed(target, apply) {
    const field = fieldOf(target);
    if (!field) return;
    if ("find" in field.dataset) {
      if (!field.dataset.values) showLikeValues(field);
    } else if ("slide" in field.dataset || !field.name || field.name.includes(".touching.")) return;
    else if (field.form) apply();
  }

  /** Ask what the form says. A bound that cannot be read waits. */
  apply() {
    const form = this.#form;
    if (!form || form.matches(":invalid")) return;
    const { slug = "" } = form.dataset;
    const { q, own } = readForm(new FormData(form), slug);
    this.#store.update({ q, own: replaced(this.#store.state.own, slug, own) });
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const opener = closest(event, "a[data-filters]");
    const combiner = closest(event, "[data-combine]");
    if (opener && isPlainClick(event)) {
      event.preventDefault();
      this.open(opener.dataset.filters ?? "");
    }
    if (closest(event, "[data-combine-add]")) this.#combine();
    if (combiner) this.#combineAll(readCombination(combiner.dataset.combine ?? ""));
  }

  #combine() {
    const form = find(this.#pane, "form", HTMLFormElement);
    const name = `${form.dataset.slug}.touching`;
    const layer = find(form, `[name="${name}.couche"]`, HTMLSelectElement);
    if (!layer.value) {
      layer.focus();
      return;
    }
    const text = combinationText({
      layer: layer.value,
      metres: Number(find(form, `[name="${name}.metres"]`, HTMLInputElement).value),
      isLive: find(form, `[name="${name}.choisis"]`, HTMLInputElement).checked,
    });
    this.#store.ask(name, [...new Set([...(this.#store.state.own[name] ?? []), text])]);
    layer.value = "";
  }

  /** @param {Parameters<typeof combinedAll>[1] | null} combination */
  #combineAll(combination) {
    if (combination) this.#store.update({ own: combinedAll(this.#store.state, combination) });
  }
}

/**
 * Leave fields open or closed as people have them when the answer comes: one that was opened after the request would be
 * closed by it, and never be read.
 *
 * @param {HTMLElement} pane
 */
function leaveFieldsOpen(pane) {
  /** @type {Map<string, boolean>} */
  let states = new Map();
  const slugOf = () => pane.querySelector("form")?.dataset.slug;
  let slug = slugOf();
  pane.addEventListener("htmx:before:swap", () => {
    slug = slugOf();
    states = new Map(fieldsOf(pane).map(({ id, open }) => [id, open]));
  });
  pane.addEventListener("htmx:after:swap", () => {
    if (slugOf() !== slug) return;
    for (const field of fieldsOf(pane)) field.open = states.get(field.id) ?? field.open;
  });
}

/**
 * Open or close a field that an answer moves between press and release, which makes no click; a pointer that leaves it cancels.
 *
 * @param {HTMLElement} pane
 */
function toggleMovedFields(pane) {
  /** @type {{ summary: HTMLElement, x: number, y: number } | null} */
  let press = null;
  pane.addEventListener("pointerdown", (event) => {
    const summary = isPlainClick(event) && closest(event, "details[data-field] > summary");
    press = summary ? { summary, x: event.clientX, y: event.clientY } : null;
  });
  document.addEventListener("pointerup", ({ target, clientX, clientY }) => {
    if (!press) return;
    const { summary, x, y } = press;
    press = null;
    const isMoved = target instanceof Node && !summary.contains(target);
    const field = summary.parentElement;
    if (isMoved && field instanceof HTMLDetailsElement && Math.hypot(clientX - x, clientY - y) < STILL_PX)
      field.open = !field.open;
  });
}

/** @param {HTMLElement} pane */
const fieldsOf = (pane) => findAll(pane, "details[data-field]", HTMLDetailsElement);

/**
 * Remember what is being typed, so that an answer that comes meanwhile does not take it away.
 *
 * @param {HTMLElement} pane
 */
function typedIn(pane) {
  const before = document.activeElement;
  const field =
    before instanceof HTMLInputElement &&
    pane.contains(before) &&
    !before.matches("[type=checkbox], [type=radio]")
      ? before
      : null;
  return {
    restore() {
      const now = field?.id ? document.getElementById(field.id) : null;
      if (!field || !(now instanceof HTMLInputElement)) return;
      if (field.isConnected && now === field) return;
      now.value = field.value;
      now.focus();
    },
  };
}

/**
 * Show only the values of a whole list that look like what is typed.
 *
 * @param {Field} field
 */
function showLikeValues(field) {
  for (const option of findAll(fieldsetOf(field), ".options li"))
    option.hidden = !isLike(option.textContent ?? "", field.value);
}

/** @param {Field} field */
function fieldsetOf(field) {
  return /** @type {HTMLFieldSetElement} */ (field.closest("fieldset")); // each field of a form is in one
}

/**
 * Ask the server which values of a field hold what is typed: suggestions of a text, or the boxes of a long list.
 *
 * @param {HTMLInputElement} field
 * @param {MapState} state
 */
async function suggestValues(field, state) {
  const typed = field.value;
  const parameters = writeQuestion(state);
  parameters.set("debut", typed.replace(/^=/, ""));
  const answer = await fetch(`${field.dataset.values}?${parameters}`);
  if (!answer.ok || !field.isConnected || field.value !== typed) return;
  const text = await answer.text();
  if ("find" in field.dataset) showOptions(fieldsetOf(field), text);
  else field.list?.replaceChildren(...find(parsed(`<datalist>${text}</datalist>`), "datalist").children);
}

/** @param {string} text */
const parsed = (text) => new DOMParser().parseFromString(text, "text/html");

/** @param {HTMLFieldSetElement} fieldset @param {string} text */
function showOptions(fieldset, text) {
  find(fieldset, "[data-options]").replaceChildren(...parsed(text).body.children);
  const message = findOptional(fieldset, "[data-found]")?.textContent ?? "";
  find(fieldset, "[data-options-message]").textContent = message;
}

/**
 * A day that is written takes the place of the period counted from today.
 *
 * @param {HTMLInputElement} bound
 */
function leavePeriod(bound) {
  const range = /** @type {HTMLElement | null} */ (bound.closest("details[data-field]"));
  const period = range && findOptional(range, "[data-period]", HTMLSelectElement);
  if (period) period.value = "";
}

/**
 * Keep the two sliders of a histogram and the bounds of its range in step; whether a slider moved.
 *
 * @param {HTMLInputElement} input
 */
function moveSlider(input) {
  const range = /** @type {HTMLElement | null} */ (input.closest("details[data-field]"));
  const { slide, bound } = input.dataset;
  if (!range || !(slide || bound)) return false;
  /** @param {string} name */
  const slider = (name) => findOptional(range, `[data-slide="${name}"]`, HTMLInputElement);
  const [from, to] = [slider("from"), slider("to")];
  if (slide && from && to) {
    const pair = uncrossed(Number(from.value), Number(to.value), slide);
    [from.value, to.value] = pair.map(String);
    // At the end of its run a slider asks nothing: no bound there.
    for (const [name, moved, end] of /** @type {const} */ ([
      ["from", from, from.min],
      ["to", to, to.max],
    ]))
      find(range, `[data-bound="${name}"]`, HTMLInputElement).value =
        Number(moved.value) === Number(end) ? "" : moved.value;
    return true;
  }
  const moved = bound && input.value !== "" ? slider(bound) : null;
  if (moved) moved.value = input.value;
  return false;
}
