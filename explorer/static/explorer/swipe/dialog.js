/** The dialog that chooses what the divider compares: two layers, two periods or two versions. */

import htmx from "../../vendor/htmx/htmx.esm.min.js";
import { writeQuestion } from "../map_state/state.js";
import { writeVariants } from "../map_state/variants.js";
import { halvesOf } from "../timeline/plot.js";
import { sideOf } from "../timeline/range.js";

const HALF = 50;
const RANGE = "..";

/** Bind the dialog and the buttons that open it. */
export function bindComparison(root, store) {
  const dialog = root.querySelector("[data-compare-dialog]");
  const comparison = new Comparison(root, dialog, store);
  root.addEventListener("click", ({ target }) => {
    const opener = target.closest("[data-compare]");
    if (opener) comparison.open(opener.dataset.compare, opener);
    if (target.closest("[data-compare-close]")) dialog.close();
  });
}

class Comparison {
  #root;
  #dialog;
  #store;

  constructor(root, dialog, store) {
    this.#root = root;
    this.#dialog = dialog;
    this.#store = store;
    dialog.addEventListener("change", () => this.#fit());
    dialog.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#apply();
    });
  }

  /** Open the dialog on a layer, which is switched on; from the bar of time, on both halves of its period. */
  async open(slug, opener) {
    const { layers } = this.#store.state;
    if (slug && !layers.includes(slug)) this.#store.update({ layers: [slug, ...layers] });
    const { state } = this.#store;
    const asked = writeQuestion(state);
    writeVariants(asked, { swipe: state.swipe });
    const content = this.#dialog.querySelector("[data-compare-content]");
    const address = `${this.#dialog.dataset.address}?${asked}`;
    await htmx.ajax("GET", address, { source: content, target: content, swap: "innerHTML" });
    if (slug) this.#prefill(slug, opener.closest("[data-time-bar]") ? halvesOf(this.#root) : null);
    this.#fit();
    if (!this.#dialog.open) this.#dialog.showModal();
  }

  #field(side, name) {
    return this.#dialog.querySelector(`[data-side="${side}"] [name="${name}"]`);
  }

  #prefill(slug, periods) {
    if (!this.#field("left", "layer")) return;
    const sides = periods ? ["left", "right"] : ["left"];
    sides.forEach((side, place) => {
      this.#field(side, "layer").value = slug;
      this.#choose(side, slug, periods ? "period" : "");
      if (!periods) return;
      const [first, last] = periods[place].split(RANGE);
      this.#field(side, "first").value = first;
      this.#field(side, "last").value = last;
    });
    if (!periods) this.#otherOnTheRight(slug);
  }

  /** Two layers differ at first: what is on the right is not the layer of the left. */
  #otherOnTheRight(slug) {
    const right = this.#field("right", "layer");
    if (right.value !== slug) return;
    right.value = [...right.options].map(({ value }) => value).find((value) => value && value !== slug) ?? "";
  }

  #choose(side, slug, value) {
    const { options } = this.#field(side, "shown");
    const wanted = [...options].find(
      (one) => one.value === value && (!one.dataset.of || one.dataset.of === slug),
    );
    if (wanted) wanted.selected = true;
  }

  /** Offer the periods and versions of the layer chosen, and the days of a period alone. */
  #fit() {
    for (const side of ["left", "right"]) {
      const layer = this.#field(side, "layer")?.value;
      if (layer === undefined) continue;
      const shown = this.#field(side, "shown");
      for (const option of shown.options)
        option.hidden = option.disabled = (option.dataset.of ?? layer) !== layer;
      if (shown.selectedOptions[0]?.disabled) shown.value = "";
      this.#dialog.querySelector(`[data-side="${side}"] [data-side-period]`).hidden =
        shown.value !== "period";
    }
  }

  #read(side) {
    const value = (name) => this.#field(side, name).value;
    return sideOf({
      layer: value("layer"),
      shown: value("shown"),
      first: value("first"),
      last: value("last"),
    });
  }

  #apply() {
    const [left, right] = [this.#read("left"), this.#read("right")];
    const fault = left.fault || right.fault || (left.text === right.text ? "same" : "");
    const told = this.#dialog.querySelector("[data-compare-fault]");
    told.hidden = !fault;
    told.querySelector("span").textContent = this.#dialog.dataset[fault] ?? "";
    if (fault) return;
    const percent = this.#store.state.swipe?.percent ?? HALF;
    const isPhone = this.#root.querySelector(".dock").offsetParent !== null; // no room for the divider and the bar of time
    const { time } = this.#store.state;
    this.#store.update({
      swipe: { left: left.text, percent, right: right.text },
      time: isPhone ? "" : time,
    });
    this.#dialog.close();
    if (isPhone) this.#root.dataset.panel = "closed"; // the map is behind
    this.#root.querySelector("[data-swipe-handle]").focus({ preventScroll: true });
  }
}
