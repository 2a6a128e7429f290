/** The tab of statistics of the drawer: read when it shows, and what it counts by is part of the state. */
import htmx from "../../vendor/htmx/htmx.esm.min.js";

/** Follows the store: `address()` is that of the statistics of what is asked, "" while none can be read. */
export class Statistics {
  #pane;
  #tab;
  #store;
  #address;
  #shown = "";

  constructor(drawer, store, address) {
    this.#pane = drawer.querySelector("[data-statistics-pane]");
    this.#tab = drawer.querySelector("[data-statistics-tab]");
    this.#store = store;
    this.#address = address;
    this.#tab.ariaSelected = String(Boolean(store.state.statistics));
    drawer.querySelector("#tab-rows").ariaSelected = String(!store.state.statistics);
    new MutationObserver(() => this.#follow()).observe(this.#pane, { attributeFilter: ["hidden"] });
    document.addEventListener("htmx:before:swap", (event) => this.#refuseErrors(event));
    this.#pane.addEventListener("change", ({ target }) => {
      if (target.name !== "par") return;
      store.update({ statistics: { by: target.value } });
      this.#shown = this.#asked; // its own form reads it
    });
  }

  /** A refusal is a page of its own: it is told in words, and what cannot be counted by is forgotten. */
  #refuseErrors(event) {
    const { ctx } = event.detail;
    if (!this.#pane.contains(ctx?.target) || ctx.response.raw.status < 400) return;
    event.preventDefault();
    const { unknown, failed } = this.#pane.dataset;
    const isUnknown = ctx.response.raw.status === 400 && Boolean(this.#store.state.statistics?.by);
    if (!isUnknown) {
      this.#shown = "";
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

  get #asked() {
    const [address, by] = [this.#address(), this.#store.state.statistics?.by];
    return address && by ? `${address}&par=${encodeURIComponent(by)}` : address;
  }

  /** Forget what things are counted by: another layer has other fields. */
  forget() {
    if (this.#store.state.statistics?.by) this.#store.update({ statistics: { by: "" } });
  }

  /** Read the figures of what is asked now, when they show. */
  refresh() {
    const address = this.#asked;
    if (this.#pane.hidden || !address || address === this.#shown) return;
    this.#shown = address;
    htmx.ajax("GET", this.#shown, { source: this.#pane, target: this.#pane, swap: "innerHTML" });
  }
}
