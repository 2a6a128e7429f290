/** The page in the making: sections and panels drawn where the document says, and kept where they are when nothing moves. */
import { Cell } from "./cell.js";
import { showInclude } from "./include.js";
import { columnWords } from "./panel-commands.js";
import { part, parts } from "./words.js";

/** Draws the document of a store in `root`. `context` gives the words, the kinds and the addresses. */
export class Canvas {
  #root;
  #store;
  #previews;
  #context;
  #cells = new Map();
  #sections = new Map();
  #tools = part("tools");
  #handles = parts("handles");

  constructor(root, store, { previews, context }) {
    this.#root = root;
    this.#store = store;
    this.#previews = previews;
    this.#context = context;
    this.draw();
    store.addEventListener("change", () => this.draw());
    store.addEventListener("redraw", () => this.draw());
    store.addEventListener("select", ({ detail }) => this.#choose(detail.wants));
    root.addEventListener("focusin", ({ target }) => {
      const cell = target.closest("[data-cell]");
      if (cell) store.select(cell.dataset.cell);
    });
    root.addEventListener("dblclick", ({ target }) => {
      const cell = target.closest("[data-cell]");
      if (cell) store.select(cell.dataset.cell, "settings");
    });
  }

  /** The cell of a panel. */
  cell(id) {
    return this.#cells.get(id);
  }

  /** Whether a panel is on the screen. */
  isSeen(id) {
    const box = this.#cells.get(id)?.element.getBoundingClientRect();
    return box !== undefined && box.bottom > 0 && box.top < innerHeight;
  }

  /** Draw the document as it is. */
  draw() {
    const { document: made } = this.#store;
    this.#context.links = made.links ?? {};
    const focused = document.activeElement;
    const kept = new Set();
    const drawn = made.sections.map((section, rank) => {
      const key = section.include ? `include ${section.include} ${section.section ?? ""}` : section.id;
      kept.add(key);
      const view = this.#sections.get(key) ?? this.#section(key, section);
      this.#update(view, section, rank, made.sections.length);
      return view.element;
    });
    for (const [key, { element }] of this.#sections) {
      if (kept.has(key)) continue;
      element.remove();
      this.#sections.delete(key);
    }
    arrange(this.#root, drawn);
    this.#forget(made);
    this.#choose();
    if (focused?.isConnected && document.activeElement !== focused) focused.focus({ preventScroll: true });
  }

  #section(key, section) {
    const element = part(section.include ? "include" : "section");
    const view = { element, grid: element.querySelector("[data-grid]") };
    this.#sections.set(key, view);
    if (section.include) this.#include(element.querySelector("[data-include-body]"), section);
    return view;
  }

  #include(body, { include, section }) {
    const question = JSON.stringify({ include, ...(section ? { section } : {}), links: this.#context.links });
    this.#previews.want(`include ${include} ${section ?? ""}`, question, {
      show: (html) => showInclude(body, html, include),
      fail: (error) => {
        const failed = part("failed");
        failed.querySelector("[data-text]").textContent =
          error.told?.detail || this.#context.words.saving.preview_failed;
        body.replaceChildren(failed);
      },
    });
  }

  #update({ element, grid }, section, rank, count) {
    element.dataset.rank = rank;
    element.querySelector("[data-section-up]").setAttribute("aria-disabled", String(rank === 0));
    element.querySelector("[data-section-down]").setAttribute("aria-disabled", String(rank === count - 1));
    const title = element.querySelector("[data-section-title]");
    const said = this.#store.nameOfSection(section);
    if (title.textContent !== said && !title.isContentEditable) title.textContent = said;
    title.toggleAttribute("data-unnamed", !section.include && !section.title);
    if (!grid) return;
    this.#words(element.querySelector("[data-section-words]"), section);
    element.querySelector("[data-empty]").hidden = section.panels.length > 0;
    const cells = section.panels.map((panel, at) => {
      if (!this.#cells.has(panel.id)) {
        this.#cells.set(panel.id, new Cell(panel.id, this.#previews, this.#context));
      }
      const cell = this.#cells.get(panel.id);
      cell.update(panel, at, section.panels.length);
      return cell.element;
    });
    arrange(grid, cells);
  }

  /** The text of a section, as the server renders Markdown; while it is written, what is written shows. */
  #words(place, { id, text = "" }) {
    const isWritten = place.nextElementSibling?.matches(".in-place");
    place.hidden = !text || isWritten;
    if (isWritten || place.dataset.text === text) return;
    place.dataset.text = text;
    place.textContent = text;
    if (!text) return;
    const panel = { id: `texte-${id}`.slice(0, 60), kind: this.#context.textKind, options: { text } };
    this.#previews.want(`text ${id}`, JSON.stringify({ panel, links: {} }), {
      show: (html) => showText(place, html),
      fail: () => {},
    });
  }

  #forget(made) {
    const names = new Set(made.sections.flatMap(({ panels = [] }) => panels.map(({ id }) => id)));
    for (const [id, cell] of this.#cells) {
      if (names.has(id)) continue;
      cell.close();
      this.#cells.delete(id);
    }
  }

  /** Mark the chosen panel, which the toolbar and the handles belong to; one panel is in the order of focus. */
  #choose(wants = "") {
    const { selected } = this.#store;
    const first = this.#cells.keys().next().value;
    for (const [id, { element }] of this.#cells) {
      const isChosen = id === selected;
      element.classList.toggle("is-chosen", isChosen);
      element.tabIndex = isChosen || (!this.#cells.has(selected) && id === first) ? 0 : -1;
      if (isChosen && this.#tools.parentElement !== element) element.append(this.#tools, ...this.#handles);
    }
    const chosen = this.#cells.get(selected);
    if (!chosen) {
      this.#tools.remove();
      for (const handle of this.#handles) handle.remove();
      return;
    }
    const size = chosen.element.querySelector("[data-size]");
    if (size) size.textContent = columnWords(this.#store.panel, this.#context.words.said);
    if (wants === "focus") {
      chosen.element.focus({ preventScroll: true });
      chosen.element.scrollIntoView({ block: "nearest" });
    }
  }
}

/** Show what the server made of a text. */
function showText(place, html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  const read = holder.content.querySelector(".panel-text");
  if (read) place.replaceChildren(...read.childNodes);
}

/** Put children in an order, moving those alone that are not in their place; what is drawn in them stays drawn. */
function arrange(parent, children) {
  let next = parent.firstElementChild;
  for (const child of children) {
    if (child === next) {
      next = next.nextElementSibling;
      continue;
    }
    if (parent.moveBefore && child.isConnected) parent.moveBefore(child, next);
    else parent.insertBefore(child, next);
  }
}
