/** The sheet at the side: loaded from the server, opened from the map or the list, closed with Escape. */

import { tabLists } from "../../interface/controls/tabs.js";
import { tabStorage } from "../../interface/storage.js";
import htmx from "../../vendor/htmx/htmx.esm.min.js";
import { mine } from "../map_state/mine.js";
import { readFeature } from "../map_state/state.js";
import { reportForms } from "../reports/form.js";
import { sheetActions } from "./actions.js";
import { fillChoices } from "./choices.js";
import { loadWhenShown } from "./neighbours.js";
import { photoViewers } from "./viewer.js";

const PATIENCE_MS = 150; // below, what was there is replaced at once, without a word
const REFUSED = { 401: "sheet-forbidden", 403: "sheet-forbidden", 404: "sheet-gone" };

/** The side panel that shows a feature, or a choice between several. */
export class Sheet {
  #root;
  #content;
  #layers;
  #opener = null;
  #shown = null;
  #late = 0;

  /** `onClose` is called when the person closes it, `onFeature` when they follow a link to another feature. */
  constructor(root, layers, { onClose, onFeature }) {
    this.#root = root;
    this.#content = root.querySelector("[data-sheet-content]");
    this.#layers = new Map(layers.map((layer) => [layer.slug, layer]));
    root.querySelector("[data-sheet-close]").addEventListener("click", onClose);
    document.addEventListener("keydown", (event) => {
      const isOver = document.querySelector("dialog[open]") !== null;
      if (event.key === "Escape" && !root.hidden && !isOver) onClose();
    });
    document.addEventListener("htmx:before:swap", (event) => {
      if (event.detail.ctx?.target === this.#content) clearTimeout(this.#late); // the answer is here
      this.#refuseErrors(event);
    });
    document.addEventListener("htmx:error", ({ detail }) => {
      if (this.#isOurs(detail.ctx)) this.#fail(detail.ctx.target, "sheet-error");
    });
    root.addEventListener("click", (event) => this.#follow(event, onFeature));
    photoViewers(root);
    sheetActions(root);
    reportForms(root);
  }

  #isOurs(ctx) {
    return ctx?.target === this.#content || ctx?.target?.matches?.("[data-load]");
  }

  #refuseErrors(event) {
    const { ctx } = event.detail;
    if (!this.#isOurs(ctx) || ctx.response.raw.status < 400) return;
    event.preventDefault();
    this.#fail(ctx.target, REFUSED[ctx.response.raw.status] ?? "sheet-error");
  }

  #fail(target, template) {
    if (this.#root.hidden) this.#open();
    this.#fill(template, target.isConnected ? target : this.#content);
    this.#content
      .querySelector("[data-sheet-again]")
      ?.addEventListener("click", () => this.show(this.#shown));
  }

  #fill(template, target = this.#content) {
    target.replaceChildren(document.getElementById(template).content.cloneNode(true));
  }

  /** Open the features that links of the sheet name; a layer that is not on the map keeps its page. */
  #follow(event, onFeature) {
    const link = event.target.closest("a[data-feature]");
    const feature = link ? readFeature(link.dataset.feature) : null;
    if (!feature || !this.#layers.has(feature.layer) || !onFeature) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    onFeature(feature);
  }

  /** How many pixels of the foot of `element` the panel covers: it lies over the map on small screens. */
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

  /** Load and show the sheet of a feature; the title takes the focus. Returns its place, or null. */
  async show(feature) {
    const { layer, id } = feature;
    const page = this.#layers.get(layer)?.sheet.replace("{id}", id);
    if (!page) return null;
    const me = mine(tabStorage); // who said where they are is told how far it is
    const address = me ? `${page}?near=${me.near}` : page;
    this.#shown = feature;
    this.#opener = this.#root.hidden ? document.activeElement : this.#opener;
    await this.#load(address);
    if (this.#shown !== feature) return null; // closed meanwhile, or another one was asked
    this.#open();
    this.#bindTabs();
    this.#content.querySelector(".sheet-title")?.focus({ preventScroll: true });
    const place = this.#content.querySelector("[data-place]")?.dataset.place;
    return place ? place.split(",").map(Number) : null;
  }

  /** Fill the panel; it opens on the answer, which is there in an instant, or on a word of patience when it is not. */
  async #load(address) {
    const content = this.#content;
    clearTimeout(this.#late);
    this.#late = setTimeout(() => {
      this.#open();
      this.#fill("sheet-loading");
    }, PATIENCE_MS);
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
    const tab = this.#content.querySelector("#tab-around");
    const isAround = tab !== null && this.#root.dataset.around === "true";
    if (isAround) {
      this.#content.querySelector("#tab-sheet").ariaSelected = "false";
      tab.ariaSelected = "true";
    }
    loadWhenShown(this.#content);
    tabLists(this.#content);
    if (!tab) return;
    const tell = () => this.#tell(tab.ariaSelected === "true");
    new MutationObserver(tell).observe(tab, { attributeFilter: ["aria-selected"] });
  }

  #tell(isAround) {
    this.#root.dataset.around = String(isAround);
    this.#root.dispatchEvent(new CustomEvent("portal:around", { detail: isAround }));
  }

  /** Offer a choice between features; `onChoice` receives the one chosen. */
  choose(choices, onChoice) {
    if (this.#root.hidden) this.#opener = document.activeElement;
    this.#shown = null;
    this.#open();
    this.#fill("sheet-choices");
    const coloured = choices.map((choice) => ({ ...choice, token: this.#layers.get(choice.layer)?.token }));
    fillChoices(this.#content, coloured, onChoice);
    this.#content.querySelector(".sheet-title").focus({ preventScroll: true });
  }

  /** Say that no feature is here, when something else is told of the place. */
  showPlace() {
    if (this.#root.hidden) this.#opener = document.activeElement;
    this.#shown = null;
    this.#open();
    this.#fill("sheet-place");
    this.#content.querySelector(".sheet-title").focus({ preventScroll: true });
  }

  /** Hide the panel and give the focus back to what opened it, or to the map when that is gone, or was an address. */
  close() {
    this.#shown = null;
    if (this.#root.hidden) return;
    this.#root.hidden = true;
    this.#content.replaceChildren();
    const opener = this.#opener;
    const isThere = opener !== document.body && opener?.checkVisibility();
    const map = this.#root.parentElement.querySelector("[data-map] canvas");
    (isThere ? opener : map)?.focus();
  }
}
