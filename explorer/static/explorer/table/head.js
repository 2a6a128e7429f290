/** The head and the foot of the table: titles that sort, and a total under each column of numbers. */

const TOTALS = ["sum", "avg", "min", "max"];

// In widths of a figure (ch): a letter is narrower. The first column holds the choice of the total too.
const LETTER = 0.8;
const [NARROWEST_FIRST, WIDEST] = [16, 30];
const SORT_MARK = 2;

/** How wide each column is: what its title, totals and first rows need, within bounds; the room left is shared. Pure. */
export function tracks(columns, rows) {
  return columns
    .map(({ title, isNumber, totals = {} }, at) => {
      const texts = [...rows.map((row) => row[at + 1]), ...Object.values(totals)];
      const longest = texts.reduce((most, text) => Math.max(most, text.length), 0) * (isNumber ? 1 : LETTER);
      const needed = Math.max(longest, title.length * LETTER + SORT_MARK, at ? 0 : NARROWEST_FIRST);
      const figures = Math.min(Math.ceil(needed), WIDEST);
      return `minmax(calc(${figures}ch + 2 * var(--s4)), ${figures}fr)`;
    })
    .join(" ");
}

/** The state of a column under a sort: the word of `aria-sort`, empty for a column that does not sort. Pure. */
export function sortState(name, sort) {
  if (sort === name) return "ascending";
  return sort === `-${name}` ? "descending" : "";
}

const DISTANCE = "_distance";

/** The sort to ask the server: that of the distance means nothing where none is measured. Pure. */
export function sortUnder(isMeasured, sort) {
  return !isMeasured && sort.replace(/^-/, "") === DISTANCE ? "" : sort;
}

/** Writes the titles and the totals of a table; `onSort` receives the sort that a title asks. */
export class TableHead {
  #root;
  #head;
  #foot;
  #totals;
  #onSort;
  #shown = "sum";

  constructor(root, onSort) {
    this.#root = root;
    this.#head = root.querySelector("[data-grid-head]");
    this.#foot = root.querySelector("[data-grid-foot]");
    this.#totals = root.querySelector("[data-grid-totals]");
    this.#onSort = onSort;
  }

  /** How many pixels of the table the head and the foot cover. */
  get height() {
    return this.#head.offsetHeight + this.#foot.offsetHeight;
  }

  /** Show the columns of a first page. */
  show(first) {
    this.#root.style.setProperty("--columns", tracks(first.columns, first.rows));
    const focused = this.#head.contains(document.activeElement) ? document.activeElement.dataset.name : null;
    this.#head.replaceChildren(...first.columns.map((column, at) => this.#title(column, at, first.sort)));
    if (focused) this.#head.querySelector(`[data-name="${CSS.escape(focused)}"]`)?.focus();
    this.#foot.hidden = !first.columns.some(({ totals }) => "min" in totals);
    this.#totals.ariaRowIndex = first.matched + 2;
    if (!this.#foot.hidden) this.#showTotals(first.columns);
  }

  #title({ name, title, isNumber, isSortable }, at, sort) {
    const cell = document.createElement("div");
    cell.role = "columnheader";
    cell.ariaColIndex = at + 1;
    cell.className = isNumber ? "grid-cell number" : "grid-cell";
    if (!isSortable) {
      cell.textContent = title;
      return cell;
    }
    const state = sortState(name, sort);
    if (state) cell.ariaSort = state;
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.name = name;
    button.textContent = title;
    button.title = this.#root.dataset.sortWords.replace("{title}", title);
    button.addEventListener("click", () => this.#onSort(state === "ascending" ? `-${name}` : name));
    cell.append(button);
    return cell;
  }

  /** Show one of the totals that the columns have: heights have no sum. */
  #showTotals(columns) {
    const offered = TOTALS.filter((name) => columns.some(({ totals }) => name in totals));
    const shown = offered.includes(this.#shown) ? this.#shown : offered[0];
    const cells = columns.map(({ totals, isNumber }, at) => {
      const cell = document.createElement("div");
      cell.role = at ? "gridcell" : "rowheader";
      cell.ariaColIndex = at + 1;
      cell.className = isNumber ? "grid-cell number" : "grid-cell";
      if (!at) cell.append(this.#choice(columns, offered, shown));
      cell.append(totals[shown] ?? "");
      return cell;
    });
    this.#totals.replaceChildren(...cells);
  }

  #choice(columns, offered, shown) {
    const select = document.createElement("select");
    select.ariaLabel = this.#root.dataset.totalsOf;
    for (const name of offered) select.add(new Option(this.#root.dataset[name], name, false, name === shown));
    select.addEventListener("change", () => {
      this.#shown = select.value;
      this.#showTotals(columns);
      this.#totals.querySelector("select").focus();
    });
    return select;
  }
}
