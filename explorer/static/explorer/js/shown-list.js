/** The list that says what the map shows: asked again from the server when the state or the view changes. */
import htmx from "../../vendor/htmx/htmx.esm.min.js";
import { bboxText } from "./geometry.js";
import { readFeature } from "./state.js";

const PATIENCE_MS = 250;

/** Keep `container` in step with the store and the map; a click on a row opens its sheet. */
export class ShownList {
  #container;
  #address;
  #store;
  #timer = 0;

  constructor(container, address, store) {
    this.#container = container;
    this.#address = address;
    this.#store = store;
    container.addEventListener("click", (event) => {
      const link = event.target.closest("a[data-feature]");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      store.update({ feature: readFeature(link.dataset.feature) });
    });
  }

  /** Ask for the list soon, once the view or the state has settled. `bounds` limits it when no commune is asked. */
  refresh(bounds) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#load(bounds), PATIENCE_MS);
  }

  async #load(bounds) {
    const { layers, commune } = this.#store.state;
    const address = new URL(this.#address, document.baseURI);
    for (const slug of layers.length ? layers : [""]) address.searchParams.append("couches", slug);
    if (commune) address.searchParams.set("commune", commune);
    else if (bounds) address.searchParams.set("bbox", bboxText(bounds.toArray()));
    this.#container.ariaBusy = "true";
    await htmx.ajax("GET", address.pathname + address.search, { target: this.#container, swap: "innerHTML" });
    this.#container.ariaBusy = "false";
  }
}
