/** The tab of statistics of the drawer: read when it shows, and what it counts by is part of the state. */

import { find } from "../../interface/dom.js";
import htmx from "../../vendor/htmx/htmx.esm.min.js";

/** @import {HtmxRequestCtx} from "htmx.org" */
/** @import {Store} from "../map_state/state.js" */

/** Follows the store. */
export class Statistics {
  #pane;
  #store;
  #address;
  #loaded = "";

  /**
   * @param {HTMLElement} drawer
   * @param {Store} store
   * @param {() => string} address - of the statistics of what is asked, "" while none can be read
   */
  constructor(drawer, store, address) {
    this.#pane = find(drawer, "[data-statistics-pane]");
    this.#store = store;
    this.#address = address;
    find(drawer, "[data-statistics-tab]").ariaSelected = String(Boolean(store.state.statistics));
    find(drawer, "#tab-rows").ariaSelected = String(!store.state.statistics);
    new MutationObserver(() => this.#follow()).observe(this.#pane, { attributeFilter: ["hidden"] });
    document.addEventListener("htmx:before:swap", (event) => this.#refuseErrors(event));
    this.#pane.addEventListener("change", ({ target }) => {
      if (!(target instanceof HTMLSelectElement) || target.name !== "par") return;
      store.update({ statistics: { by: target.value } });
      this.#loaded = this.#query; // its own form reads it
    });
  }

  /**
   * A refusal is a page of its own: it is told in words, and what cannot be counted by is forgotten.
   *
   * @param {CustomEvent<{ ctx?: HtmxRequestCtx }>} event
   */
  #refuseErrors(event) {
    const { ctx } = event.detail;
    const status = ctx?.response?.raw.status ?? 0;
    if (!ctx || !this.#pane.contains(ctx.target) || status < 400) return;
    event.preventDefault();
    const { unknown = "", failed = "" } = this.#pane.dataset;
    const isUnknown = status === 400 && Boolean(this.#store.state.statistics?.by);
    if (!isUnknown) {
      this.#loaded = "";
      this.#pane.textContent = failed;
      return;
    }
    document.dispatchEvent(new CustomEvent("portal:toast", { detail: { text: unknown } }));
    this.forget();
    this.refresh();
  }

  #follow() {
    const isShown = !this.#pane.hidden;
    if (isShown !== Boolean(this.#store.state.statistics))
      this.#store.update({ statistics: isShown ? { by: "" } : null });
    this.refresh();
  }

  get #query() {
    const [address, by] = [this.#address(), this.#store.state.statistics?.by];
    return address && by ? `${address}&par=${encodeURIComponent(by)}` : address;
  }

  /** Forget what things are counted by: another layer has other fields. */
  forget() {
    if (this.#store.state.statistics?.by) this.#store.update({ statistics: { by: "" } });
  }

  /** Read the figures of what is asked now, when they show. */
  refresh() {
    const address = this.#query;
    if (this.#pane.hidden || !address || address === this.#loaded) return;
    this.#loaded = address;
    htmx.ajax("GET", address, { source: this.#pane, target: this.#pane, swap: "innerHTML" });
  }
}
