/** The bar of time under the map: the server draws it, its handles ask the date of the layer, nothing else. */

import { debounced } from "../../interface/controls/listbox.js";
import { closest, find, findOptional } from "../../interface/dom.js";
import htmx from "../../vendor/htmx/htmx.esm.min.js";
import {
  hasChanged,
  hasOtherLayers,
  hasOtherVariants,
  QUESTION,
  writeQuestion,
  writeVariants,
} from "../map_state/state.js";
import { countOf, halves, moved, pushed, valuesOf, wordsOf } from "./range.js";

/** @import {PageConfig} from "../map_state/config.js" */
/** @import {MapState, StateChange, Store} from "../map_state/state.js" */
/** @import {Period, Window} from "./range.js" */

const DEBOUNCE_MS = 250;
const FRAME_MS = 1600;

/**
 * Bind the bar, and the buttons that open it.
 *
 * @param {HTMLElement} root
 * @param {PageConfig} config
 * @param {Store} store
 */
export function bindTimeBar(root, config, store) {
  const bar = new TimeBar(root, config, store);
  store.addEventListener("portal:state", ({ detail }) => bar.follow(detail));
  if (store.state.time) bar.load();
}

class TimeBar {
  #root;
  #box;
  #store;
  #dated;
  #plot;
  #sent = ""; // what the handles last asked: the bar stays as it is
  #turn = 0;
  #timer = 0;
  /** @type {HTMLElement | null} */
  #opener = null;
  #apply = debounced(() => this.#ask(), DEBOUNCE_MS);

  /** @param {HTMLElement} root @param {PageConfig} config @param {Store} store */
  constructor(root, config, store) {
    this.#root = root;
    this.#box = find(root, "[data-time-bar]");
    this.#plot = new TimePlot(this.#box);
    this.#store = store;
    this.#dated = config.layers.filter(({ hasTime }) => hasTime).map(({ slug }) => slug);
    root.addEventListener("click", (event) => this.#click(event));
    this.#box.addEventListener("input", (event) => this.#slide(event));
    this.#box.addEventListener("change", (event) => this.#change(event));
    this.#box.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.#close();
    });
    new ResizeObserver(() => this.#measure()).observe(this.#box);
  }

  /** The field that the bar asks, `layer.field`; empty while there is none. */
  get #name() {
    return findOptional(this.#box, "[data-time-name]")?.dataset.timeName ?? "";
  }

  /** The box of what has no date, where something has none. */
  get #none() {
    return findOptional(this.#box, "[data-time-none]", HTMLInputElement);
  }

  get #playButton() {
    return findOptional(this.#box, "[data-time-play]");
  }

  /**
   * Draw the bar again when something else is asked than what its handles ask.
   *
   * @param {StateChange} change
   */
  follow(change) {
    const { time, layers, own } = change.after;
    if (time && !layers.includes(time)) {
      this.#store.update({ time: "" });
      return;
    }
    if (hasChanged(change, "time")) {
      this.load();
      return;
    }
    if (!time || !(hasChanged(change, ...QUESTION) || hasOtherLayers(change) || hasOtherVariants(change)))
      return;
    /** @param {MapState} state */
    const withoutOwn = (state) => ({ ...state, own: { ...state.own, [this.#name]: [] } });
    const rest = { before: withoutOwn(change.before), after: withoutOwn(change.after) };
    const isOwn = !hasChanged(rest, ...QUESTION);
    if (isOwn && !hasOtherLayers(change) && JSON.stringify(own[this.#name] ?? []) === this.#sent) return;
    this.load();
  }

  /** Ask the server for the bar of the state's layer; hide it when there is none. */
  async load() {
    const { state } = this.#store;
    this.#turn += 1;
    const turn = this.#turn;
    if (!state.time) {
      this.#stop();
      this.#box.hidden = true;
      this.#box.replaceChildren();
      this.#measure();
      return;
    }
    const parameters = writeQuestion(state);
    writeVariants(parameters, { versions: state.versions });
    const address = `${(this.#box.dataset.timeBar ?? "").replace("LAYER", state.time)}?${parameters}`;
    await htmx.ajax("GET", address, { source: this.#box, target: this.#box, swap: "innerMorph" });
    if (turn !== this.#turn) return;
    this.#sent = "";
    const wasHidden = this.#box.hidden;
    this.#box.hidden = false;
    this.#plot.read();
    if (wasHidden && this.#opener) findOptional(this.#box, "input, select, button")?.focus();
  }

  #ask() {
    if (!this.#name || !this.#plot.periods.length) return;
    const box = this.#none;
    const isNoneAsked = box?.checked ?? true;
    const values = valuesOf(this.#plot.periods, this.#plot.window, box !== null && isNoneAsked);
    const wanted = this.#plot.isWhole && isNoneAsked ? [] : values;
    this.#sent = JSON.stringify(wanted);
    this.#store.ask(this.#name, wanted);
  }

  /** @param {Event} event */
  #slide(event) {
    const movedOne = closest(event, "[data-time-slide]")?.dataset.timeSlide;
    if (!movedOne) return;
    this.#stop();
    this.#plot.show(pushed(this.#plot.window, movedOne));
    this.#apply();
  }

  /** @param {Event} event */
  #change({ target }) {
    if (!(target instanceof HTMLInputElement || target instanceof HTMLSelectElement)) return;
    const { dataset, value } = target;
    if ("timeNone" in dataset) this.#ask();
    if ("timeLayer" in dataset) this.#store.update({ time: value });
    if ("timePreset" in dataset && value) {
      const none = this.#none?.checked ? ["-"] : [];
      this.#store.ask(this.#name, value === ".." ? [] : [value, ...none]);
      target.value = "";
    }
    if ("timeVersion" in dataset) this.#choose(value);
  }

  /** @param {string} number */
  #choose(number) {
    const { time, versions } = this.#store.state;
    const { [time]: _before, ...rest } = versions;
    this.#store.update({ versions: number ? { ...rest, [time]: Number(number) } : rest });
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const opener = closest(event, "[data-time]");
    if (opener) this.#open(opener);
    if (!closest(event, "[data-time-bar]")) return;
    const step = closest(event, "[data-time-step]");
    if (step) {
      this.#stop();
      this.#step(Number(step.dataset.timeStep));
    }
    if (closest(event, "[data-time-play]")) this.#timer ? this.#stop() : this.#play();
    if (closest(event, "[data-time-close]")) this.#close();
  }

  /** @param {HTMLElement} opener */
  #open(opener) {
    const { layers, time } = this.#store.state;
    const slug = opener.dataset.time || time || layers.find((one) => this.#dated.includes(one));
    if (!slug) {
      find(this.#root, "[data-bar-message]").textContent = opener.dataset.none ?? "";
      return;
    }
    this.#opener = opener;
    this.#root.dataset.panel = "closed"; // a phone: the bar is behind
    this.#store.update({ time: slug, layers: layers.includes(slug) ? layers : [slug, ...layers] });
  }

  #close() {
    this.#store.update({ time: "" });
    const canvas = findOptional(this.#root, ".maplibregl-canvas");
    (this.#opener?.checkVisibility() ? this.#opener : canvas)?.focus({ preventScroll: true });
    this.#opener = null;
  }

  /**
   * Move the window; whether it could.
   *
   * @param {number} by
   */
  #step(by) {
    const next = moved(this.#plot.window, by, this.#plot.periods.length);
    if (!next) return false;
    this.#plot.show(next);
    this.#ask();
    return true;
  }

  #play() {
    const button = this.#playButton;
    if (button) button.ariaPressed = "true";
    this.#timer = setInterval(() => this.#step(1) || this.#stop(), FRAME_MS);
    if (!this.#step(1)) this.#plot.show({ first: 0, last: this.#plot.window.last - this.#plot.window.first });
  }

  #stop() {
    clearInterval(this.#timer);
    this.#timer = 0;
    const button = this.#playButton;
    if (button) button.ariaPressed = "false";
  }

  /** What lies at the foot of the map stands above the bar. */
  #measure() {
    const height = this.#box.hidden ? 0 : this.#box.offsetHeight;
    this.#root.style.setProperty("--time-height", `${height}px`);
  }
}

/** @param {HTMLElement} box @returns {Period[]} */
const periodsIn = (box) => JSON.parse(findOptional(box, "#time-periods")?.textContent ?? "[]");

/** @param {HTMLElement} box @param {"from" | "to"} name */
const slideIn = (box, name) => findOptional(box, `[data-time-slide="${name}"]`, HTMLInputElement);

/** @param {HTMLElement} box @returns {Window} */
function windowIn(box) {
  const [from, to] = [slideIn(box, "from"), slideIn(box, "to")];
  return { first: Number(from?.value ?? 0), last: Number(to?.value ?? 0) };
}

/**
 * Both halves of the period that the bar of a page shows, as values; null where it cannot be cut, or is closed.
 *
 * @param {HTMLElement} root
 */
export function halvesOf(root) {
  const periods = periodsIn(root);
  return periods.length ? halves(periods, windowIn(root)) : null;
}

/** What the server drew in `box`, the bars and their two handles: call `read()` when it has drawn again. */
class TimePlot {
  /** @type {Period[]} */
  periods = [];
  #box;

  /** @param {HTMLElement} box */
  constructor(box) {
    this.#box = box;
  }

  /** The indexes of the first and last period chosen. */
  get window() {
    return windowIn(this.#box);
  }

  /** Whether every period is chosen. */
  get isWhole() {
    const { first, last } = this.window;
    return first <= 0 && last >= this.periods.length - 1;
  }

  /** Take what the server drew, and say the period as it words it. */
  read() {
    this.periods = periodsIn(this.#box);
    for (const slide of [slideIn(this.#box, "from"), slideIn(this.#box, "to")])
      if (slide) slide.value = slide.defaultValue; // a morph leaves what was slid
    this.#write(findOptional(this.#box, "[data-time-words]")?.dataset.server);
  }

  /**
   * Choose the periods from one index to another.
   *
   * @param {Window} window
   */
  show({ first, last }) {
    const [from, to] = [slideIn(this.#box, "from"), slideIn(this.#box, "to")];
    if (from) from.value = String(first);
    if (to) to.value = String(last);
    this.#write();
  }

  /**
   * Say the period in words and by the bars.
   *
   * @param {string} [text] - the words of a period that the bars may not cut
   */
  #write(text = "") {
    const { periods, window } = this;
    if (!periods.length) return;
    find(this.#box, "[data-time-words]").textContent = text || this.#words(window);
    find(this.#box, "[data-time-plot]").style.setProperty("--periods", String(periods.length));
    [...this.#box.querySelectorAll(".time-bars rect")].forEach((bar, index) => {
      bar.classList.toggle("is-out", index < window.first || index > window.last);
    });
    const [from, to] = [slideIn(this.#box, "from"), slideIn(this.#box, "to")];
    if (from) from.ariaValueText = periods[window.first].name;
    if (to) to.ariaValueText = periods[window.last].name;
  }

  /** @param {Window} window */
  #words(window) {
    const { dataset } = this.#box;
    const words = wordsOf(this.periods, window, dataset);
    const count = countOf(this.periods, window);
    if (count === null) return words;
    const number = count.toLocaleString(document.documentElement.lang);
    return `${words} · ${((count > 1 ? dataset.many : dataset.one) ?? "").replace("{n}", number)}`;
  }
}
