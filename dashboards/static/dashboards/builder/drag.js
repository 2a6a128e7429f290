/** Panels and fields dragged onto the page, with a mouse, a finger or a pen: a mark shows where they would go. */

import { closest, find, findAll } from "../../interface/dom.js";
import { sizeWords } from "./commands.js";
import { findPanel, sizeOf } from "./document.js";
import { dropRank, sizeAt } from "./layout.js";

/** @import { Include, NewPanel, NewSection, PageFilter, PanelPlace, Size } from "./document.js" */
/** @import { Store } from "./store.js" */

/**
 * What may be dragged: a panel or a section of the page, by its name or rank, or what would be added.
 *
 * @typedef {object} Offer
 * @property {string} name
 * @property {boolean} [touch] - whether a finger drags it at once, or scrolls
 * @property {string} [id]
 * @property {number} [rank]
 * @property {NewPanel} [panel]
 * @property {NewSection} [section]
 * @property {PageFilter[]} [filters]
 * @property {Include} [include]
 */
/**
 * Where it would go: among the panels of a section, in a row of its own, or among sections; and what the mark stands by.
 *
 * @typedef {object} DropPlace
 * @property {number} section
 * @property {number} rank
 * @property {boolean} [isRow]
 * @property {string} [side]
 * @property {Pick<DOMRect, "left" | "right" | "top" | "height">} [box]
 * @property {HTMLElement} [grid]
 */
/** @typedef {{ x: number, y: number }} Point */
/** @typedef {Offer & { start: PointerEvent, isMoving: boolean, place: DropPlace | null, point: Point }} Dragged */

const FAR = 6;
const EDGE = 60;
const STEP = 14;

/**
 * Drags what `offer(event)` gives: `{ name, id?, panel?, section?, touch }`; `drop(dragged, place)` puts it down.
 * `touch` says whether a finger drags it at once, or scrolls.
 */
export class Drag {
  #pane;
  #canvas;
  #offer;
  #drop;
  #words;
  /** @type {Dragged | null} */
  #dragged = null;
  #mark = document.createElement("div");
  #ghost = document.createElement("div");
  #frame = 0;

  /**
   * @param {HTMLElement} root
   * @param {object} options
   * @param {(event: PointerEvent) => Offer | null} options.offer
   * @param {(offer: Offer, place: DropPlace) => void} options.drop
   * @param {Record<string, string>} options.words
   */
  constructor(root, { offer, drop, words }) {
    this.#pane = find(root, "[data-canvas-pane]");
    this.#canvas = find(root, "[data-canvas]");
    this.#offer = offer;
    this.#drop = drop;
    this.#words = words;
    this.#mark.className = "drop-mark";
    this.#ghost.className = "drag-ghost";
    root.addEventListener("pointerdown", (event) => this.#take(event));
    document.addEventListener("pointermove", (event) => this.#move(event));
    document.addEventListener("pointerup", (event) => this.#end(event, true));
    document.addEventListener("pointercancel", (event) => this.#end(event, false));
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.#dragged?.isMoving) return;
      event.stopPropagation();
      this.#end(this.#dragged.start, false);
    });
    // The click that ends a drag chooses nothing.
    root.addEventListener("click", (event) => this.#swallow(event), { capture: true });
  }

  /** @param {PointerEvent} event */
  #take(event) {
    if (event.button !== 0 || this.#dragged) return;
    const offered = this.#offer(event);
    if (!offered || (event.pointerType === "touch" && !offered.touch)) return;
    const point = { x: event.clientX, y: event.clientY };
    this.#dragged = { ...offered, start: event, isMoving: false, place: null, point };
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const dragged = this.#dragged;
    if (dragged?.start.pointerId !== event.pointerId) return;
    const { clientX: x, clientY: y } = event;
    if (!dragged.isMoving) {
      if (Math.hypot(x - dragged.start.clientX, y - dragged.start.clientY) < FAR) return;
      this.#begin(dragged);
    }
    event.preventDefault();
    dragged.point = { x, y };
    this.#ghost.style.setProperty("translate", `${x + 12}px ${y + 8}px`);
    this.#show(dragged);
  }

  /** @param {Dragged} dragged */
  #begin(dragged) {
    dragged.isMoving = true;
    this.#ghost.textContent = dragged.name;
    document.body.append(this.#ghost);
    document.body.classList.add("is-dragging");
    this.#canvas.querySelector(`[data-cell="${dragged.id}"]`)?.classList.add("is-held");
    this.#canvas.append(this.#mark);
    this.#scroll();
  }

  /** @param {Dragged} dragged @returns {DropPlace | null} */
  #placeOf({ point: { x, y }, section: newSection, rank: draggedRank }) {
    const pane = this.#pane.getBoundingClientRect();
    if (x < pane.left || x > pane.right || y < pane.top || y > pane.bottom) return null;
    if (newSection || draggedRank !== undefined) return this.#sectionAt(y);
    const sections = findAll(this.#canvas, "section").filter((part) => part.querySelector("[data-grid]"));
    if (!sections.length) return null;
    /** @param {HTMLElement} part */
    const distance = (part) => {
      const box = part.getBoundingClientRect();
      return Math.max(box.top - y, 0, y - box.bottom);
    };
    const nearest = sections.reduce((best, other) => (distance(other) < distance(best) ? other : best));
    const grid = find(nearest, "[data-grid]");
    const section = Number(nearest.dataset.rank);
    const cells = findAll(grid, ":scope > [data-cell]");
    const boxes = cells.map((cell) => cell.getBoundingClientRect());
    const bottom = Math.max(...boxes.map((box) => box.bottom), grid.getBoundingClientRect().top);
    if (!cells.length || y > bottom) return { section, rank: cells.length, isRow: true, grid };
    const { rank, side } = dropRank({ x, y }, boxes);
    return { section, rank: rank + (side === "after" ? 1 : 0), side, box: boxes[rank], grid };
  }

  /** @param {number} y @returns {DropPlace} */
  #sectionAt(y) {
    const sections = [...this.#canvas.querySelectorAll("section")].map((part) =>
      part.getBoundingClientRect(),
    );
    const rank = sections.findIndex((box) => y < (box.top + box.bottom) / 2);
    if (rank >= 0) return { section: rank, rank: 0, box: sections[rank] };
    const { left, right, height, bottom } = sections[sections.length - 1];
    return { section: sections.length, rank: 0, box: { left, right, height, top: bottom + 4 } };
  }

  /** @param {Dragged} dragged */
  #show(dragged) {
    dragged.place = this.#placeOf(dragged);
    this.#mark.hidden = !dragged.place;
    if (!dragged.place) return;
    const frame = this.#canvas.getBoundingClientRect();
    const mark = markOf(dragged.place, frame);
    this.#mark.classList.toggle("is-row", Boolean(dragged.place.isRow));
    this.#mark.textContent = dragged.place.isRow ? this.#words.drop_row : "";
    this.#mark.style.setProperty("left", `${mark.left - frame.left}px`);
    this.#mark.style.setProperty("top", `${mark.top - frame.top}px`);
    this.#mark.style.setProperty("width", `${mark.width}px`);
    this.#mark.style.setProperty("height", `${mark.height}px`);
  }

  /** Near the edge of the page it moves by itself. */
  #scroll() {
    this.#frame = requestAnimationFrame(() => {
      const dragged = this.#dragged;
      if (!dragged?.isMoving) return;
      const { top, bottom } = this.#pane.getBoundingClientRect();
      const { y } = dragged.point;
      const by = y < top + EDGE ? -STEP : y > bottom - EDGE ? STEP : 0;
      if (by) {
        this.#pane.scrollBy(0, by);
        this.#show(dragged);
      }
      this.#scroll();
    });
  }

  /** @param {PointerEvent} event @param {boolean} isDropped */
  #end(event, isDropped) {
    const dragged = this.#dragged;
    if (dragged?.start.pointerId !== event.pointerId) return;
    this.#dragged = null;
    if (!dragged.isMoving) return;
    cancelAnimationFrame(this.#frame);
    this.#ghost.remove();
    this.#mark.remove();
    document.body.classList.remove("is-dragging");
    this.#canvas.querySelector(".is-held")?.classList.remove("is-held");
    this.#hasDragged = event.timeStamp;
    if (isDropped && dragged.place) this.#drop(dragged, dragged.place);
  }

  #hasDragged = -1;

  /** @param {Event} event */
  #swallow(event) {
    if (event.timeStamp - this.#hasDragged > 60) return;
    this.#hasDragged = -1;
    event.preventDefault();
    event.stopPropagation();
  }
}

/**
 * Where the mark stands: a bar as high as a row, one across the page between sections, or one beside a panel.
 *
 * @param {DropPlace} place
 * @param {DOMRect} frame
 */
function markOf({ box, side, grid, isRow }, frame) {
  if (grid && isRow) {
    const { left, top, bottom, width } = grid.getBoundingClientRect();
    return { left, top: (grid.childElementCount ? bottom : top) + 6, width, height: 46 };
  }
  const { left, right, top, height } = box ?? frame;
  if (!grid) return { left: frame.left, top: top - 6, width: frame.width, height: 4 };
  return { left: side === "after" ? right + 4 : left - 8, top, width: 4, height };
}

/**
 * Let the handles of the chosen panel of `canvas` give it a size; `resize(id, size)` keeps it.
 *
 * @param {HTMLElement} canvas
 * @param {Store} store
 * @param {(id: string, size: Partial<Size>) => void} resize
 */
export function resizing(canvas, store, resize) {
  /** @typedef {{ column: number, row: number }} Unit */
  /** @typedef {{ id: string, cell: HTMLElement, before: Size, axes: string, pointer: number, box: DOMRect, unit: Unit }} Grip */
  /** @type {Grip & { size?: Partial<Size> } | null} */
  let dragged = null;

  /** @param {Grip & { size?: Partial<Size> }} grip @param {Partial<Size>} size */
  const show = (grip, size) => {
    const { width, height } = { ...grip.before, ...size };
    grip.size = size;
    grip.cell.className = `cell is-chosen is-sized span-${width} rows-${height}`;
    find(grip.cell, "[data-size]").textContent = sizeWords({ width, height }, store.words.said);
  };
  /** @param {boolean} isKept */
  const end = (isKept) => {
    if (!dragged) return;
    const { id, size, before, cell } = dragged;
    cell.closest("[data-grid]")?.classList.remove("shows-columns");
    if (!isKept) show(dragged, before);
    cell.classList.remove("is-sized");
    dragged = null;
    if (isKept && size) resize(id, size);
  };

  canvas.addEventListener("pointerdown", (event) => {
    const handle = closest(event, "[data-resize]");
    const cell = closest(event, "[data-cell]");
    const grid = closest(event, "[data-grid]");
    const id = cell?.dataset.cell ?? "";
    const panel = findPanel(store.document, id)?.panel;
    if (!handle || !cell || !grid || !panel || event.button !== 0) return;
    event.preventDefault();
    event.stopPropagation();
    const { columnGap, rowGap, gridAutoRows } = getComputedStyle(grid);
    const box = cell.getBoundingClientRect();
    const before = sizeOf(panel);
    const gap = Number.parseFloat(columnGap);
    const row = Number.parseFloat(gridAutoRows) || box.height / before.height;
    dragged = {
      id,
      cell,
      before,
      axes: handle.dataset.resize ?? "",
      pointer: event.pointerId,
      box,
      unit: { column: (grid.clientWidth + gap) / 12, row: row + Number.parseFloat(rowGap) },
    };
    canvas.setPointerCapture(event.pointerId);
    grid.classList.add("shows-columns");
    show(dragged, {});
  });
  canvas.addEventListener("pointermove", ({ pointerId, clientX, clientY }) => {
    if (dragged?.pointer !== pointerId) return;
    show(dragged, sizeAt({ x: clientX, y: clientY }, dragged.box, dragged.unit, dragged.axes));
  });
  canvas.addEventListener("pointerup", ({ pointerId }) => dragged?.pointer === pointerId && end(true));
  canvas.addEventListener("pointercancel", () => end(false));
  document.addEventListener("keydown", ({ key }) => key === "Escape" && end(false));
}
