/** The table: from cell to cell by keyboard, values typed in their cells, rows as the portal answers them. */

import { PHONE_PX } from "../../interface/breakpoints.js";
import { closest, find, findAll, findOptional } from "../../interface/dom.js";

/** @import { Answer, Sender } from "./sender.js" */

/** @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Input */
/**
 * @typedef {object} GridEvents
 * @property {(address: string, pk: number) => void} onOpen - the form of a row
 * @property {(pks: number[]) => void} onSelect
 * @property {(pk: number | null) => void} onHover
 * @property {(answer: Answer) => void} onAnswer
 * @property {(words: string) => void} say
 */

/** @type {Record<string, [number, number]>} */
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** The table of rows. */
export class RowsGrid {
  #root;
  #body;
  #sender;
  #words;
  #on;
  /** @type {HTMLElement | null} */
  #editing = null;

  /**
   * @param {HTMLElement} root
   * @param {Sender} sender
   * @param {Record<string, string>} words
   * @param {GridEvents} on
   */
  constructor(root, sender, words, on) {
    this.#root = root;
    this.#body = find(root, "[data-body]", HTMLTableSectionElement);
    this.#sender = sender;
    this.#words = words;
    this.#on = on;
    this.#body.addEventListener("keydown", (event) => this.#key(event));
    this.#body.addEventListener("click", (event) => this.#click(event));
    this.#body.addEventListener("dblclick", (event) => this.#edit(closest(event, "[data-name]")));
    this.#body.addEventListener("focusin", (event) => this.#focused(closest(event, "td, th")));
    this.#body.addEventListener("focusout", (event) => this.#left(event));
    this.#body.addEventListener("change", () => this.#selected());
    this.#body.addEventListener("pointerover", (event) => on.onHover(pkOf(closest(event, "tr"))));
    this.#body.addEventListener("pointerleave", () => on.onHover(null));
    const first = findOptional(this.#body, "[data-name]");
    if (first) first.tabIndex = 0;
    this.#bindSelection();
  }

  /** @param {number} pk */
  row(pk) {
    return findOptional(this.#body, `#row-${pk}`, HTMLTableRowElement);
  }

  /** Ids of the rows that are ticked. */
  get selected() {
    const boxes = findAll(this.#body, "[data-select]:checked", HTMLInputElement);
    return boxes.flatMap((box) => pkOf(box.closest("tr")) ?? []);
  }

  /** Mark the row that the form is of. @param {number | null} pk */
  mark(pk) {
    for (const row of findAll(this.#body, "tr")) row.classList.toggle("is-open", pkOf(row) === pk);
  }

  /** Go to a row; whether it is there. @param {number} pk */
  focus(pk) {
    const row = this.row(pk);
    if (row) find(row, "[data-open]", HTMLAnchorElement).focus();
    return row !== null;
  }

  /**
   * Take the rows of an answer: changed ones in place, so that what is being typed in them stays; new ones first.
   *
   * @param {Document} page
   */
  take(page) {
    for (const fresh of findAll(page, "tr[data-pk]", HTMLTableRowElement)) {
      const pk = Number(fresh.dataset.pk);
      const row = this.row(pk);
      if (row) this.#patch(row, fresh);
      else if (fresh.hasAttribute("data-new")) this.#body.prepend(document.importNode(fresh, true));
    }
    for (const { dataset } of findAll(page, "[data-removed]")) this.row(Number(dataset.removed))?.remove();
    const matched = findOptional(page, "[data-matched]")?.dataset.matched;
    if (matched !== undefined) find(this.#root, "[data-grid]").setAttribute("aria-rowcount", matched);
    find(this.#root, "[data-scroll]").hidden = this.#body.rows.length === 0;
    find(this.#root, "[data-empty]").hidden = this.#body.rows.length > 0;
    if (!this.#body.querySelector("[tabindex='0']")) {
      const first = findOptional(this.#body, "[data-name]");
      if (first) first.tabIndex = 0;
    }
    this.#selected();
  }

  /** @param {HTMLTableRowElement} row @param {HTMLTableRowElement} fresh */
  #patch(row, fresh) {
    for (const name of ["version", "event"]) row.dataset[name] = fresh.dataset[name];
    row.toggleAttribute("data-locked", fresh.hasAttribute("data-locked"));
    for (const cell of findAll(row, "[data-name]")) {
      const other = findOptional(fresh, `[data-name="${cell.dataset.name}"]`);
      if (!other || cell === this.#editing || cell.dataset.state) continue;
      cell.dataset.raw = other.dataset.raw;
      cell.textContent = other.textContent;
    }
  }

  /** Forget what waits in the cells of a row: a form has answered for it. @param {number} pk */
  settle(pk) {
    const row = this.row(pk);
    for (const cell of row ? findAll(row, "[data-state]") : []) if (cell !== this.#editing) calm(cell);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (this.#editing) return this.#keyInInput(event);
    const cell = closest(event, "td, th");
    if (!cell || event.altKey || event.metaKey) return;
    const step = STEPS[event.key];
    if (step || event.key === "Home" || event.key === "End") {
      event.preventDefault();
      this.#go(cell, event.key, step);
    } else if (event.key === "Enter" || event.key === "F2") {
      if (!cell.dataset.name) return; // a box or a link answers by itself
      event.preventDefault();
      this.#edit(cell);
    } else if (event.key.length === 1 && event.key !== " " && !event.ctrlKey && cell.dataset.name) {
      event.preventDefault();
      this.#edit(cell, event.key);
    }
  }

  /** @param {KeyboardEvent} event */
  #keyInInput(event) {
    const cell = /** @type {HTMLElement} */ (this.#editing);
    const input = find(cell, "input, select, textarea", HTMLElement);
    const isLines = input instanceof HTMLTextAreaElement;
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      this.#restore(cell);
      focusable(cell).focus();
    } else if (event.key === "Enter" && (!isLines || event.ctrlKey)) {
      event.preventDefault();
      this.#commit();
      this.#go(cell, "ArrowDown", [1, 0]);
    } else if (event.key === "Tab") {
      event.preventDefault();
      this.#commit();
      this.#go(cell, "", [0, event.shiftKey ? -1 : 1]);
      if (document.activeElement instanceof HTMLElement && document.activeElement !== cell)
        this.#edit(document.activeElement.closest("[data-name]"));
    }
  }

  /**
   * Go to another cell.
   *
   * @param {Element} cell
   * @param {string} key
   * @param {[number, number]} [step]
   */
  #go(cell, key, step = [0, 0]) {
    const row = /** @type {HTMLTableRowElement} */ (cell.closest("tr"));
    const cells = [...row.cells];
    const column = cells.indexOf(/** @type {HTMLTableCellElement} */ (cell));
    const target = this.#body.rows[row.sectionRowIndex + step[0]] ?? row;
    const last = cells.length - 1;
    const index = key === "Home" ? 0 : key === "End" ? last : Math.min(Math.max(column + step[1], 0), last);
    focusable(target.cells[index]).focus();
  }

  /** @param {HTMLElement | null} cell */
  #focused(cell) {
    if (!cell) return;
    for (const other of findAll(this.#body, "[tabindex='0']")) other.tabIndex = -1;
    focusable(cell).tabIndex = 0;
    const row = cell.closest("tr");
    this.#on.onHover(pkOf(row));
    if (row?.hasAttribute("data-locked")) this.#on.say(this.#words.locked);
    else if (cell.dataset.reason) this.#on.say(cell.dataset.reason);
  }

  /** @param {FocusEvent} event */
  #left({ relatedTarget }) {
    const cell = this.#editing;
    if (!cell || (relatedTarget instanceof Node && cell.contains(relatedTarget))) return;
    this.#commit();
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const link = closest(event, "[data-open]", HTMLAnchorElement);
    const row = closest(event, "tr");
    const pk = pkOf(row);
    if (link && pk !== null) {
      event.preventDefault();
      this.#on.onOpen(link.href, pk);
      return;
    }
    const cell = closest(event, "[data-name]");
    if (!cell || !row || pk === null || cell === this.#editing) return;
    if (matchMedia(`(width <= ${PHONE_PX}px)`).matches) {
      this.#on.onOpen(find(row, "[data-open]", HTMLAnchorElement).href, pk);
      return;
    }
    const wasActive = document.activeElement === cell && cell.dataset.pointed === "true";
    for (const other of findAll(this.#body, "[data-pointed]")) delete other.dataset.pointed;
    cell.dataset.pointed = "true";
    cell.focus();
    if (wasActive) this.#edit(cell);
  }

  /**
   * Put the input of a cell in its place; `typed` is the key that began it.
   *
   * @param {HTMLElement | null} cell
   * @param {string} [typed]
   */
  #edit(cell, typed) {
    if (!cell?.dataset.name || cell === this.#editing || cell.getAttribute("aria-readonly")) return;
    if (this.#editing) this.#commit();
    const template = find(this.#root, `[data-input="${cell.dataset.name}"]`, HTMLTemplateElement);
    const input = /** @type {Input} */ (
      find(
        /** @type {DocumentFragment} */ (template.content.cloneNode(true)),
        "input, select, textarea",
        HTMLElement,
      )
    );
    for (const name of ["aria-describedby", "aria-invalid", "required"]) input.removeAttribute(name);
    input.id = "rows-cell-input";
    const column = find(this.#root, `thead [data-name="${cell.dataset.name}"]`);
    input.setAttribute("aria-label", column.textContent?.trim() ?? "");
    const before = cell.dataset.typed ?? cell.dataset.raw ?? "";
    input.value = typed !== undefined && isWritten(input) ? typed : before;
    cell.dataset.stored ??= cell.textContent ?? "";
    if (cell.dataset.reason) {
      input.setAttribute("aria-invalid", "true");
      input.setAttribute("aria-description", cell.dataset.reason);
    }
    this.#editing = cell;
    cell.replaceChildren(input, ...(cell.dataset.reason ? [faultOf(cell.dataset.reason)] : []));
    cell.classList.add("is-editing");
    input.focus();
    if (typed === undefined && isWritten(input)) /** @type {HTMLInputElement} */ (input).select();
  }

  /** Leave the cell as it was. @param {HTMLElement} cell */
  #restore(cell) {
    this.#editing = null;
    this.#sender.drop(cell);
    cell.classList.remove("is-editing");
    cell.textContent = cell.dataset.stored ?? "";
    calm(cell);
  }

  /** Send what was typed, if it is something else. */
  #commit() {
    const cell = this.#editing;
    if (!cell) return;
    const input = /** @type {Input} */ (find(cell, "input, select, textarea", HTMLElement));
    const { value } = input;
    if (value === (cell.dataset.raw ?? "") && !cell.dataset.state) return this.#restore(cell);
    const text = input instanceof HTMLSelectElement ? (input.selectedOptions[0]?.text ?? "") : value;
    this.#editing = null;
    cell.classList.remove("is-editing");
    delete cell.dataset.reason;
    cell.dataset.typed = value;
    cell.dataset.state = "sending";
    cell.textContent = text;
    this.#send(cell);
  }

  /** @param {HTMLElement} cell */
  #send(cell) {
    const pk = /** @type {number} */ (pkOf(cell.closest("tr")));
    const { name = "", typed = "" } = cell.dataset;
    this.#sender.send({
      address: (this.#root.dataset.row ?? "").replace("/0/", `/${pk}/`),
      origin: cell,
      body: () => {
        const { version = "", event = "0" } = this.row(pk)?.dataset ?? {};
        return new URLSearchParams({ [name]: typed, "row-version": version, "row-event": event });
      },
      onWait: () => {
        cell.dataset.state = "unsent";
      },
      onAnswer: (answer) => {
        if (answer.isDone) calm(cell);
        else this.#refused(cell, answer);
        this.#on.onAnswer(answer);
      },
    });
  }

  /** @param {HTMLElement} cell @param {Answer} answer */
  #refused(cell, { status, faults }) {
    cell.dataset.state = "refused";
    if (status === 409) return;
    const reason = faults.map((fault) => fault.reason).join(" ");
    cell.dataset.reason = reason;
    cell.append(faultOf(reason));
  }

  #bindSelection() {
    const every = findOptional(this.#root, "[data-select-page]", HTMLInputElement);
    every?.addEventListener("change", () => {
      for (const box of findAll(this.#body, "[data-select]", HTMLInputElement)) box.checked = every.checked;
      this.#selected();
    });
  }

  #selected() {
    const boxes = findAll(this.#body, "[data-select]", HTMLInputElement);
    const ticked = boxes.filter((box) => box.checked);
    const every = findOptional(this.#root, "[data-select-page]", HTMLInputElement);
    if (every) {
      every.checked = boxes.length > 0 && ticked.length === boxes.length;
      every.indeterminate = ticked.length > 0 && ticked.length < boxes.length;
    }
    for (const row of findAll(this.#body, "tr"))
      row.classList.toggle("is-selected", row.querySelector("[data-select]:checked") !== null);
    this.#on.onSelect(this.selected);
  }
}

/** @param {Element | null} row */
function pkOf(row) {
  return row instanceof HTMLElement && row.dataset.pk ? Number(row.dataset.pk) : null;
}

/** What takes the focus of a cell: its box or its link, else itself. @param {HTMLElement} cell */
function focusable(cell) {
  return findOptional(cell, "input, a, [data-why]") ?? cell;
}

/** Whether people type into an input: a key may begin it. @param {Input} input */
function isWritten(input) {
  return input instanceof HTMLTextAreaElement || (input instanceof HTMLInputElement && input.type === "text");
}

/** @param {HTMLElement} cell */
function calm(cell) {
  for (const name of ["state", "typed", "reason", "stored"]) delete cell.dataset[name];
}

/** @param {string} reason */
function faultOf(reason) {
  const element = document.createElement("span");
  element.className = "rows-fault";
  element.textContent = reason;
  return element;
}
