/** The table of a layer's rows: draws what is on screen, whatever its length, and answers to mouse and keyboard. */

import { TableHead } from "./head.js";
import { RowPool } from "./rows.js";
import { cellAfter, scrollFor, spaceHeight, windowOf } from "./window.js";

/** Tells `portal:sort` (detail: a property), `portal:open` and `portal:hover` (detail: a feature's id or null). */
export class TableGrid extends EventTarget {
  #root;
  #space;
  #place;
  #head;
  #rows;
  #pages = null;
  #columns = [];
  #active = { row: 0, column: 0 };
  #drawn = 0;
  #awaited = null;
  #follows = false;
  #format = new Intl.NumberFormat(document.documentElement.lang);

  constructor(pane, words) {
    super();
    this.#root = pane.querySelector("[data-grid]");
    this.#space = pane.querySelector("[data-grid-space]");
    this.#place = pane.querySelector("[data-grid-place]");
    this.#head = new TableHead(this.#root, (name) => this.#tell("portal:sort", name));
    this.#rows = new RowPool(this.#space, words);
    this.#root.addEventListener("scroll", () => this.#later(), { passive: true });
    new ResizeObserver(() => this.#later({ follows: true })).observe(this.#root);
    this.#root.addEventListener("keydown", (event) => this.#key(event));
    this.#root.addEventListener("focus", () => this.#point());
    this.#root.addEventListener("blur", () => this.#tell("portal:hover", null));
    this.#space.addEventListener("click", ({ target }) => this.#click(target));
    this.#space.addEventListener("pointerover", ({ target }) =>
      this.#tell("portal:hover", this.#rows.idOf(target)),
    );
    this.#space.addEventListener("pointerleave", () => this.#tell("portal:hover", null));
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  /** Show rows: `first` is the first page as the server says it. `keepsPlace` leaves the person where they are. */
  show(layer, first, pages, keepsPlace) {
    this.#pages?.stop();
    this.#pages = pages;
    this.#columns = first.columns;
    const { row, column } = keepsPlace ? this.#active : { row: 0, column: 0 };
    const place = keepsPlace ? this.#root.scrollTop : 0;
    this.#active = {
      row: Math.max(0, Math.min(row, first.matched - 1)),
      column: Math.min(column, first.columns.length - 1),
    };
    this.#root.setAttribute("aria-colcount", first.columns.length);
    this.#root.setAttribute("aria-rowcount", first.matched + 2);
    this.#head.show(first);
    this.#rows.reset(layer, first.columns);
    this.#awaited = null;
    pages.onPage = () => {
      this.#draw();
      if (this.#awaited !== null) this.#open(this.#awaited);
    };
    this.#draw();
    this.#root.scrollTop = place;
    this.#draw();
  }

  /** Mark the rows of a feature that the pointer is on, on the map; null for none. */
  mark(feature) {
    this.#rows.mark(feature);
  }

  /** Draw with the next frame; `follows` keeps the active cell in view, for who walks by keyboard. */
  #later({ follows = false } = {}) {
    this.#follows ||= follows && document.activeElement === this.#root;
    if (this.#drawn) return;
    this.#drawn = requestAnimationFrame(() => {
      this.#drawn = 0;
      if (this.#follows && this.#rows.cell(this.#active)) this.#reach();
      this.#follows = false;
      this.#draw();
    });
  }

  #view() {
    const { scrollTop, clientHeight } = this.#root;
    const height = clientHeight - this.#head.height;
    return { scrollTop, height, rowHeight: this.#rows.height, count: this.#pages.count };
  }

  #draw() {
    if (!this.#pages || !this.#root.clientHeight) return;
    const view = this.#view();
    this.#space.style.height = `${spaceHeight(view.count, view.rowHeight)}px`;
    const shown = windowOf(view);
    this.#pages.want(shown.first, shown.last);
    this.#rows.draw(shown, (number) => this.#pages.row(number));
    this.#rows.point(this.#active);
    this.#name();
    this.#sayPlace(view, shown.seen);
  }

  /** Tell assistive tools which cell is active: rows are dealt out again as they are drawn. */
  #name() {
    const cell = this.#rows.cell(this.#active);
    if (!cell) this.#root.removeAttribute("aria-activedescendant");
    else if (this.#root.getAttribute("aria-activedescendant") !== cell.id)
      this.#root.setAttribute("aria-activedescendant", cell.id);
  }

  #sayPlace({ height, rowHeight, count }, seen) {
    const last = Math.min(count, seen + Math.max(1, Math.floor(height / rowHeight)));
    const words = { first: seen + 1, last, count };
    const text = this.#place.dataset.words.replaceAll(/\{(\w+)\}/g, (_all, name) =>
      this.#format.format(words[name]),
    );
    if (this.#place.textContent !== text) this.#place.textContent = text;
  }

  #key(event) {
    if (event.target !== this.#root || !this.#pages?.count) return;
    if (event.key === "Enter") this.#open(this.#active.row);
    const view = this.#view();
    const page = Math.max(1, Math.floor(view.height / view.rowHeight) - 1);
    const size = { rows: view.count, columns: this.#columns.length, page };
    const next = cellAfter({ key: event.key, isFar: event.ctrlKey || event.metaKey }, this.#active, size);
    if (!next) return;
    event.preventDefault();
    this.#active = next;
    this.#awaited = null;
    this.#point();
  }

  #reach() {
    const to = scrollFor(this.#active.row, this.#view());
    if (to !== this.#root.scrollTop) this.#root.scrollTop = to;
  }

  /** Scroll sideways alone: `scrollIntoView` would also undo the place of the row, which has just been dealt out. */
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
    this.#tell("portal:hover", this.#pages.row(this.#active.row)?.[0] ?? null);
  }

  #click(target) {
    const found = this.#rows.placeOf(target);
    if (!found) return;
    this.#active = found;
    this.#awaited = null;
    this.#root.focus({ preventScroll: true });
    this.#open(found.row);
  }

  /** Open the sheet of a row, as soon as it is loaded. */
  #open(row) {
    const id = this.#pages.row(row)?.[0];
    this.#awaited = id === undefined ? row : null;
    if (id !== undefined) this.#tell("portal:open", id);
  }
}
