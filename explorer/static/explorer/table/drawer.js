/** The drawer under the map: the rows of one layer that answer, its statistics, its menus, and ways to take them away. */

import { tabLists } from "../../interface/controls/tabs.js";
import { closest, find, findAll, findOptional, isPlainClick } from "../../interface/dom.js";
import { deviceStorage } from "../../interface/storage.js";
import htmx from "../../vendor/htmx/htmx.esm.min.js";
import { hasChanged, hasOtherLayers } from "../map_state/state.js";
import { rasterWords } from "../rasters/rasters.js";
import { orderOfSort, sortOfOrder, sortUnder } from "./columns.js";
import { TableGrid } from "./grid.js";
import { Pages, Refusal, readPage } from "./pages.js";
import { Statistics } from "./statistics.js";
import { bounded, heightAfter } from "./window.js";

/** @import {FeatureRef as HoveredFeature} from "../../interface/map/view.js" */
/** @import {PageConfig} from "../map_state/config.js" */
/** @import {FeatureRef, Store, TableState} from "../map_state/state.js" */
/** @import {FirstPage} from "./pages.js" */

/**
 * @typedef {object} DrawerEvents
 * @property {() => URLSearchParams} question - of the list beside the map
 * @property {(feature: FeatureRef | null) => void} onHover
 * @property {(text: string) => void} announce
 */

/** Follows the store and the list. */
export class Drawer {
  #root;
  #config;
  #store;
  #question;
  #announce;
  #grid;
  #statistics;
  #loaded = "";
  #order = "";
  /** @type {AbortController | null} */
  #loading = null;
  #toggle;
  #layers;
  #link;
  #status;
  #menus;

  /** @param {HTMLElement} root @param {PageConfig} config @param {Store} store @param {DrawerEvents} events */
  constructor(root, config, store, { question, onHover, announce }) {
    const drawer = find(root, "[data-drawer]");
    this.#root = drawer;
    this.#config = config;
    this.#store = store;
    this.#question = question;
    this.#announce = announce;
    this.#toggle = find(drawer, "[data-drawer-toggle]", HTMLButtonElement);
    this.#layers = find(drawer, "[data-drawer-layer]", HTMLSelectElement);
    this.#link = find(drawer, "[data-drawer-take]", HTMLAnchorElement);
    this.#status = find(drawer, "[data-drawer-message]");
    this.#menus = find(drawer, "[data-drawer-menus]");
    this.#grid = new TableGrid(find(drawer, "#pane-rows"), {
      onSort: (sort) => this.#sort(sort),
      onHover: (id) => onHover(id === null ? null : { layer: this.#layer, id }),
      onOpen: (id) => store.update({ feature: { layer: this.#layer, id } }),
    });
    this.#statistics = new Statistics(drawer, store, () =>
      store.state.table && this.#layer ? this.#address("statistics") : "",
    );
    tabLists(drawer);
    bindHeight(drawer);
    bindMenus(drawer, this.#menus, (columns) => this.#patch({ columns }));
    this.#toggle.addEventListener("click", () => this.toggle());
    this.#link.addEventListener("click", () => this.#writeLink());
    this.#layers.addEventListener("change", () => this.open(this.#layers.value));
    find(drawer, "[data-grid-again]").addEventListener("click", () => this.#load());
    document.addEventListener("click", (event) => this.#follow(event));
    find(root, "[data-drawer-open]").addEventListener("click", () => this.toggle());
    store.addEventListener("portal:state", ({ detail }) => {
      if (hasChanged(detail, "ordre") && !hasChanged(detail, "table")) this.#followOrder();
      if (hasChanged(detail, "table") || hasOtherLayers(detail)) this.refresh();
    });
    this.refresh();
  }

  /** What the map shows, in a line, and its subject; the server writes it again with the list. */
  get #summary() {
    return find(document, "#map-summary");
  }

  get #on() {
    return this.#config.layers.filter(({ slug }) => this.#store.state.layers.includes(slug));
  }

  /** The layer of the table: the one of the address when it is on, else the subject, else the one above the rest. */
  get #layer() {
    const { table, layers } = this.#store.state;
    const on = new Set(this.#on.map(({ slug }) => slug));
    const { subject } = this.#summary.dataset;
    return [table?.layer, subject, ...layers].find((slug) => slug && on.has(slug)) ?? "";
  }

  /** The table of the address, or that of another layer in its own order when the address's is off. */
  get #table() {
    const { table } = this.#store.state;
    return table?.layer === this.#layer ? table : { layer: this.#layer, sort: "", columns: [] };
  }

  /** @param {Partial<TableState>} patch */
  #patch(patch) {
    this.#store.update({ table: { ...this.#table, ...patch } });
  }

  /** Sort the table; the list of the answers follows that of the subject. @param {string} sort */
  #sort(sort) {
    const { sujet, near } = this.#store.state;
    const table = { ...this.#table, sort };
    const isOfAnswers = this.#layer === sujet;
    this.#store.update(isOfAnswers ? { table, ordre: orderOfSort(sort, near !== "") } : { table });
  }

  /** Sort the table of the subject as its list is ordered now. */
  #followOrder() {
    const { table, ordre, sujet } = this.#store.state;
    const sort = sortOfOrder(ordre);
    if (table && table.layer === sujet && table.sort !== sort) this.#patch({ sort });
  }

  /**
   * Open the table of a layer, in its own order and columns when it is another one.
   *
   * @param {string} layer
   */
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

  /** @param {MouseEvent} event */
  #follow(event) {
    const link = closest(event, "a[data-open-table]");
    if (!link || !isPlainClick(event)) return;
    event.preventDefault();
    this.open(link.dataset.openTable || this.#layer);
    find(this.#root, "[data-grid]").focus();
  }

  /** Follow what is asked: the list has just been read again, or the table is another one. */
  refresh() {
    const isOpen = Boolean(this.#store.state.table);
    this.#root.dataset.open = String(isOpen);
    find(this.#root, "#drawer-body").hidden = !isOpen;
    this.#toggle.ariaExpanded = String(isOpen);
    this.#fillLayers();
    if (isOpen) this.#load();
    else this.#writeClosed();
  }

  #writeClosed() {
    this.#loaded = "";
    const { dataset } = this.#status;
    const rasters = rasterWords(this.#config.rasters, this.#store.state.layers, dataset);
    this.#status.textContent = this.#layer ? this.#summary.textContent : rasters || (dataset.none ?? "");
    this.#menus.replaceChildren();
  }

  #fillLayers() {
    const layer = this.#layer;
    const options = this.#on.map(({ slug, title }) => new Option(title, slug, false, slug === layer));
    this.#layers.replaceChildren(...options);
    if (this.#layers.parentElement) this.#layers.parentElement.hidden = options.length === 0;
    this.#toggle.disabled = options.length === 0 && !this.#store.state.table;
    this.#writeLink();
  }

  /** The page of downloads is that of what is asked now. */
  #writeLink() {
    const { take = "", subject } = this.#summary.dataset;
    this.#link.hidden = this.#on.length === 0;
    this.#link.search = String(this.#question());
    find(this.#link, "span").textContent = take;
    this.#link.hash = subject ? `take-${subject}` : "";
  }

  /** @param {"table" | "menus" | "statistics"} name */
  #address(name) {
    const parameters = new URLSearchParams(this.#question());
    const { near, own } = this.#store.state;
    const { columns, sort } = this.#table;
    const isNear = (own[`${this.#layer}.touching`] ?? []).some((text) => text.includes("@"));
    const order = sortUnder(Boolean(near) || isNear, sort);
    if (order) parameters.set("tri", order);
    if (columns.length) parameters.set("colonnes", columns.join(","));
    return `${(this.#root.dataset[name] ?? "").replace("LAYER", this.#layer)}?${parameters}`;
  }

  async #load() {
    if (!this.#layer) return this.#showOnly("empty");
    const address = this.#address("table");
    if (address === this.#loaded) return;
    this.#loaded = address;
    this.#loading?.abort();
    const loading = new AbortController();
    this.#loading = loading;
    this.#root.ariaBusy = "true";
    try {
      this.#showTable(await readPage(address, loading.signal), address);
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") return;
      this.#loaded = "";
      if (error instanceof Refusal && this.#dropRefused()) return;
      this.#showOnly("error");
    }
    const options = { source: this.#menus, target: this.#menus, swap: "innerHTML" };
    await htmx.ajax("GET", this.#address("menus"), options);
    if (address === this.#loaded || !this.#loaded) this.#root.ariaBusy = "false";
    this.#statistics.refresh();
  }

  /** Leave the sort and the columns to the layer when the server refuses those of the state, and say so. */
  #dropRefused() {
    const { sort, columns } = this.#table;
    if (!sort && !columns.length) return false;
    const { refused: text = "" } = this.#root.dataset;
    document.dispatchEvent(new CustomEvent("portal:toast", { detail: { text } }));
    this.#patch({ sort: "", columns: [] });
    return true;
  }

  /** @param {FirstPage} first @param {string} address */
  #showTable(first, address) {
    const pages = new Pages(first, (cursor, signal) => readPage(`${address}&apres=${cursor}`, signal));
    pages.onFail = () => {
      this.#loaded = "";
      this.#showOnly("error");
    };
    this.#showOnly(first.matched ? "" : "empty");
    if (this.#status.textContent !== first.said) this.#announce(first.said);
    this.#status.textContent = first.said;
    const order = `${this.#layer} ${first.sort}`;
    this.#grid.show(this.#layer, first, pages, order === this.#order);
    this.#order = order;
  }

  /** @param {"" | "empty" | "error"} state - "" for the rows */
  #showOnly(state) {
    find(this.#root, "[data-grid]").hidden = Boolean(state);
    find(this.#root, "[data-grid-place]").hidden = Boolean(state);
    for (const name of ["empty", "error"]) find(this.#root, `[data-grid-${name}]`).hidden = name !== state;
  }

  /**
   * Mark the row of a feature that the pointer is on, on the map.
   *
   * @param {HoveredFeature | null} feature
   */
  mark(feature) {
    this.#grid.mark(feature);
  }
}

const HEIGHT = "portal:drawer";
const FIRST_HEIGHT = 40;

/**
 * The height of the drawer: dragged by its edge, or moved by arrows; the browser remembers it.
 *
 * @param {HTMLElement} drawer
 */
function bindHeight(drawer) {
  const grip = find(drawer, "[data-drawer-grip]");
  const page = drawer.parentElement ?? drawer;
  /** @param {number} percent */
  const set = (percent) => {
    grip.ariaValueNow = String(percent);
    page.style.setProperty("--drawer-height", `${percent}%`);
    deviceStorage.setItem(HEIGHT, String(percent));
  };
  set(bounded(Number(deviceStorage.getItem(HEIGHT)) || FIRST_HEIGHT));
  grip.addEventListener("keydown", (event) => {
    const percent = heightAfter(event.key, Number(grip.ariaValueNow));
    if (percent === null) return;
    event.preventDefault();
    set(percent);
  });
  /** @param {PointerEvent} event */
  const drag = ({ clientY }) => {
    const box = page.getBoundingClientRect();
    set(bounded((100 * (box.bottom - clientY)) / box.height));
  };
  grip.addEventListener("pointerdown", ({ pointerId }) => {
    grip.setPointerCapture(pointerId);
    grip.addEventListener("pointermove", drag);
  });
  const stop = () => grip.removeEventListener("pointermove", drag);
  grip.addEventListener("pointerup", stop);
  grip.addEventListener("pointercancel", stop);
}

/**
 * The menus of the drawer, which are read again with each table: which columns are shown, and which files hold the
 * coordinate system that is chosen.
 *
 * @param {HTMLElement} drawer
 * @param {HTMLElement} menus
 * @param {(names: string[]) => void} onColumns
 */
function bindMenus(drawer, menus, onColumns) {
  drawer.addEventListener("change", (event) => {
    const box = closest(event, "[data-columns] input", HTMLInputElement);
    const columns = closest(event, "[data-columns]");
    const systems = closest(event, "[data-download-crs]", HTMLSelectElement);
    if (box && columns) {
      const boxes = findAll(columns, "input:checked", HTMLInputElement);
      if (boxes.length) onColumns(boxes.map(({ value }) => value));
      else box.checked = true; // a table has a column
    }
    if (systems) chooseSystem(systems);
  });
  drawer.addEventListener("click", (event) => {
    const columns =
      closest(event, "[data-columns] > summary") && closest(event, "[data-columns]", HTMLDetailsElement);
    if (columns) menus.dataset.choosing = String(!columns.open); // the click opens or closes it after this
  });
  drawer.addEventListener(
    "toggle",
    ({ target }) => {
      if (target instanceof HTMLDetailsElement && target.matches("[data-columns]"))
        menus.dataset.choosing = String(target.open);
    },
    true,
  );
  // Leave the menus as the person has them when they come: of several that are asked at once, one comes later.
  /** @type {string | null} */
  let focused = null;
  menus.addEventListener("htmx:before:swap", (event) => {
    if ((event.detail.ctx?.response?.raw.status ?? 0) >= 400) event.preventDefault(); // an error is a whole page
    focused = findOptional(menus, "input:focus", HTMLInputElement)?.value ?? null;
  });
  menus.addEventListener("htmx:after:swap", () => {
    const columns = findOptional(menus, "[data-columns]", HTMLDetailsElement);
    if (!columns) return;
    columns.open = menus.dataset.choosing === "true";
    if (focused) findOptional(columns, `[value="${CSS.escape(focused)}"]`)?.focus();
  });
}

/** @param {HTMLSelectElement} select */
function chooseSystem(select) {
  const { srid = "" } = select.selectedOptions[0].dataset;
  if (!select.form) return;
  for (const button of findAll(select.form, "[data-systems]", HTMLButtonElement)) {
    const systems = (button.dataset.systems ?? "").split(" ");
    button.disabled = "full" in button.dataset || !systems.includes(srid);
  }
}
