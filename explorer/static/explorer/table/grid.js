/** The table of a layer's rows: draws what is on screen, whatever its length, and answers to mouse and keyboard. */

import { find } from "../../interface/dom.js";
import { TableHead } from "./head.js";
import { cellAfter, scrollFor, spaceHeight, windowOf } from "./window.js";

/** @import {FeatureRef as HoveredFeature} from "../../interface/map/view.js" */
/** @import {Column, FirstPage, Pages, Row} from "./pages.js" */
/** @import {Cell, Scroll} from "./window.js" */

/**
 * @typedef {object} GridEvents
 * @property {(sort: string) => void} onSort
 * @property {(id: number) => void} onOpen - a row, by the id of its feature
 * @property {(id: number | null) => void} onHover
 */

/** The table in its pane. */
export class TableGrid {
  #root;
  #space;
  #position;
  #head;
  #rows;
  #on;
  /** @type {Pages | null} */
  #pages = null;
  /** @type {Column[]} */
  #columns = [];
  /** @type {Cell} */
  #active = { row: 0, column: 0 };
  #frame = 0;
  /** @type {number | null} the row to open once it is loaded */
  #awaited = null;
  #follows = false;
  #format = new Intl.NumberFormat(document.documentElement.lang);

  /** @param {HTMLElement} pane @param {GridEvents} on */
  constructor(pane, on) {
    this.#on = on;
    this.#root = find(pane, "[data-grid]");
    this.#space = find(pane, "[data-grid-space]");
    this.#position = find(pane, "[data-grid-place]");
    this.#head = new TableHead(this.#root, on.onSort);
    this.#rows = new RowPool(this.#space, this.#root.dataset.none ?? "");
    this.#root.addEventListener("scroll", () => this.#later(), { passive: true });
    new ResizeObserver(() => this.#later({ follows: true })).observe(this.#root);
    this.#root.addEventListener("keydown", (event) => this.#key(event));
    this.#root.addEventListener("focus", () => this.#point());
    this.#root.addEventListener("blur", () => on.onHover(null));
    this.#space.addEventListener("click", ({ target }) => this.#click(target));
    this.#space.addEventListener("pointerover", ({ target }) => on.onHover(this.#rows.idOf(target)));
    this.#space.addEventListener("pointerleave", () => on.onHover(null));
  }

  /**
   * Show rows.
   *
   * @param {string} layer
   * @param {FirstPage} first
   * @param {Pages} pages
   * @param {boolean} staysInPlace - leaves the person where they are
   */
  show(layer, first, pages, staysInPlace) {
    this.#pages?.stop();
    this.#pages = pages;
    this.#columns = first.columns;
    const { row, column } = staysInPlace ? this.#active : { row: 0, column: 0 };
    const scrollTop = staysInPlace ? this.#root.scrollTop : 0;
    this.#active = {
      row: Math.max(0, Math.min(row, first.matched - 1)),
      column: Math.min(column, first.columns.length - 1),
    };
    this.#root.setAttribute("aria-colcount", String(first.columns.length));
    this.#root.setAttribute("aria-rowcount", String(first.matched + 2));
    this.#head.show(first);
    this.#rows.reset(layer, first.columns);
    this.#awaited = null;
    pages.onPage = () => {
      this.#draw();
      if (this.#awaited !== null) this.#open(this.#awaited);
    };
    this.#draw();
    this.#root.scrollTop = scrollTop;
    this.#draw();
  }

  /**
   * Mark the rows of a feature that the pointer is on, on the map; null for none.
   *
   * @param {HoveredFeature | null} feature
   */
  mark(feature) {
    this.#rows.mark(feature);
  }

  /**
   * Draw with the next frame.
   *
   * @param {{ follows?: boolean }} [options] - keep the active cell in view, for who walks by keyboard
   */
  #later({ follows = false } = {}) {
    this.#follows ||= follows && document.activeElement === this.#root;
    if (this.#frame) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      if (this.#follows && this.#rows.cell(this.#active)) this.#reach();
      this.#follows = false;
      this.#draw();
    });
  }

  /** @returns {Scroll} */
  #scroll() {
    const { scrollTop, clientHeight } = this.#root;
    const height = clientHeight - this.#head.height;
    return { scrollTop, height, rowHeight: this.#rows.height, count: this.#pages?.count ?? 0 };
  }

  #draw() {
    const pages = this.#pages;
    if (!pages || !this.#root.clientHeight) return;
    const scroll = this.#scroll();
    this.#space.style.height = `${spaceHeight(scroll.count, scroll.rowHeight)}px`;
    const window = windowOf(scroll);
    pages.want(window.first, window.last);
    this.#rows.draw(window, (number) => pages.row(number));
    this.#rows.point(this.#active);
    this.#name();
    this.#writePosition(scroll, window.seen);
  }

  /** Tell assistive tools which cell is active: rows are dealt out again as they are drawn. */
  #name() {
    const cell = this.#rows.cell(this.#active);
    if (!cell) this.#root.removeAttribute("aria-activedescendant");
    else if (this.#root.getAttribute("aria-activedescendant") !== cell.id)
      this.#root.setAttribute("aria-activedescendant", cell.id);
  }

  /** @param {Scroll} scroll @param {number} seen - the first row on screen */
  #writePosition({ height, rowHeight, count }, seen) {
    const last = Math.min(count, seen + Math.max(1, Math.floor(height / rowHeight)));
    const { words = "" } = this.#position.dataset;
    const text = words
      .replaceAll("{first}", this.#format.format(seen + 1))
      .replaceAll("{last}", this.#format.format(last))
      .replaceAll("{count}", this.#format.format(count));
    if (this.#position.textContent !== text) this.#position.textContent = text;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.target !== this.#root || !this.#pages?.count) return;
    if (event.key === "Enter") this.#open(this.#active.row);
    const { height, rowHeight, count } = this.#scroll();
    const page = Math.max(1, Math.floor(height / rowHeight) - 1);
    const size = { rows: count, columns: this.#columns.length, page };
    const press = { key: event.key, isFar: event.ctrlKey || event.metaKey, isQuarter: event.shiftKey };
    const next = cellAfter(press, this.#active, size);
    if (!next) return;
    event.preventDefault();
    this.#active = next;
    this.#awaited = null;
    this.#point();
  }

  #reach() {
    const to = scrollFor(this.#active.row, this.#scroll());
    if (to !== this.#root.scrollTop) this.#root.scrollTop = to;
  }

  /**
   * Scroll sideways alone: `scrollIntoView` would also undo the place of the row, which has just been dealt out.
   *
   * @param {HTMLElement | undefined} cell
   */
  #reachColumn(cell) {
    if (!cell) return;
    const { scrollLeft, clientWidth } = this.#root;
    const [left, right] = [cell.offsetLeft, cell.offsetLeft + cell.offsetWidth];
    if (left < scrollLeft) this.#root.scrollLeft = left;
    else if (right > scrollLeft + clientWidth) this.#root.scrollLeft = right - clientWidth;
  }

  /** Bring the active cell into view. */
  #point() {
    if (!this.#pages?.count) return;
    this.#reach();
    this.#draw();
    this.#reachColumn(this.#rows.cell(this.#active));
    this.#on.onHover(this.#pages.row(this.#active.row)?.[0] ?? null);
  }

  /** @param {EventTarget | null} target */
  #click(target) {
    const cell = this.#rows.cellOf(target);
    if (!cell) return;
    this.#active = cell;
    this.#awaited = null;
    this.#root.focus({ preventScroll: true });
    this.#open(cell.row);
  }

  /**
   * Open the sheet of a row, as soon as it is loaded.
   *
   * @param {number} row
   */
  #open(row) {
    const id = this.#pages?.row(row)?.[0];
    this.#awaited = id === undefined ? row : null;
    if (id !== undefined) this.#on.onOpen(id);
  }
}

const ROW_PX = 36;

/**
 * A row that exists in the page, and the row of the table that it shows.
 *
 * @typedef {{ row: HTMLElement, cells: HTMLElement[], number: number, values: Row | null, top: string }} Slot
 */

/** The few rows of a long table that exist in the page: each is written again for another row as the table scrolls. */
class RowPool {
  #space;
  #none;
  #layer = "";
  /** @type {Column[]} */
  #columns = [];
  /** @type {Slot[]} */
  #slots = [];
  /** @type {HTMLElement | undefined} */
  #active;
  #marked = "";
  height = ROW_PX;

  /** @param {HTMLElement} space @param {string} none - what is said where there is no value */
  constructor(space, none) {
    this.#space = space;
    this.#none = none;
  }

  /**
   * Forget every row, for a table with other columns.
   *
   * @param {string} layer
   * @param {Column[]} columns
   */
  reset(layer, columns) {
    this.#layer = layer;
    this.#columns = columns;
    this.#slots = [];
    const { row } = this.#slot(0);
    this.#space.replaceChildren(row);
    this.height = row.offsetHeight || ROW_PX;
    this.#space.replaceChildren();
  }

  /** @param {number} index @returns {Slot} */
  #slot(index) {
    const row = document.createElement("div");
    row.className = "grid-row";
    row.role = "row";
    const cells = this.#columns.map((column, at) => {
      const cell = document.createElement("div");
      cell.className = column.isNumber ? "grid-cell number" : "grid-cell";
      cell.role = at ? "gridcell" : "rowheader";
      cell.id = `cell-${index}-${at}`;
      cell.ariaColIndex = String(at + 1);
      return cell;
    });
    row.append(...cells);
    return { row, cells, number: -1, values: null, top: "" };
  }

  /**
   * Write the rows of a window.
   *
   * @param {{ first: number, last: number, shift: number }} window
   * @param {(number: number) => Row | undefined} read - the cells of a row, or nothing while it is loading
   */
  draw({ first, last, shift }, read) {
    const wanted = Math.max(0, last - first);
    while (this.#slots.length < wanted) this.#grow();
    const size = this.#slots.length;
    for (let number = first; number < last; number += 1)
      this.#write(this.#slots[number % size], number, read);
    for (const slot of this.#slots) {
      const isVisible = slot.number >= first && slot.number < last;
      slot.row.hidden = !isVisible;
      const top = `translateY(${slot.number * this.height + shift}px)`;
      if (isVisible && slot.top !== top) {
        slot.top = top;
        slot.row.style.transform = top;
      }
    }
  }

  #grow() {
    const added = this.#slot(this.#slots.length);
    this.#space.append(added.row);
    this.#slots.push(added);
    for (const slot of this.#slots) slot.number = -1; // rows are dealt out again
  }

  /** @param {Slot} slot @param {number} number @param {(number: number) => Row | undefined} read */
  #write(slot, number, read) {
    const values = read(number) ?? null;
    if (slot.number === number && slot.values === values) return;
    slot.number = number;
    slot.values = values;
    const { row, cells } = slot;
    row.ariaRowIndex = String(number + 2);
    row.classList.toggle("is-loading", !values);
    row.dataset.feature = values ? `${this.#layer}/${values[0]}` : "";
    row.classList.toggle("is-hovered", values !== null && row.dataset.feature === this.#marked);
    for (const [index, cell] of cells.entries()) {
      const text = String(values?.[index + 1] ?? "");
      cell.textContent = text || (values ? "–" : "");
      cell.title = text;
      if (values && !text) cell.ariaLabel = this.#none;
      else cell.removeAttribute("aria-label");
    }
  }

  /**
   * Mark the row of a feature of the map, none for null.
   *
   * @param {HoveredFeature | null} feature
   */
  mark(feature) {
    this.#marked = feature ? `${feature.layer}/${feature.id}` : "";
    for (const { row } of this.#slots)
      row.classList.toggle("is-hovered", Boolean(this.#marked) && row.dataset.feature === this.#marked);
  }

  /**
   * Show which cell is active.
   *
   * @param {Cell} cell
   */
  point(cell) {
    this.#active?.classList.remove("is-active");
    this.#active = this.cell(cell);
    this.#active?.classList.add("is-active");
  }

  /**
   * The element of a cell of the table, undefined when it is not drawn.
   *
   * @param {Cell} cell
   */
  cell({ row, column }) {
    return this.#slots.find((slot) => slot.number === row && !slot.row.hidden)?.cells[column];
  }

  /** @param {EventTarget | null} target */
  #slotOf(target) {
    const row = target instanceof Element ? target.closest(".grid-row") : null;
    return this.#slots.find((slot) => slot.row === row);
  }

  /**
   * The id of the feature under an element, or null.
   *
   * @param {EventTarget | null} target
   */
  idOf(target) {
    return this.#slotOf(target)?.values?.[0] ?? null;
  }

  /**
   * The cell of the table that an element is in, or null.
   *
   * @param {EventTarget | null} target
   * @returns {Cell | null}
   */
  cellOf(target) {
    const slot = this.#slotOf(target);
    if (!slot) return null;
    const column = slot.cells.findIndex((cell) => target instanceof Node && cell.contains(target));
    return { row: slot.number, column: Math.max(0, column) };
  }
}
