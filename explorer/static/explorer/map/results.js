/** The list that says what the map shows: asked again from the server when the state or the view changes. */

import { bboxText } from "../../interface/map/geometry.js";
import htmx from "../../vendor/htmx/htmx.esm.min.js";
import { readFeature, writeQuestion } from "../map_state/state.js";
import { writeVariants } from "../map_state/variants.js";

const PATIENCE_MS = 250;

/** Whether the list tells of a place or of a subject, and not of what the screen shows. Pure. */
export const isPlaced = ({ commune, within, near, sujet }) => Boolean(commune || within || near || sujet);

/** Keep `container` in step with the store and the map; a click on a row opens its sheet. Tells `portal:shown`. */
export class ResultList extends EventTarget {
  #container;
  #address;
  #store;
  #timer = 0;
  #asked = 0;
  #isNews = false;
  #question = null;

  constructor(container, address, store) {
    super();
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

  /** What is asked of each layer, as query strings of the API by slug: the server wrote them beside the counts. */
  get queries() {
    const said = [...document.querySelectorAll("[data-drawn]")].map(({ dataset }) => [
      dataset.slug,
      dataset.drawn,
    ]);
    const versions = [...document.querySelectorAll("[data-variant=version]")].map(({ dataset }) => dataset);
    return Object.fromEntries([...said, ...versions.map(({ of, query }) => [of, query])]);
  }

  /** What is drawn otherwise than it is online and asked, as the server wrote it: for `draw` of the map. */
  get variants() {
    const said = [...document.querySelectorAll("[data-variant]")].map(({ dataset }) => dataset);
    const versions = said.filter(({ variant }) => variant === "version");
    const bases = Object.fromEntries(versions.map(({ of, base }) => [of, base]));
    const sides = said
      .filter(({ variant }) => variant !== "version")
      .map(({ variant, of, query, text }) => ({ side: variant, layer: of, query, isOther: text !== of }));
    return { bases, sides };
  }

  /** The question of the list as it is shown, as parameters of the address: its view too, when it is limited to one. */
  get asked() {
    return this.#question ?? writeQuestion(this.#store.state);
  }

  /**
   * Ask for the list soon, once the view or the state has settled. `bounds` limits it when no place is asked; `isNews`
   * tells that something else is asked, which deserves to be said aloud.
   */
  refresh(bounds, isNews) {
    clearTimeout(this.#timer);
    this.#isNews ||= isNews;
    this.#timer = setTimeout(() => this.#load(bounds), PATIENCE_MS);
  }

  async #load(bounds) {
    const { state } = this.#store;
    const address = new URL(this.#address, document.baseURI);
    address.search = writeQuestion(state);
    if (!isPlaced(state) && bounds) address.searchParams.set("bbox", bboxText(bounds.toArray()));
    this.#question = new URLSearchParams(address.searchParams);
    writeVariants(address.searchParams, state);
    this.#asked += 1;
    const turn = this.#asked;
    this.#container.ariaBusy = "true";
    const [container, path] = [this.#container, address.pathname + address.search];
    await htmx.ajax("GET", path, { source: container, target: container, swap: "innerHTML" });
    if (turn !== this.#asked) return;
    this.#container.ariaBusy = "false";
    this.dispatchEvent(new CustomEvent("portal:shown", { detail: { isNews: this.#isNews } }));
    this.#isNews = false;
  }
}
