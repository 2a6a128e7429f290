/** The few rows of a long table that exist in the page: each is written again for another row as the table scrolls. */

/** Draws rows into `space`; `words.none` is said where there is no value. */
export class RowPool {
  #space;
  #words;
  #layer = "";
  #columns = [];
  #pool = [];
  #active = null;
  #marked = "";

  constructor(space, words) {
    this.#space = space;
    this.#words = words;
    this.height = 36;
  }

  /** Forget every row, for a table with other columns. */
  reset(layer, columns) {
    this.#layer = layer;
    this.#columns = columns;
    this.#pool = [];
    this.#space.replaceChildren(this.#make(0));
    this.height = this.#space.firstElementChild.offsetHeight || 36;
    this.#space.replaceChildren();
  }

  #make(index) {
    const row = document.createElement("div");
    row.className = "grid-row";
    row.role = "row";
    for (const [at, column] of this.#columns.entries()) {
      const cell = document.createElement("div");
      cell.className = column.isNumber ? "grid-cell number" : "grid-cell";
      cell.role = at ? "gridcell" : "rowheader";
      cell.id = `cell-${index}-${at}`;
      cell.ariaColIndex = at + 1;
      row.append(cell);
    }
    return row;
  }

  /** Write the rows of a window; `read` returns the cells of a row, or nothing while it is loading. */
  draw({ first, last, shift }, read) {
    const wanted = Math.max(0, last - first);
    while (this.#pool.length < wanted) this.#grow();
    const size = this.#pool.length;
    for (let number = first; number < last; number += 1) this.#write(this.#pool[number % size], number, read);
    for (const slot of this.#pool) {
      const isShown = slot.number >= first && slot.number < last;
      slot.row.hidden = !isShown;
      const top = `translateY(${slot.number * this.height + shift}px)`;
      if (isShown && slot.top !== top) {
        slot.top = top;
        slot.row.style.transform = top;
      }
    }
  }

  #grow() {
    const row = this.#make(this.#pool.length);
    this.#space.append(row);
    this.#pool.push({ row, cells: [...row.children], number: -1, values: null, top: "" });
    for (const slot of this.#pool) slot.number = -1; // rows are dealt out again
  }

  #write(slot, number, read) {
    const values = read(number) ?? null;
    if (slot.number === number && slot.values === values) return;
    slot.number = number;
    slot.values = values;
    const { row, cells } = slot;
    row.ariaRowIndex = number + 2;
    row.classList.toggle("is-loading", !values);
    row.dataset.feature = values ? `${this.#layer}/${values[0]}` : "";
    row.classList.toggle("is-hovered", values !== null && row.dataset.feature === this.#marked);
    for (const [at, cell] of cells.entries()) {
      const text = values?.[at + 1] ?? "";
      cell.textContent = text || (values ? "–" : "");
      cell.title = text;
      if (values && !text) cell.ariaLabel = this.#words.none;
      else cell.removeAttribute("aria-label");
    }
  }

  /** Mark the row of a feature of the map, none for null. */
  mark(feature) {
    this.#marked = feature ? `${feature.layer}/${feature.id}` : "";
    for (const { row } of this.#pool)
      row.classList.toggle("is-hovered", Boolean(this.#marked) && row.dataset.feature === this.#marked);
  }

  /** Show which cell is active. */
  point(place) {
    this.#active?.classList.remove("is-active");
    this.#active = this.cell(place);
    this.#active?.classList.add("is-active");
  }

  /** The cell of a place of the table, undefined when it is not drawn. */
  cell({ row, column }) {
    return this.#pool.find((slot) => slot.number === row && !slot.row.hidden)?.cells[column];
  }

  #slotOf(target) {
    const row = target.closest(".grid-row");
    return this.#pool.find((slot) => slot.row === row);
  }

  /** The id of the feature under an element, or null. */
  idOf(target) {
    return this.#slotOf(target)?.values?.[0] ?? null;
  }

  /** The place of a cell in the table, or null. */
  placeOf(target) {
    const slot = this.#slotOf(target);
    const column = slot?.cells.findIndex((cell) => cell.contains(target)) ?? -1;
    return slot ? { row: slot.number, column: Math.max(0, column) } : null;
  }
}
