/** The head and the foot of the table: titles that sort, and a total under each column of numbers. */

import { find, findOptional } from "../../interface/dom.js";
import { sortState, tracks } from "./columns.js";

/** @import {Column, FirstPage} from "./pages.js" */

const TOTALS = ["sum", "avg", "min", "max"];

/** Writes the titles and the totals of a table. */
export class TableHead {
  #root;
  #head;
  #foot;
  #totals;
  #onSort;
  #total = "sum";

  /** @param {HTMLElement} root @param {(sort: string) => void} onSort */
  constructor(root, onSort) {
    this.#root = root;
    this.#head = find(root, "[data-grid-head]");
    this.#foot = find(root, "[data-grid-foot]");
    this.#totals = find(root, "[data-grid-totals]");
    this.#onSort = onSort;
  }

  /** How many pixels of the table the head and the foot cover. */
  get height() {
    return this.#head.offsetHeight + this.#foot.offsetHeight;
  }

  /**
   * Show the columns of a first page.
   *
   * @param {FirstPage} first
   */
  show(first) {
    this.#root.style.setProperty("--columns", tracks(first.columns, first.rows));
    const focused = findOptional(this.#head, "[data-name]:focus")?.dataset.name;
    this.#head.replaceChildren(
      ...first.columns.map((column, index) => this.#title(column, index, first.sort)),
    );
    if (focused) findOptional(this.#head, `[data-name="${CSS.escape(focused)}"]`)?.focus();
    this.#foot.hidden = !first.columns.some(({ totals }) => "min" in totals);
    this.#totals.ariaRowIndex = String(first.matched + 2);
    if (!this.#foot.hidden) this.#showTotals(first.columns);
  }

  /** @param {Column} column @param {number} index @param {string} sort */
  #title({ name, title, isNumber, isSortable }, index, sort) {
    const cell = document.createElement("div");
    cell.role = "columnheader";
    cell.ariaColIndex = String(index + 1);
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
    button.title = (this.#root.dataset.sortWords ?? "").replace("{title}", title);
    button.addEventListener("click", () => this.#onSort(state === "ascending" ? `-${name}` : name));
    cell.append(button);
    return cell;
  }

  /**
   * Show one of the totals that the columns have: heights have no sum.
   *
   * @param {Column[]} columns
   */
  #showTotals(columns) {
    const offered = TOTALS.filter((name) => columns.some(({ totals }) => name in totals));
    const chosen = offered.includes(this.#total) ? this.#total : offered[0];
    const cells = columns.map(({ totals, isNumber }, index) => {
      const cell = document.createElement("div");
      cell.role = index ? "gridcell" : "rowheader";
      cell.ariaColIndex = String(index + 1);
      cell.className = isNumber ? "grid-cell number" : "grid-cell";
      if (!index) cell.append(this.#choice(columns, offered, chosen));
      cell.append(totals[chosen] ?? "");
      return cell;
    });
    this.#totals.replaceChildren(...cells);
  }

  /** @param {Column[]} columns @param {string[]} offered @param {string} chosen */
  #choice(columns, offered, chosen) {
    const select = document.createElement("select");
    select.ariaLabel = this.#root.dataset.totalsOf ?? "";
    for (const name of offered)
      select.add(new Option(this.#root.dataset[name], name, false, name === chosen));
    select.addEventListener("change", () => {
      this.#total = select.value;
      this.#showTotals(columns);
      find(this.#totals, "select").focus();
    });
    return select;
  }
}
