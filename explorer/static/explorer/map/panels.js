/** The list, the table and the sheet beside the map: they follow the state even where no map can be drawn (`view` stays null). */

import { drawingOf } from "../map_state/drawing.js";
import { hasChanged, hasOtherLayers, QUESTION } from "../map_state/state.js";
import { hasOtherVariants } from "../map_state/variants.js";
import { RasterValues } from "../rasters/values.js";
import { Sheet } from "../sheet/panel.js";
import { Drawer } from "../table/drawer.js";
import { bindHover } from "../table/hover.js";
import { ResultList } from "./results.js";

/** What accompanies the map; give it `view` once the map is drawn. */
export class Panels {
  view = null;
  #root;
  #store;
  #sheet;
  #list;
  #drawer;
  #values;
  #place = null;
  #picked = null;

  constructor(root, config, store) {
    this.#root = root;
    this.#store = store;
    const onClose = () => {
      store.update({ feature: null });
      this.#sheet.close();
      this.#values.clear();
    };
    const onFeature = (feature) => store.update({ feature });
    this.#sheet = new Sheet(root.querySelector("[data-sheet]"), config.layers, { onClose, onFeature });
    this.#values = new RasterValues(root, config, store);
    this.#list = new ResultList(root.querySelector("[data-list]"), config.list, store);
    this.#list.addEventListener("portal:shown", ({ detail }) => {
      this.tellMap();
      sayTitle();
      if (detail.isNews) say(root);
      this.#drawer.refresh();
    });
    this.#drawer = new Drawer(root, config, store, {
      asked: () => this.#list.asked,
      onHover: (feature) => this.view?.hover(feature),
      say: (text) => say(root, text),
    });
    bindHover(root, this.#drawer, (feature) => this.view?.hover(feature));
    store.addEventListener("portal:state", ({ detail }) => {
      const isAsked = hasOtherLayers(detail) || hasChanged(detail, ...QUESTION);
      if (isAsked || hasOtherVariants(detail)) this.refresh({ isNews: true });
      else if (hasChanged(detail, "ordre")) this.refresh();
      if (hasChanged(detail, "feature") && detail.after.feature) this.open();
    });
  }

  /** Draw on the map what the page says is asked of each layer. */
  tellMap() {
    const { queries, variants } = this.#list;
    this.view?.draw({ ...drawingOf(this.#store.state), queries, variants });
    this.#root.dispatchEvent(new CustomEvent("portal:drawn"));
  }

  /** Ask for the list again, limited to the view when no place is asked; say the new count aloud when it is news. */
  refresh({ isNews = false } = {}) {
    this.#list.refresh(this.view?.map.getBounds(), isNews);
  }

  /** Open the sheet of the state's feature, then bring it into view. */
  async open() {
    const { feature } = this.#store.state;
    const picked = this.#picked;
    this.#picked = null;
    this.#values.clear();
    this.#place = await this.#sheet.show(feature);
    this.#values.show(picked ?? this.#place, feature);
    this.reach();
  }

  /** Bring the feature of the open sheet into view, out from under the sheet. */
  reach() {
    if (this.#place && this.view)
      this.view.reach(this.#place, this.#sheet.covers(this.view.map.getContainer()));
  }

  /** Open the one feature that was picked, or offer a choice between several; and tell the rasters at that place. */
  pick(choices, place) {
    const choose = ({ layer, id }) => this.#store.update({ feature: { layer, id } });
    this.#picked = place;
    if (choices.length === 1) choose(choices[0]);
    const isAlone = choices.length === 0 && this.#values.isAsked;
    if (choices.length < 2 && !isAlone) return;
    this.#store.update({ feature: null });
    if (isAlone) this.#sheet.showPlace();
    else this.#sheet.choose(choices, choose);
    this.#values.show(place, null);
  }
}

/** Say how many features answer now, or another text. */
function say(root, text = root.querySelector("#map-summary").textContent) {
  root.querySelector("[data-said]").textContent = text;
}

/** The title of the page is the question: what its tab, its bookmark and its link in a message say. */
function sayTitle() {
  const { title } = document.getElementById("map-summary").dataset;
  document.title = [title, ...document.title.split(" · ").slice(-1)].join(" · ");
}
