/** The drawer under the map: the rows of one layer that answer, its statistics, and ways to take them away. */

import { tabLists } from "../../interface/controls/tabs.js";
import { deviceStorage } from "../../interface/storage.js";
import { hasChanged, hasOtherLayers } from "../map_state/state.js";
import { rasterWords } from "../rasters/values.js";
import { TableGrid } from "./grid.js";
import { sortUnder } from "./head.js";
import { bindHeight } from "./height.js";
import { bindMenus, loadMenus } from "./menus.js";
import { Pages, read } from "./pages.js";
import { Statistics } from "./statistics.js";

/** Follows the store and the list: `asked()` is the question of the list beside the map, as parameters. */
export class Drawer {
  #root;
  #config;
  #store;
  #asked;
  #grid;
  #statistics;
  #shown = "";
  #order = "";
  #stop = null;

  constructor(root, config, store, { asked, onHover, say }) {
    this.#root = root.querySelector("[data-drawer]");
    this.#config = config;
    this.#store = store;
    this.#asked = asked;
    this.say = say;
    this.#grid = new TableGrid(this.#find("#pane-rows"), { none: this.#find("[data-grid]").dataset.none });
    this.#grid.addEventListener("portal:sort", ({ detail }) => this.#patch({ sort: detail }));
    this.#grid.addEventListener("portal:hover", ({ detail }) => onHover(this.#feature(detail)));
    this.#grid.addEventListener("portal:open", ({ detail }) =>
      store.update({ feature: this.#feature(detail) }),
    );
    this.#statistics = new Statistics(this.#root, store, () =>
      store.state.table && this.#layer ? this.#address("statistics") : "",
    );
    tabLists(this.#root);
    bindHeight(this.#root, deviceStorage);
    bindMenus(this.#root, (columns) => this.#patch({ columns }));
    this.#find("[data-drawer-toggle]").addEventListener("click", () => this.toggle());
    this.#find("[data-drawer-take]").addEventListener("click", () => this.#sayTaken());
    this.#find("[data-drawer-layer]").addEventListener("change", ({ target }) => this.open(target.value));
    this.#find("[data-grid-again]").addEventListener("click", () => this.#load());
    root.addEventListener("click", (event) => this.#follow(event));
    root.querySelector("[data-drawer-open]").addEventListener("click", () => this.toggle());
    store.addEventListener("portal:state", ({ detail }) => {
      if (hasChanged(detail, "table") || hasOtherLayers(detail)) this.refresh();
    });
    this.refresh();
  }

  #find(selector) {
    return this.#root.querySelector(selector);
  }

  #feature(id) {
    return id === null ? null : { layer: this.#layer, id };
  }

  get #on() {
    return this.#config.layers.filter(({ slug }) => this.#store.state.layers.includes(slug));
  }

  /** The layer of the table: the one of the address when it is on, else the subject, else the one above the others. */
  get #layer() {
    const { table, layers } = this.#store.state;
    const isOn = (slug) => this.#on.some((one) => one.slug === slug);
    const { subject } = document.getElementById("map-summary").dataset;
    return [table?.layer, subject, ...layers].find(isOn) ?? "";
  }

  #patch(patch) {
    this.#store.update({ table: { ...this.#store.state.table, layer: this.#layer, ...patch } });
  }

  /** Open the table of a layer, in its own order and columns when it is another one. */
  open(layer) {
    const { table } = this.#store.state;
    if (table?.layer === layer) this.refresh();
    else {
      if (table) this.#statistics.forget();
      this.#store.update({ table: { layer, sort: "", columns: [] } });
    }
  }

  /** Open or close. */
  toggle() {
    if (this.#store.state.table) this.#store.update({ table: null });
    else this.open(this.#layer);
  }

  #follow(event) {
    const link = event.target.closest("a[data-open-table]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.open(link.dataset.openTable);
    this.#find("[data-grid]").focus();
  }

  /** Follow what is asked: the list has just been read again, or the table is another one. */
  refresh() {
    const isOpen = Boolean(this.#store.state.table);
    this.#root.dataset.open = String(isOpen);
    this.#find("#drawer-body").hidden = !isOpen;
    this.#find("[data-drawer-toggle]").ariaExpanded = String(isOpen);
    this.#fillLayers();
    if (isOpen) this.#load();
    else this.#rest();
  }

  #rest() {
    this.#shown = "";
    const said = this.#find("[data-drawer-said]");
    const rasters = rasterWords(this.#config.rasters, this.#store.state.layers, said.dataset);
    const without = rasters || said.dataset.none;
    said.textContent = this.#layer ? document.getElementById("map-summary").textContent : without;
    this.#find("[data-drawer-menus]").replaceChildren();
  }

  #fillLayers() {
    const select = this.#find("[data-drawer-layer]");
    const options = this.#on.map(({ slug, title }) => new Option(title, slug, false, slug === this.#layer));
    select.replaceChildren(...options);
    select.parentElement.hidden = options.length === 0;
    this.#find("[data-drawer-toggle]").disabled = options.length === 0 && !this.#store.state.table;
    this.#sayTaken();
  }

  /** The page of downloads is that of what is asked now. */
  #sayTaken() {
    const link = this.#find("[data-drawer-take]");
    link.hidden = this.#on.length === 0;
    link.search = this.#asked();
    const { take, subject } = document.getElementById("map-summary").dataset;
    link.querySelector("span").textContent = take;
    link.hash = subject ? `take-${subject}` : "";
  }

  #address(name) {
    const parameters = new URLSearchParams(this.#asked());
    const { near, own, table } = this.#store.state;
    const { columns = [] } = table ?? {};
    const isNear = (own[`${this.#layer}.touching`] ?? []).some((text) => text.includes("@"));
    const sort = sortUnder(near || isNear, table?.sort ?? "");
    if (sort) parameters.set("tri", sort);
    if (columns.length) parameters.set("colonnes", columns.join(","));
    return `${this.#root.dataset[name].replace("LAYER", this.#layer)}?${parameters}`;
  }

  async #load() {
    if (!this.#layer) return this.#showOnly("empty");
    const address = this.#address("table");
    if (address === this.#shown) return;
    this.#shown = address;
    this.#stop?.abort();
    this.#stop = new AbortController();
    this.#root.ariaBusy = "true";
    try {
      const first = await read(address, this.#stop.signal);
      this.#showTable(first, address);
    } catch (error) {
      if (error.name === "AbortError") return;
      this.#shown = "";
      this.#showOnly("error");
    }
    await loadMenus(this.#find("[data-drawer-menus]"), this.#address("menus"));
    if (address === this.#shown || !this.#shown) this.#root.ariaBusy = "false";
    this.#statistics.refresh();
  }

  #showTable(first, address) {
    const pages = new Pages(first, (cursor, signal) => read(`${address}&apres=${cursor}`, signal));
    pages.onFail = () => {
      this.#shown = "";
      this.#showOnly("error");
    };
    this.#showOnly(first.matched ? "" : "empty");
    const said = this.#find("[data-drawer-said]");
    if (said.textContent !== first.said) this.say(first.said);
    said.textContent = first.said;
    const order = `${this.#layer} ${first.sort}`;
    this.#grid.show(this.#layer, first, pages, order === this.#order);
    this.#order = order;
  }

  #showOnly(state) {
    this.#find("[data-grid]").hidden = Boolean(state);
    this.#find("[data-grid-place]").hidden = Boolean(state);
    for (const name of ["empty", "error"]) this.#find(`[data-grid-${name}]`).hidden = name !== state;
  }

  /** Mark the row of a feature that the pointer is on, on the map. */
  mark(feature) {
    this.#grid.mark(feature);
  }
}
