/** The bar of time under the map: the server draws it, its handles ask the date of the layer, nothing else. */

import { debounced } from "../../interface/controls/listbox.js";
import htmx from "../../vendor/htmx/htmx.esm.min.js";
import { hasChanged, hasOtherLayers, QUESTION, writeQuestion } from "../map_state/state.js";
import { hasOtherVariants, writeVariants } from "../map_state/variants.js";
import { TimePlot } from "./plot.js";
import { moved, pushed, valuesOf } from "./range.js";

const PATIENCE_MS = 250;
const FRAME_MS = 1600;

/** Bind the bar, and the buttons that open it. */
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
  #opener = null;
  #apply = debounced(() => this.#ask(), PATIENCE_MS);

  constructor(root, config, store) {
    this.#root = root;
    this.#box = root.querySelector("[data-time-bar]");
    this.#plot = new TimePlot(this.#box);
    this.#store = store;
    this.#dated = config.layers.filter(({ hasTime }) => hasTime).map(({ slug }) => slug);
    root.addEventListener("click", (event) => this.#click(event));
    this.#box.addEventListener("input", ({ target }) => this.#slid(target));
    this.#box.addEventListener("change", ({ target }) => this.#changed(target));
    this.#box.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.#close();
    });
    new ResizeObserver(() => this.#measure()).observe(this.#box);
  }

  get #name() {
    return this.#box.querySelector("[data-time-name]")?.dataset.timeName ?? "";
  }

  /** Draw the bar again when something else is asked than what its handles ask. */
  follow(detail) {
    const { time, layers, own } = detail.after;
    if (time && !layers.includes(time)) {
      this.#store.update({ time: "" });
      return;
    }
    if (hasChanged(detail, "time")) {
      this.load();
      return;
    }
    if (!time || !(hasChanged(detail, ...QUESTION) || hasOtherLayers(detail) || hasOtherVariants(detail)))
      return;
    const others = ({ own: asked, ...state }) => ({ ...state, own: { ...asked, [this.#name]: [] } });
    const isOwn = !hasChanged({ before: others(detail.before), after: others(detail.after) }, ...QUESTION);
    if (isOwn && !hasOtherLayers(detail) && JSON.stringify(own[this.#name] ?? []) === this.#sent) return;
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
    const asked = writeQuestion(state);
    writeVariants(asked, { versions: state.versions });
    const address = `${this.#box.dataset.timeBar.replace("LAYER", state.time)}?${asked}`;
    await htmx.ajax("GET", address, { source: this.#box, target: this.#box, swap: "innerMorph" });
    if (turn !== this.#turn) return;
    this.#sent = "";
    const wasHidden = this.#box.hidden;
    this.#box.hidden = false;
    this.#plot.read();
    if (wasHidden && this.#opener) this.#box.querySelector("input, select, button").focus();
  }

  #ask() {
    if (!this.#name || !this.#plot.periods.length) return;
    const none = this.#box.querySelector("[data-time-none]")?.checked ?? true;
    const values = valuesOf(
      this.#plot.periods,
      this.#plot.window,
      none && this.#box.querySelector("[data-time-none]") !== null,
    );
    const wanted = this.#plot.isWhole && none ? [] : values;
    this.#sent = JSON.stringify(wanted);
    this.#store.ask(this.#name, wanted);
  }

  #slid(target) {
    if (!target.dataset.timeSlide) return;
    this.#stop();
    this.#plot.show(pushed(this.#plot.window, target.dataset.timeSlide));
    this.#apply();
  }

  #changed(target) {
    const { dataset, value } = target;
    if ("timeNone" in dataset) this.#ask();
    if ("timeLayer" in dataset) this.#store.update({ time: value });
    if ("timePreset" in dataset && value) {
      const none = this.#box.querySelector("[data-time-none]")?.checked ? ["-"] : [];
      this.#store.ask(this.#name, value === ".." ? [] : [value, ...none]);
      target.value = "";
    }
    if ("timeVersion" in dataset) this.#choose(value);
  }

  #choose(number) {
    const { time, versions } = this.#store.state;
    const { [time]: _before, ...others } = versions ?? {};
    this.#store.update({ versions: number ? { ...others, [time]: Number(number) } : others });
  }

  #click(event) {
    const opener = event.target.closest("[data-time]");
    if (opener) this.#open(opener);
    if (!this.#box.contains(event.target)) return;
    const step = event.target.closest("[data-time-step]");
    if (step) {
      this.#stop();
      this.#step(Number(step.dataset.timeStep));
    }
    if (event.target.closest("[data-time-play]")) this.#timer ? this.#stop() : this.#play();
    if (event.target.closest("[data-time-close]")) this.#close();
  }

  #open(opener) {
    const { layers, time } = this.#store.state;
    const slug = opener.dataset.time || time || layers.find((one) => this.#dated.includes(one));
    if (!slug) {
      this.#root.querySelector("[data-bar-says]").textContent = opener.dataset.none;
      return;
    }
    this.#opener = opener;
    this.#root.dataset.panel = "closed"; // a phone: the bar is behind
    this.#store.update({ time: slug, layers: layers.includes(slug) ? layers : [slug, ...layers] });
  }

  #close() {
    this.#store.update({ time: "" });
    const canvas = this.#root.querySelector(".maplibregl-canvas");
    (this.#opener?.checkVisibility() ? this.#opener : canvas)?.focus({ preventScroll: true });
    this.#opener = null;
  }

  /** Move the window; whether it could. */
  #step(by) {
    const next = moved(this.#plot.window, by, this.#plot.periods.length);
    if (!next) return false;
    this.#plot.show(next);
    this.#ask();
    return true;
  }

  #play() {
    const button = this.#box.querySelector("[data-time-play]");
    button.ariaPressed = "true";
    this.#timer = setInterval(() => this.#step(1) || this.#stop(), FRAME_MS);
    if (!this.#step(1)) this.#plot.show({ first: 0, last: this.#plot.window.last - this.#plot.window.first });
  }

  #stop() {
    clearInterval(this.#timer);
    this.#timer = 0;
    const button = this.#box.querySelector("[data-time-play]");
    if (button) button.ariaPressed = "false";
  }

  /** What lies at the foot of the map stands above the bar. */
  #measure() {
    const height = this.#box.hidden ? 0 : this.#box.offsetHeight;
    this.#root.style.setProperty("--time-height", `${height}px`);
  }
}
