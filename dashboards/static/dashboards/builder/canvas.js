/** The page in the making: sections and panels drawn where the document says, and kept where they are when nothing moves. */

import { closest, find, findOptional } from "../../interface/dom.js";
import { columnWords, sizeWords } from "./commands.js";
import { sizeOf } from "./document.js";
import { problemOf, Refusal } from "./server.js";
import { fill, part, parts } from "./words.js";

/** @import { DashboardDocument, Include, Panel, Section } from "./document.js" */
/** @import { Previews } from "./previews.js" */
/** @import { Store } from "./store.js" */
/** @import { BuilderWords } from "./words.js" */

/**
 * What the cells of a page need of it.
 *
 * @typedef {object} CanvasContext
 * @property {BuilderWords} words
 * @property {Record<string, string>} kinds - titles by kind
 * @property {string[]} flatKinds - those that are drawn alike at any height
 * @property {string} textKind
 * @property {Record<string, Record<string, string>>} links - of the document
 * @property {(panel: Panel) => string} nameOf
 */
/** @typedef {{ element: HTMLElement, grid: HTMLElement | null }} SectionView */

/** Draws the document of a store in `root`. `context` gives the words, the kinds and the addresses. */
export class Canvas {
  #root;
  #store;
  #previews;
  #context;
  /** @type {Map<string, Cell>} */
  #cells = new Map();
  /** @type {Map<string, SectionView>} */
  #sections = new Map();
  #tools = part("tools");
  #handles = parts("handles");

  /**
   * @param {HTMLElement} root
   * @param {Store} store
   * @param {{ previews: Previews, context: CanvasContext }} parts
   */
  constructor(root, store, { previews, context }) {
    this.#root = root;
    this.#store = store;
    this.#previews = previews;
    this.#context = context;
    this.draw();
    store.addEventListener("change", () => this.draw());
    store.addEventListener("redraw", () => this.draw());
    store.addEventListener("select", ({ detail }) => this.#choose(detail.wants));
    root.addEventListener("focusin", (event) => {
      const id = closest(event, "[data-cell]")?.dataset.cell;
      if (id) store.select(id);
    });
    root.addEventListener("dblclick", (event) => {
      const id = closest(event, "[data-cell]")?.dataset.cell;
      if (id) store.select(id, "settings");
    });
  }

  /**
   * The cell of a panel.
   *
   * @param {string} id
   */
  cell(id) {
    return this.#cells.get(id);
  }

  /**
   * Whether a panel is on the screen.
   *
   * @param {string} id
   */
  isSeen(id) {
    const box = this.#cells.get(id)?.element.getBoundingClientRect();
    return box !== undefined && box.bottom > 0 && box.top < innerHeight;
  }

  /** Draw the document as it is. */
  draw() {
    const { document: made } = this.#store;
    this.#context.links = made.links ?? {};
    const focused = document.activeElement;
    const keys = new Set();
    const drawn = made.sections.map((section, rank) => {
      const key =
        section.include !== undefined ? `include ${section.include} ${section.section ?? ""}` : section.id;
      keys.add(key);
      const view = this.#sections.get(key) ?? this.#section(key, section);
      this.#update(view, section, rank, made.sections.length);
      return view.element;
    });
    for (const [key, { element }] of this.#sections) {
      if (keys.has(key)) continue;
      element.remove();
      this.#sections.delete(key);
    }
    arrange(this.#root, drawn);
    this.#forget(made);
    this.#choose();
    if (focused instanceof HTMLElement && focused.isConnected && document.activeElement !== focused)
      focused.focus({ preventScroll: true });
  }

  /** @param {string} key @param {Section | Include} section */
  #section(key, section) {
    const element = part(section.include ? "include" : "section");
    const view = { element, grid: findOptional(element, "[data-grid]") };
    this.#sections.set(key, view);
    if (section.include !== undefined) this.#include(find(element, "[data-include-body]"), section);
    return view;
  }

  /** @param {HTMLElement} body @param {Include} section */
  #include(body, { include, section }) {
    const question = JSON.stringify({ include, ...(section ? { section } : {}), links: this.#context.links });
    this.#previews.want(`include ${include} ${section ?? ""}`, question, {
      show: (html) => showInclude(body, html, include),
      fail: (error) => {
        const failed = part("failed");
        find(failed, "[data-text]").textContent =
          problemOf(error).detail || this.#context.words.saving.preview_failed;
        body.replaceChildren(failed);
      },
    });
  }

  /**
   * @param {SectionView} view
   * @param {Section | Include} section
   * @param {number} rank
   * @param {number} count
   */
  #update({ element, grid }, section, rank, count) {
    element.dataset.rank = String(rank);
    find(element, "[data-section-up]").setAttribute("aria-disabled", String(rank === 0));
    find(element, "[data-section-down]").setAttribute("aria-disabled", String(rank === count - 1));
    const title = find(element, "[data-section-title]");
    const name = this.#store.nameOfSection(section);
    if (title.textContent !== name && !title.isContentEditable) title.textContent = name;
    title.toggleAttribute("data-unnamed", !section.include && !section.title);
    if (!grid || section.include !== undefined) return;
    this.#words(find(element, "[data-section-words]"), section);
    find(element, "[data-empty]").hidden = section.panels.length > 0;
    const cells = section.panels.map((panel, index) => {
      const cell = this.#cells.get(panel.id) ?? new Cell(panel.id, this.#previews, this.#context);
      this.#cells.set(panel.id, cell);
      cell.update(panel, index, section.panels.length);
      return cell.element;
    });
    arrange(grid, cells);
  }

  /**
   * The text of a section, as the server renders Markdown; while it is written, what is written shows.
   *
   * @param {HTMLElement} element
   * @param {Section} section
   */
  #words(element, { id, text = "" }) {
    const isWritten = element.nextElementSibling?.matches(".in-place") ?? false;
    element.hidden = !text || isWritten;
    if (isWritten || element.dataset.text === text) return;
    element.dataset.text = text;
    element.textContent = text;
    if (!text) return;
    const panel = { id: `texte-${id}`.slice(0, 60), kind: this.#context.textKind, options: { text } };
    this.#previews.want(`text ${id}`, JSON.stringify({ panel, links: {} }), {
      show: (html) => showText(element, html),
      fail: () => {},
    });
  }

  /** @param {DashboardDocument} made */
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
    const [first] = this.#cells.keys();
    const hasSelected = selected !== null && this.#cells.has(selected);
    for (const [id, cell] of this.#cells) {
      const { element } = cell;
      const isChosen = id === selected;
      cell.release(isChosen);
      element.classList.toggle("is-chosen", isChosen);
      element.tabIndex = isChosen || (!hasSelected && id === first) ? 0 : -1;
      if (isChosen && this.#tools.parentElement !== element) element.append(this.#tools, ...this.#handles);
    }
    const chosen = this.#cells.get(selected ?? "");
    const { panel } = this.#store;
    if (!chosen || !panel) {
      this.#tools.remove();
      for (const handle of this.#handles) handle.remove();
      return;
    }
    const size = chosen.element.querySelector("[data-size]");
    if (size) size.textContent = columnWords(panel, this.#context.words.said);
    if (wants === "focus") {
      chosen.element.focus({ preventScroll: true });
      chosen.element.scrollIntoView({ block: "nearest" });
    }
  }
}

/**
 * Show what the server made of a text.
 *
 * @param {HTMLElement} element
 * @param {string} html
 */
function showText(element, html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  const read = holder.content.querySelector(".panel-text");
  if (read) element.replaceChildren(...read.childNodes);
}

/**
 * Put children in an order, moving those alone that are not in their place; what is drawn in them stays drawn.
 *
 * @param {HTMLElement} parent
 * @param {HTMLElement[]} children
 */
function arrange(parent, children) {
  let next = parent.firstElementChild;
  for (const child of children) {
    if (child === next) {
      next = next.nextElementSibling;
      continue;
    }
    // Not every browser moves an element without loading again what it holds.
    const { moveBefore } = /** @type {{ moveBefore?: Element["insertBefore"] }} */ (parent);
    if (moveBefore && child.isConnected) moveBefore.call(parent, child, next);
    else parent.insertBefore(child, next);
  }
}

/** The cell of a panel; `previews` reads it, `context` gives the words, kinds and links of the moment. */
class Cell {
  element = part("cell");
  #body = find(this.element, "[data-body]");
  #previews;
  #context;
  #query = ""; // whose preview is there, or awaited
  #isReleased = false;
  /** @type {Panel | null} */
  #panel = null;

  /**
   * @param {string} id
   * @param {Previews} previews
   * @param {CanvasContext} context
   */
  constructor(id, previews, context) {
    this.id = id;
    this.element.dataset.cell = id;
    this.#previews = previews;
    this.#context = context;
  }

  /**
   * Show a panel as it is now, `rank` of `count` in its section.
   *
   * @param {Panel} panel
   * @param {number} rank
   * @param {number} count
   */
  update(panel, rank, count) {
    const { words, kinds } = this.#context;
    const { width, height } = sizeOf(panel);
    this.#panel = panel;
    this.element.className = `cell span-${width} rows-${height}`;
    this.element.setAttribute(
      "aria-label",
      fill(words.said.panel, {
        kind: kinds[panel.kind ?? ""] ?? words.said.library,
        title: this.#context.nameOf(panel),
        size: sizeWords(panel, words.said),
        rank: rank + 1,
        count,
      }),
    );
    this.#retitle();
    this.#ask();
  }

  /** Ask the preview again, whatever is remembered. */
  refresh() {
    this.#previews.forget(this.#query);
    this.#query = "";
    this.#ask();
  }

  /**
   * Let the map of the chosen panel be moved: its view may become the first one of the panel.
   *
   * @param {boolean} isReleased
   */
  release(isReleased) {
    this.#isReleased = isReleased;
    const map = this.#body.querySelector("dashboard-map");
    if (map instanceof HTMLElement) map.inert = !isReleased;
  }

  /** Leave the page. */
  close() {
    this.#previews.drop(this.id);
    this.element.remove();
  }

  #ask() {
    if (!this.#panel) return;
    const body = this.#queryOf(this.#panel);
    if (body === this.#query) return;
    this.#query = body;
    this.element.setAttribute("aria-busy", "true");
    this.#previews.want(this.id, body, {
      show: (html) => this.#show(html),
      fail: (error) => this.#fail(error),
    });
  }

  /**
   * What the preview depends on: neither the place nor the width, and the height for kinds drawn for it alone.
   *
   * @param {Panel} panel
   */
  #queryOf({ width: _width, height, ...panel }) {
    const isFlat = this.#context.flatKinds.includes(panel.kind ?? "");
    const drawn = isFlat || height === undefined ? panel : { ...panel, height };
    return JSON.stringify({ panel: drawn, links: this.#context.links });
  }

  /** @param {string} html */
  #show(html) {
    const holder = document.createElement("template");
    holder.innerHTML = html;
    const article = findOptional(holder.content, "article") ?? part("failed");
    // What is read here is a picture of the panel: its own links and marks are for who reads the page.
    stillBut(article, article.querySelector("dashboard-map"));
    this.#body.replaceChildren(article);
    this.release(this.#isReleased);
    this.element.removeAttribute("aria-busy");
    this.#retitle();
  }

  /** @param {unknown} error */
  #fail(error) {
    const { html, detail } = problemOf(error);
    if (html && error instanceof Refusal && error.status === 422) {
      this.#show(html);
      return;
    }
    this.#query = "";
    const failed = part("failed");
    find(failed, "[data-text]").textContent = detail || this.#context.words.saving.preview_failed;
    const retry = part("retry");
    retry.addEventListener("click", () => this.#ask());
    find(failed, ".panel-fault").append(retry);
    this.#body.replaceChildren(failed);
    this.element.removeAttribute("aria-busy");
  }

  /** The title is shown while it is typed, before the server says the same. */
  #retitle() {
    const title = this.#body.querySelector(".panel-head h3");
    if (title && this.#panel?.title && title.textContent !== this.#panel.title) {
      title.textContent = this.#panel.title;
    }
  }
}

/**
 * Take the pointer and the keyboard from an element, but for one inside it.
 *
 * @param {HTMLElement} element
 * @param {Element | null} free
 */
function stillBut(element, free) {
  if (element === free) return;
  element.inert = !free || !element.contains(free);
  if (element.inert) return;
  for (const child of element.children) if (child instanceof HTMLElement) stillBut(child, free);
}

const REFERENCES = ["aria-labelledby", "aria-describedby", "aria-controls", "for"];

/**
 * Show the HTML of sections of the dashboard `name` in `body`.
 *
 * @param {HTMLElement} body
 * @param {string} html
 * @param {string} name
 */
function showInclude(body, html, name) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  rename(holder.content, name);
  const sections = /** @type {HTMLElement[]} */ ([...holder.content.children]);
  for (const section of sections) section.inert = true;
  body.replaceChildren(...sections);
}

/**
 * Ids are said once in a page: those of another one are called after it.
 *
 * @param {DocumentFragment} root
 * @param {string} name
 */
function rename(root, name) {
  for (const element of root.querySelectorAll("[id]")) element.id = `${name}--${element.id}`;
  for (const attribute of REFERENCES) {
    for (const element of root.querySelectorAll(`[${attribute}]`)) {
      const names = element.getAttribute(attribute)?.split(" ") ?? [];
      element.setAttribute(attribute, names.map((id) => `${name}--${id}`).join(" "));
    }
  }
}
