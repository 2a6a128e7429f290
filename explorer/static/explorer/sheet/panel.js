/** The sheet at the side: loaded from the server, opened from the map or the list, closed with Escape. */

import { tabLists } from "../../interface/controls/tabs.js";
import { closest, find, findAll, findOptional, isPlainClick } from "../../interface/dom.js";
import { tabStorage } from "../../interface/storage.js";
import htmx from "../../vendor/htmx/htmx.esm.min.js";
import { ranksOf, shapesOf } from "../map_state/config.js";
import { hasChanged, readFeature, withLayer } from "../map_state/state.js";
import { userLocation } from "../map_state/storage.js";
import { pointOf } from "../map_tools/shapes.js";
import { reportForms } from "../reports/form.js";
import { sheetActions } from "./actions.js";
import { photoViewers } from "./photos.js";
import { nextChoice } from "./steps.js";

/** @import {HtmxRequestCtx} from "htmx.org" */
/** @import {Choice} from "../../interface/map/picking.js" */
/** @import {PageLayer} from "../map_state/config.js" */
/** @import {FeatureRef, LonLat, Store} from "../map_state/state.js" */

const LOADING_DELAY_MS = 150; // below, what was there is replaced at once, without a word
/** @type {Record<number, string>} */
const REFUSED = { 401: "sheet-forbidden", 403: "sheet-forbidden", 404: "sheet-gone" };

/** The side panel that shows a feature, or a choice between several. */
export class Sheet {
  #root;
  #content;
  #layers;
  /** @type {HTMLElement | null} */
  #opener = null;
  /** @type {FeatureRef | null} */
  #feature = null;
  #late = 0;

  /**
   * @param {HTMLElement} root
   * @param {PageLayer[]} layers
   * @param {{ onClose: () => void, onFeature: (feature: FeatureRef) => void }} events - when the person closes it, when they
   *   follow a link to another feature
   */
  constructor(root, layers, { onClose, onFeature }) {
    this.#root = root;
    this.#content = find(root, "[data-sheet-content]");
    this.#layers = new Map(layers.map((layer) => [layer.slug, layer]));
    find(root, "[data-sheet-close]").addEventListener("click", onClose);
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || root.hidden || event.defaultPrevented) return; // a list of suggestions closed
      if (!document.querySelector("dialog[open]")) onClose();
    });
    document.addEventListener("htmx:before:swap", (event) => {
      if (event.detail.ctx?.target === this.#content) clearTimeout(this.#late); // the answer is here
      this.#refuseErrors(event);
    });
    document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
      if (ctx && this.#isOurs(ctx)) this.#fail(ctx.target, "sheet-error");
    });
    root.addEventListener("click", (event) => this.#follow(event, onFeature));
    photoViewers(root);
    sheetActions(root);
    reportForms(root);
  }

  /** @param {HtmxRequestCtx} ctx */
  #isOurs({ target }) {
    return target === this.#content || Boolean(target?.matches?.("[data-load]"));
  }

  /** @param {CustomEvent<{ ctx?: HtmxRequestCtx }>} event */
  #refuseErrors(event) {
    const { ctx } = event.detail;
    const status = ctx?.response?.raw.status ?? 0;
    if (!ctx || !this.#isOurs(ctx) || status < 400) return;
    event.preventDefault();
    this.#fail(ctx.target, REFUSED[status] ?? "sheet-error");
  }

  /** @param {Element} target @param {string} template */
  #fail(target, template) {
    if (this.#root.hidden) this.#open();
    this.#fill(template, target.isConnected ? target : this.#content);
    findOptional(this.#content, "[data-sheet-again]")?.addEventListener("click", () => {
      if (this.#feature) this.show(this.#feature);
    });
  }

  /** @param {string} template @param {Element} [target] */
  #fill(template, target = this.#content) {
    const { content } = find(document, `#${template}`, HTMLTemplateElement);
    target.replaceChildren(content.cloneNode(true));
  }

  /**
   * Open the features that links of the sheet name; a layer that is not on the map keeps its page.
   *
   * @param {MouseEvent} event
   * @param {(feature: FeatureRef) => void} onFeature
   */
  #follow(event, onFeature) {
    const feature = readFeature(closest(event, "a[data-feature]")?.dataset.feature);
    if (!feature || !this.#layers.has(feature.layer) || !isPlainClick(event)) return;
    event.preventDefault();
    onFeature(feature);
  }

  /**
   * How many pixels of the foot of `element` the panel covers: it lies over the map on small screens.
   *
   * @param {HTMLElement} element
   */
  covers(element) {
    if (this.#root.hidden) return 0;
    const [panel, box] = [this.#root.getBoundingClientRect(), element.getBoundingClientRect()];
    return panel.left < box.right && panel.right > box.left ? Math.max(0, box.bottom - panel.top) : 0;
  }

  #open() {
    this.#root.hidden = false;
    this.#root.scrollTop = 0;
    this.#content.onkeydown = null;
  }

  #rememberOpener() {
    if (!this.#root.hidden) return;
    const { activeElement } = document;
    this.#opener = activeElement instanceof HTMLElement ? activeElement : null;
  }

  #focusTitle() {
    findOptional(this.#content, ".sheet-title")?.focus({ preventScroll: true });
  }

  /**
   * Load and show the sheet of a feature; the title takes the focus. Returns its point, or null.
   *
   * @param {FeatureRef} feature
   * @returns {Promise<LonLat | null>}
   */
  async show(feature) {
    const { layer, id } = feature;
    const page = this.#layers.get(layer)?.sheet.replace("{id}", String(id));
    if (!page) return null;
    const location = userLocation(tabStorage); // who said where they are is told how far it is
    const address = location ? `${page}?near=${location.near}` : page;
    this.#feature = feature;
    this.#rememberOpener();
    await this.#load(address);
    if (this.#feature !== feature) return null; // closed meanwhile, or another one was asked
    this.#open();
    this.#bindTabs();
    this.#focusTitle();
    const point = findOptional(this.#content, "[data-place]")?.dataset.place;
    return point ? pointOf(point) : null;
  }

  /**
   * Fill the panel; it opens on the answer, which is there in an instant, or on a notice that it loads when it is not.
   *
   * @param {string} address
   */
  async #load(address) {
    const content = this.#content;
    clearTimeout(this.#late);
    this.#late = setTimeout(() => {
      this.#open();
      this.#fill("sheet-loading");
    }, LOADING_DELAY_MS);
    content.ariaBusy = "true";
    try {
      await htmx.ajax("GET", address, { source: content, target: content, swap: "innerHTML" });
    } finally {
      clearTimeout(this.#late);
      content.ariaBusy = "false";
    }
  }

  /** Show the tab that `data-around` names, and tell `portal:around` when the person chooses the other one. */
  #bindTabs() {
    const tab = findOptional(this.#content, "#tab-around");
    if (tab && this.#root.dataset.around === "true") {
      find(this.#content, "#tab-sheet").ariaSelected = "false";
      tab.ariaSelected = "true";
    }
    for (const pane of findAll(this.#content, "[data-load]")) loadWhenShown(pane);
    tabLists(this.#content);
    if (!tab) return;
    const tell = () => {
      const detail = tab.ariaSelected === "true";
      this.#root.dataset.around = String(detail);
      this.#root.dispatchEvent(new CustomEvent("portal:around", { detail }));
    };
    new MutationObserver(tell).observe(tab, { attributeFilter: ["aria-selected"] });
  }

  /**
   * Offer a choice between features.
   *
   * @param {Choice[]} choices
   * @param {(choice: Choice) => void} onChoice
   */
  choose(choices, onChoice) {
    this.#rememberOpener();
    this.#feature = null;
    this.#open();
    this.#fill("sheet-choices");
    const list = find(this.#content, "ul");
    const model = find(list, "li");
    const items = choices.map((choice) =>
      itemOf(model, choice, this.#layers.get(choice.layer)?.token, onChoice),
    );
    list.replaceChildren(...items);
    this.#content.onkeydown = (event) => {
      const buttons = findAll(this.#content, ".choices button");
      const { activeElement } = document;
      const focused = activeElement instanceof HTMLElement ? buttons.indexOf(activeElement) : -1;
      const index = nextChoice(event.key, focused, buttons.length);
      if (index === null || !buttons.length) return;
      event.preventDefault();
      buttons[index].focus();
    };
    this.#focusTitle();
  }

  /** Open the panel without a feature, where there is something else to show at the point. */
  showPoint() {
    this.#rememberOpener();
    this.#feature = null;
    this.#open();
    this.#fill("sheet-place");
    this.#focusTitle();
  }

  /** The element that opened the panel; where its list was drawn again, the row of the same id or of the same feature. */
  #openerNow() {
    const opener = this.#opener;
    if (!opener || opener.isConnected) return opener;
    const { id, dataset } = opener;
    const same = id ? document.getElementById(id) : null;
    return same ?? findOptional(document, `[data-list] [data-feature="${dataset.feature}"]`);
  }

  /** Hide the panel and give the focus back to what opened it, or to the map when that is gone, or was an address. */
  close() {
    this.#feature = null;
    if (this.#root.hidden) return;
    this.#root.hidden = true;
    this.#content.replaceChildren();
    const opener = this.#openerNow();
    const isThere = opener !== document.body && opener?.checkVisibility();
    (isThere ? opener : findOptional(document, "[data-map] canvas"))?.focus();
  }
}

/**
 * A line of the list of features under the pointer, to choose from by pointer, by Tab or by arrows.
 *
 * @param {HTMLElement} model
 * @param {Choice} choice
 * @param {string | undefined} token - the colour of its layer
 * @param {(choice: Choice) => void} onChoice
 */
function itemOf(model, choice, token, onChoice) {
  const item = /** @type {HTMLElement} */ (model.cloneNode(true));
  find(item, "[data-choice-title]").textContent = choice.title;
  find(item, "[data-choice-kind]").textContent = choice.kind ?? "";
  const icon = find(item, "[data-choice-icon]");
  if (token) icon.classList.add(`hue-${token.split("/")[0]}`); // a literal one is in the pictogram
  const pictogram = document.querySelector(`[data-layer="${choice.layer}"] .pic svg`);
  if (pictogram) icon.append(pictogram.cloneNode(true));
  find(item, "button").addEventListener("click", () => onChoice(choice));
  return item;
}

/**
 * Load the neighbourhood tab of a sheet when it is first shown.
 *
 * @param {HTMLElement} pane
 */
function loadWhenShown(pane) {
  const watcher = new MutationObserver(async () => {
    if (pane.hidden) return;
    watcher.disconnect();
    pane.ariaBusy = "true";
    const options = { source: pane, target: pane, swap: "innerHTML" };
    await htmx.ajax("GET", pane.dataset.load ?? "", options);
    pane.ariaBusy = "false";
  });
  watcher.observe(pane, { attributeFilter: ["hidden"] });
}

/**
 * Keep the tab of the sheet in step with the state, and switch on the layer of what a sheet leads to.
 *
 * @param {HTMLElement} root
 * @param {Store} store
 * @param {PageLayer[]} layers
 */
export function bindSheetState(root, store, layers) {
  const sheet = find(root, "[data-sheet]");
  const [shapes, ranks] = [shapesOf(layers), ranksOf(layers)];
  sheet.dataset.around = String(store.state.around);
  sheet.addEventListener("portal:around", ({ detail }) => store.update({ around: detail }));
  store.addEventListener("portal:state", ({ detail }) => {
    if (!hasChanged(detail, "feature")) return;
    sheet.dataset.around = "false";
    const { feature, layers: on } = detail.after;
    const layer = layers.find(({ slug }) => slug === feature?.layer);
    const isOff = layer !== undefined && !on.includes(layer.slug);
    const layersOn = isOff ? withLayer(on, layer.slug, shapes, ranks) : on;
    queueMicrotask(() => store.update({ around: false, layers: layersOn })); // once everybody was told of this one
    if (!isOff) return;
    const text = (root.dataset.switchedOn ?? "").replace("{title}", layer.title);
    document.dispatchEvent(new CustomEvent("portal:toast", { detail: { text, kind: "good" } }));
  });
}
