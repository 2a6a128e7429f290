/** The list, the table and the sheet around the map: they follow the state even where no map can be drawn. */

import { closest, find, findAll, isPlainClick } from "../../interface/dom.js";
import { bboxText } from "../../interface/map/geometry.js";
import htmx from "../../vendor/htmx/htmx.esm.min.js";
import {
  drawingOf,
  hasChanged,
  hasOtherLayers,
  hasOtherVariants,
  QUESTION,
  readFeature,
  writeQuestion,
  writeVariants,
} from "../map_state/state.js";
import { AnswerHere } from "../question/answer-here.js";
import { RasterValues } from "../rasters/values.js";
import { Sheet } from "../sheet/panel.js";
import { Drawer } from "../table/drawer.js";
import { followRow } from "./row-focus.js";

/** @import {LngLatBounds} from "maplibre-gl" */
/** @import {Choice} from "../../interface/map/picking.js" */
/** @import {SideDrawing} from "../../interface/map/sources.js" */
/** @import {FeatureRef as HoveredFeature, MapView} from "../../interface/map/view.js" */
/** @import {FeatureRef, LonLat, Question, Store} from "../map_state/state.js" */
/** @import {ExplorerConfig} from "../map_state/config.js" */

const DEBOUNCE_MS = 250;

/** What accompanies the map; give it `view` once the map is drawn. */
export class Panels {
  /** @type {MapView | null} */
  view = null;
  #root;
  #store;
  #sheet;
  #list;
  #drawer;
  #values;
  #answer;
  #summary;
  #config;
  /** @type {LonLat | null} where the feature of the sheet is */
  #point = null;
  /** @type {LonLat | null} where the person clicked */
  #picked = null;

  /** @param {HTMLElement} root @param {ExplorerConfig} config @param {Store} store */
  constructor(root, config, store) {
    this.#root = root;
    this.#config = config;
    this.#store = store;
    this.#summary = find(root, "p[data-message]");
    const onClose = () => {
      store.update({ feature: null });
      this.#sheet.close();
      this.#values.clear();
      this.#answer.clear();
    };
    /** @param {FeatureRef} feature */
    const onFeature = (feature) => store.update({ feature });
    this.#sheet = new Sheet(find(root, "[data-sheet]"), config.layers, { onClose, onFeature });
    this.#values = new RasterValues(root, config, store);
    this.#answer = new AnswerHere(root, store);
    this.#list = new ResultList(find(root, "[data-list]"), config.list, store, (isNews) => {
      this.drawResults();
      titlePage();
      if (isNews) {
        this.#announce(mapSummary().textContent ?? "");
        root.dispatchEvent(new CustomEvent("portal:answered"));
      }
      this.#drawer.refresh();
    });
    this.#drawer = new Drawer(root, config, store, {
      question: () => this.#list.question,
      onHover: (feature) => this.view?.hover(feature),
      announce: (text) => this.#announce(text),
    });
    this.#bindHover();
    store.addEventListener("portal:state", ({ detail }) => {
      const isAsked = hasOtherLayers(detail) || hasChanged(detail, ...QUESTION);
      if (isAsked || hasOtherVariants(detail)) this.refresh({ isNews: true });
      else if (hasChanged(detail, "ordre")) this.refresh();
      if (hasChanged(detail, "feature") && detail.after.feature) this.open();
    });
  }

  /** Draw on the map what the page says is asked of each layer. */
  drawResults() {
    this.view?.draw({ ...drawingOf(this.#store.state), queries: queriesOf(), variants: variantsOf() });
    this.#root.dispatchEvent(new CustomEvent("portal:drawn"));
  }

  /**
   * Request the list again, limited to the view unless a place is filtered; announce the new count when `isNews`.
   *
   * @param {{ isNews?: boolean }} [options]
   */
  refresh({ isNews = false } = {}) {
    this.#list.refresh(this.view?.map.getBounds(), isNews);
  }

  /** Open the sheet of the state's feature, then bring it into view. */
  async open() {
    const { feature } = this.#store.state;
    if (!feature) return;
    const picked = this.#picked;
    this.#picked = null;
    this.#values.clear();
    this.#answer.show(feature);
    const point = await this.#sheet.show(feature);
    this.#point = point && (picked ?? point); // a click on a large surface stays where it was made
    this.#values.show(picked ?? point, feature);
    this.reach();
  }

  /** Bring the feature of the open sheet into view, out from under the sheet. */
  reach() {
    const { feature } = this.#store.state;
    if (!this.#point || !this.view || !feature) return;
    const isPoint = this.#config.layers.some(
      ({ slug, shape }) => slug === feature.layer && shape === "point",
    );
    this.view.reach(this.#point, this.#sheet.covers(this.view.map.getContainer()), { isPoint });
  }

  /**
   * Open the one feature that was picked, or offer a choice between several; and say the values of rasters there.
   *
   * @param {Choice[]} choices
   * @param {LonLat} point
   */
  pick(choices, point) {
    /** @param {Choice} choice */
    const choose = ({ layer, id }) => this.#store.update({ feature: { layer, id: Number(id) } });
    this.#picked = point;
    if (choices.length === 1) choose(choices[0]);
    const isAlone = choices.length === 0 && this.#values.isAsked;
    if (choices.length < 2 && !isAlone) return;
    this.#store.update({ feature: null });
    this.#answer.clear();
    if (isAlone) this.#sheet.showPoint();
    else this.#sheet.choose(choices, choose);
    this.#values.show(point, null);
  }

  /** A feature under the pointer or the focus is lit everywhere: on the map, in the list, in the table. */
  #bindHover() {
    const list = find(this.#root, "[data-list]");
    /** @param {Event} event */
    const light = (event) => this.view?.hover(readFeature(closest(event, "[data-feature]")?.dataset.feature));
    list.addEventListener("pointerover", light);
    list.addEventListener("focusin", light);
    for (const end of ["pointerleave", "focusout"]) list.addEventListener(end, () => this.view?.hover(null));
    let marked = "";
    find(this.#root, "[data-map]").addEventListener("portal:hover", ({ detail }) => {
      const name = nameOf(detail);
      if (name === marked) return;
      marked = name;
      for (const link of list.querySelectorAll(".is-hovered")) link.classList.remove("is-hovered");
      if (name) list.querySelector(`[data-feature="${name}"]`)?.classList.add("is-hovered");
      this.#drawer.mark(detail);
    });
  }

  /** @param {string} text */
  #announce(text) {
    this.#summary.textContent = text;
  }
}

/** @param {HoveredFeature | null} feature */
const nameOf = (feature) => (feature ? `${feature.layer}/${feature.id}` : "");

/** What the map shows, in a line; the server writes it again with the list. */
const mapSummary = () => find(document, "#map-summary");

/** The title of the page is the question: what its tab, its bookmark and its link in a message say. */
function titlePage() {
  const { title } = mapSummary().dataset;
  document.title = [title, ...document.title.split(" · ").slice(-1)].join(" · ");
}

/** The query of each layer, as query strings of the API by slug: the server wrote them with the counts. */
function queriesOf() {
  const queries = findAll(document, "[data-drawn]").map(({ id, dataset }) => [
    id.slice("count-".length),
    dataset.drawn,
  ]);
  const versions = findAll(document, "[data-variant=version]").map(({ dataset }) => [
    dataset.of,
    dataset.query,
  ]);
  return Object.fromEntries([...queries, ...versions]);
}

/** Layers in another version or under another filter than the main query, as the server wrote them: for `draw`. */
function variantsOf() {
  const variants = findAll(document, "[data-variant]").map(({ dataset }) => dataset);
  const versions = variants.filter(({ variant }) => variant === "version");
  /** @type {SideDrawing[]} */
  const sides = variants
    .filter(({ variant }) => variant !== "version")
    .map(({ variant, of = "", query = "", text }) => ({
      side: variant === "left" ? "left" : "right",
      layer: of,
      query,
      isOther: text !== of,
    }));
  return { bases: Object.fromEntries(versions.map(({ of, base }) => [of, base])), sides };
}

/**
 * Whether the list is that of a place or of a subject, not of the visible extent. Pure.
 *
 * @param {Question} question
 */
export const isPlaced = ({ commune, within, near, sujet }) => Boolean(commune || within || near || sujet);

/** The list of what the map shows: asked again from the server when the state or the view changes. */
class ResultList {
  #container;
  #address;
  #store;
  #onLoad;
  #timer = 0;
  #turn = 0;
  #isNews = false;
  /** @type {URLSearchParams | null} */
  #question = null;

  /**
   * Keep `container` in step with the store and the map; a click on a row opens its sheet.
   *
   * @param {HTMLElement} container
   * @param {string} address
   * @param {Store} store
   * @param {(isNews: boolean) => void} onLoad
   */
  constructor(container, address, store, onLoad) {
    this.#container = container;
    this.#address = address;
    this.#store = store;
    this.#onLoad = onLoad;
    container.addEventListener("click", (event) => {
      const link = closest(event, "a[data-feature]");
      if (!link || !isPlainClick(event)) return;
      event.preventDefault();
      store.update({ feature: readFeature(link.dataset.feature) });
    });
    followRow(container);
  }

  /** The question of the list as it is shown, as parameters of the address: its view too, when it is limited to one. */
  get question() {
    return this.#question ?? writeQuestion(this.#store.state);
  }

  /**
   * Ask for the list soon, once the view or the state has settled.
   *
   * @param {LngLatBounds | undefined} bounds - limit it when no place is asked
   * @param {boolean} isNews - something else is asked, which deserves to be said aloud
   */
  refresh(bounds, isNews) {
    clearTimeout(this.#timer);
    this.#isNews ||= isNews;
    this.#timer = setTimeout(() => this.#load(bounds), DEBOUNCE_MS);
  }

  /** @param {LngLatBounds | undefined} bounds */
  async #load(bounds) {
    const { state } = this.#store;
    const parameters = writeQuestion(state);
    if (!isPlaced(state) && bounds) parameters.set("bbox", bboxText(bounds.toArray()));
    this.#question = new URLSearchParams(parameters);
    writeVariants(parameters, state);
    this.#turn += 1;
    const turn = this.#turn;
    const container = this.#container;
    container.ariaBusy = "true";
    const path = `${this.#address}?${parameters}`;
    await htmx.ajax("GET", path, { source: container, target: container, swap: "innerHTML" });
    if (turn !== this.#turn) return;
    container.ariaBusy = "false";
    const isNews = this.#isNews;
    this.#isNews = false;
    this.#onLoad(isNews);
  }
}
