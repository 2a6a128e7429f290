/** The dialog that chooses what the divider compares: two layers, two periods or two versions. */

import { closest, find, findOptional } from "../../interface/dom.js";
import htmx from "../../vendor/htmx/htmx.esm.min.js";
import { writeQuestion, writeVariants } from "../map_state/state.js";
import { halvesOf } from "../timeline/bar.js";
import { sideOf } from "../timeline/range.js";
import { HALF } from "./handle.js";

/** @import {Store} from "../map_state/state.js" */

const RANGE = "..";
const SIDES = /** @type {const} */ (["left", "right"]);

/** @typedef {typeof SIDES[number]} Side */

/**
 * Bind the dialog and the buttons that open it.
 *
 * @param {HTMLElement} root
 * @param {Store} store
 */
export function bindComparison(root, store) {
  const dialog = find(root, "[data-compare-dialog]", HTMLDialogElement);
  const comparison = new Comparison(root, dialog, store);
  root.addEventListener("click", (event) => {
    const opener = closest(event, "[data-compare]");
    if (opener) comparison.open(opener.dataset.compare ?? "", closest(event, "[data-time-bar]") !== null);
    if (closest(event, "[data-compare-close]")) dialog.close();
  });
}

class Comparison {
  #root;
  #dialog;
  #store;

  /** @param {HTMLElement} root @param {HTMLDialogElement} dialog @param {Store} store */
  constructor(root, dialog, store) {
    this.#root = root;
    this.#dialog = dialog;
    this.#store = store;
    dialog.addEventListener("change", () => this.#fit());
    find(dialog, "form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#apply();
    });
  }

  /**
   * Open the dialog on a layer, which is switched on; from the bar of time, on both halves of its period. The server
   * chooses two different things.
   *
   * @param {string} slug - "" for none
   * @param {boolean} isFromTimeBar
   */
  async open(slug, isFromTimeBar) {
    const { layers } = this.#store.state;
    if (slug && !layers.includes(slug)) this.#store.update({ layers: [slug, ...layers] });
    const { state } = this.#store;
    const parameters = writeQuestion(state);
    writeVariants(parameters, { swipe: state.swipe });
    if (slug) parameters.set("cote", slug);
    const content = find(this.#dialog, "[data-compare-content]");
    const address = `${this.#dialog.dataset.address}?${parameters}`;
    await htmx.ajax("GET", address, { source: content, target: content, swap: "innerHTML" });
    const halves = isFromTimeBar ? halvesOf(this.#root) : null;
    if (halves) this.#prefill(slug, halves);
    this.#fit();
    if (!this.#dialog.open) this.#dialog.showModal();
  }

  /** The fields of a side; null where no layer is on to be compared. @param {Side} side */
  #fields(side) {
    const fieldset = findOptional(this.#dialog, `[data-side="${side}"]`);
    return (
      fieldset && {
        layer: find(fieldset, "[name=layer]", HTMLSelectElement),
        content: find(fieldset, "[name=content]", HTMLSelectElement),
        period: find(fieldset, "[data-side-period]"),
        first: find(fieldset, "[name=first]", HTMLInputElement),
        last: find(fieldset, "[name=last]", HTMLInputElement),
      }
    );
  }

  /** @param {string} slug @param {[left: string, right: string]} periods */
  #prefill(slug, periods) {
    for (const [index, side] of SIDES.entries()) {
      const fields = this.#fields(side);
      if (!fields) continue;
      fields.layer.value = slug;
      choose(fields.content, slug, "period");
      [fields.first.value, fields.last.value] = periods[index].split(RANGE);
    }
  }

  /** Offer the periods and versions of the layer chosen, and the days of a period alone. */
  #fit() {
    for (const side of SIDES) {
      const fields = this.#fields(side);
      if (!fields) continue;
      const { layer, content, period } = fields;
      for (const option of content.options)
        option.hidden = option.disabled = (option.dataset.of ?? layer.value) !== layer.value;
      if (content.selectedOptions[0]?.disabled) content.value = "";
      period.hidden = content.value !== "period";
    }
  }

  /** @param {Side} side */
  #read(side) {
    const fields = this.#fields(side);
    return (
      fields &&
      sideOf({
        layer: fields.layer.value,
        content: fields.content.value,
        first: fields.first.value,
        last: fields.last.value,
      })
    );
  }

  #apply() {
    const [left, right] = [this.#read("left"), this.#read("right")];
    if (!left || !right) return;
    const fault = left.fault || right.fault || (left.text === right.text ? "same" : "");
    const notice = find(this.#dialog, "[data-compare-fault]");
    notice.hidden = !fault;
    find(notice, "span").textContent = this.#dialog.dataset[fault] ?? "";
    if (fault) return;
    const percent = this.#store.state.swipe?.percent ?? HALF;
    const isPhone = find(this.#root, ".bottom-bar").offsetParent !== null; // no room for the divider and the bar of time
    const { time } = this.#store.state;
    this.#store.update({
      swipe: { left: left.text, percent, right: right.text },
      time: isPhone ? "" : time,
    });
    this.#dialog.close();
    if (isPhone) this.#root.dataset.panel = "closed"; // the map is behind
    find(this.#root, "[data-swipe-handle]").focus({ preventScroll: true });
  }
}

/** @param {HTMLSelectElement} select @param {string} slug @param {string} value */
function choose(select, slug, value) {
  const option = [...select.options].find(
    (one) => one.value === value && (!one.dataset.of || one.dataset.of === slug),
  );
  if (option) option.selected = true;
}
