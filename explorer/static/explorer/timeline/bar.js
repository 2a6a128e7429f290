/** The bar of time under the map: the server draws it, its handles ask the date of the layer, nothing else. */

import { debounced } from "../../interface/controls/listbox.js";
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
  #periods = [];
  #sent = ""; // what the handles last asked: the bar stays as it is
  #turn = 0;
  #timer = 0;
  #opener = null;
  #apply = debounced(() => this.#ask(), PATIENCE_MS);

  constructor(root, config, store) {
    this.#root = root;
    this.#box = root.querySelector("[data-time-bar]");
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

  get #window() {
    const [first, last] = ["from", "to"].map((name) => Number(this.#slide(name)?.value ?? 0));
    return { first, last };
  }

  #slide(name) {
    return this.#box.querySelector(`[data-time-slide="${name}"]`);
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
    this.#periods = JSON.parse(this.#box.querySelector("#time-periods")?.textContent ?? "[]");
    const wasHidden = this.#box.hidden;
    this.#box.hidden = false;
    for (const name of ["from", "to"]) {
      const slide = this.#slide(name);
      if (slide) slide.value = slide.getAttribute("value"); // a morph leaves what was slid
    }
    this.#tell(this.#box.querySelector("[data-time-words]")?.dataset.server);
    if (wasHidden && this.#opener) (this.#slide("from") ?? this.#box.querySelector("select, button")).focus();
  }

  /** Say the period in words and by the bars; `asked` are the words of a period that the bars do not cut. */
  #tell(asked = "") {
    const number = this.#periods.length;
    if (!number) return;
    const { dataset } = this.#box;
    const shown = this.#window;
    const count = countOf(this.#periods, shown);
    const counted = (count === 1 ? dataset.one : dataset.many).replace(
      "{n}",
      Number(count).toLocaleString(document.documentElement.lang),
    );
    const words = wordsOf(this.#periods, shown, dataset);
    this.#box.querySelector("[data-time-words]").textContent =
      asked || (count === null ? words : `${words} · ${counted}`);
    this.#box.querySelector("[data-time-plot]").style.setProperty("--periods", number);
    [...this.#box.querySelectorAll(".time-bars rect")].forEach((bar, place) => {
      bar.classList.toggle("is-out", place < shown.first || place > shown.last);
    });
    const places = { from: shown.first, to: shown.last };
    for (const [name, place] of Object.entries(places))
      this.#slide(name).ariaValueText = this.#periods[place].name;
  }

  #ask() {
    if (!this.#name || !this.#periods.length) return;
    const none = this.#box.querySelector("[data-time-none]")?.checked ?? true;
    const values = valuesOf(
      this.#periods,
      this.#window,
      none && this.#box.querySelector("[data-time-none]") !== null,
    );
    const wanted = this.#isWhole && none ? [] : values;
    this.#sent = JSON.stringify(wanted);
    this.#store.ask(this.#name, wanted);
  }

  get #isWhole() {
    const { first, last } = this.#window;
    return first <= 0 && last >= this.#periods.length - 1;
  }

  #show({ first, last }) {
    this.#slide("from").value = first;
    this.#slide("to").value = last;
    this.#tell();
  }

  #slid(target) {
    if (!target.dataset.timeSlide) return;
    this.#stop();
    this.#show(pushed(this.#window, target.dataset.timeSlide));
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
    const next = moved(this.#window, by, this.#periods.length);
    if (!next) return false;
    this.#show(next);
    this.#ask();
    return true;
  }

  #play() {
    const button = this.#box.querySelector("[data-time-play]");
    button.ariaPressed = "true";
    this.#timer = setInterval(() => this.#step(1) || this.#stop(), FRAME_MS);
    if (!this.#step(1)) this.#show({ first: 0, last: this.#window.last - this.#window.first });
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

/** Both halves of the period that the bar shows, as values; null where it cannot be cut, or is closed. */
export function halvesOf(root) {
  const periods = JSON.parse(root.querySelector("#time-periods")?.textContent ?? "[]");
  const place = (name) => Number(root.querySelector(`[data-time-slide="${name}"]`)?.value ?? 0);
  return periods.length ? halves(periods, { first: place("from"), last: place("to") }) : null;
}
