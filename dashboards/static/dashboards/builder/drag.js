/** Panels and fields dragged onto the page, with a mouse, a finger or a pen: a mark shows where they would go. */
import { dropRank } from "./layout.js";

const FAR = 6;
const EDGE = 60;
const STEP = 14;

/**
 * Drags what `offer(event)` gives: `{ name, id?, panel?, section?, touch }`; `drop(held, place, isRow)` puts it down.
 * `touch` says whether a finger drags it at once, or scrolls.
 */
export class Drag {
  #pane;
  #canvas;
  #offer;
  #drop;
  #words;
  #held = null;
  #mark = document.createElement("div");
  #ghost = document.createElement("div");
  #frame = 0;

  constructor(root, { offer, drop, words }) {
    this.#pane = root.querySelector("[data-canvas-pane]");
    this.#canvas = root.querySelector("[data-canvas]");
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
      if (event.key !== "Escape" || !this.#held?.isMoving) return;
      event.stopPropagation();
      this.#end(this.#held.start, false);
    });
    // The click that ends a drag chooses nothing.
    root.addEventListener("click", (event) => this.#swallow(event), { capture: true });
  }

  #take(event) {
    if (event.button !== 0 || this.#held) return;
    const offered = this.#offer(event);
    if (!offered || (event.pointerType === "touch" && !offered.touch)) return;
    this.#held = { ...offered, start: event, isMoving: false, place: null };
  }

  #move(event) {
    const held = this.#held;
    if (held?.start.pointerId !== event.pointerId) return;
    const { clientX: x, clientY: y } = event;
    if (!held.isMoving) {
      if (Math.hypot(x - held.start.clientX, y - held.start.clientY) < FAR) return;
      this.#begin();
    }
    event.preventDefault();
    held.point = { x, y };
    this.#ghost.style.setProperty("translate", `${x + 12}px ${y + 8}px`);
    this.#show(this.#placeAt(held.point));
  }

  #begin() {
    const held = this.#held;
    held.isMoving = true;
    this.#ghost.textContent = held.name;
    document.body.append(this.#ghost);
    document.body.classList.add("is-dragging");
    this.#canvas.querySelector(`[data-cell="${held.id}"]`)?.classList.add("is-held");
    this.#canvas.append(this.#mark);
    this.#scroll();
  }

  #placeAt({ x, y }) {
    const pane = this.#pane.getBoundingClientRect();
    if (x < pane.left || x > pane.right || y < pane.top || y > pane.bottom) return null;
    if (this.#held.section || this.#held.rank !== undefined) return this.#sectionAt(y);
    const grids = [...this.#canvas.querySelectorAll("[data-grid]")];
    if (!grids.length) return null;
    const distance = (grid) => {
      const box = grid.closest("section").getBoundingClientRect();
      return Math.max(box.top - y, 0, y - box.bottom);
    };
    const grid = grids.reduce((best, other) => (distance(other) < distance(best) ? other : best));
    const section = Number(grid.closest("section").dataset.rank);
    const cells = [...grid.children].filter((child) => child.dataset.cell);
    const boxes = cells.map((cell) => cell.getBoundingClientRect());
    const bottom = Math.max(...boxes.map((box) => box.bottom), grid.getBoundingClientRect().top);
    if (!cells.length || y > bottom) return { section, rank: cells.length, isRow: true, grid };
    const { rank, side } = dropRank({ x, y }, boxes);
    return { section, rank: rank + (side === "after" ? 1 : 0), side, box: boxes[rank], grid };
  }

  #sectionAt(y) {
    const sections = [...this.#canvas.querySelectorAll("section")].map((part) =>
      part.getBoundingClientRect(),
    );
    const rank = sections.findIndex((box) => y < (box.top + box.bottom) / 2);
    const at = rank < 0 ? sections.length : rank;
    const last = sections.at(-1);
    return { section: at, isSection: true, box: sections[at] ?? { ...last.toJSON(), top: last.bottom + 4 } };
  }

  #show(place) {
    this.#held.place = place;
    this.#mark.hidden = !place;
    if (!place) return;
    const { box, side, grid, isRow, isSection } = place;
    const frame = this.#canvas.getBoundingClientRect();
    const end = grid?.getBoundingClientRect();
    const shown = isRow
      ? {
          left: end.left,
          top: (grid.childElementCount ? end.bottom : end.top) + 6,
          width: end.width,
          height: 46,
        }
      : isSection
        ? { left: frame.left, top: box.top - 6, width: frame.width, height: 4 }
        : {
            left: side === "after" ? box.right + 4 : box.left - 8,
            top: box.top,
            width: 4,
            height: box.height,
          };
    this.#mark.classList.toggle("is-row", Boolean(isRow));
    this.#mark.textContent = isRow ? this.#words.drop_row : "";
    this.#mark.style.setProperty("left", `${shown.left - frame.left}px`);
    this.#mark.style.setProperty("top", `${shown.top - frame.top}px`);
    this.#mark.style.setProperty("width", `${shown.width}px`);
    this.#mark.style.setProperty("height", `${shown.height}px`);
  }

  /** Near the edge of the page it moves by itself. */
  #scroll() {
    this.#frame = requestAnimationFrame(() => {
      if (!this.#held?.isMoving) return;
      const { top, bottom } = this.#pane.getBoundingClientRect();
      const { y } = this.#held.point ?? { y: (top + bottom) / 2 };
      const by = y < top + EDGE ? -STEP : y > bottom - EDGE ? STEP : 0;
      if (by) {
        this.#pane.scrollBy(0, by);
        this.#show(this.#placeAt(this.#held.point));
      }
      this.#scroll();
    });
  }

  #end(event, isDropped) {
    const held = this.#held;
    if (held?.start.pointerId !== event.pointerId) return;
    this.#held = null;
    if (!held.isMoving) return;
    cancelAnimationFrame(this.#frame);
    this.#ghost.remove();
    this.#mark.remove();
    document.body.classList.remove("is-dragging");
    this.#canvas.querySelector(".is-held")?.classList.remove("is-held");
    this.#hasDragged = event.timeStamp;
    if (isDropped && held.place) this.#drop(held, held.place);
  }

  #hasDragged = -1;

  #swallow(event) {
    if (event.timeStamp - this.#hasDragged > 60) return;
    this.#hasDragged = -1;
    event.preventDefault();
    event.stopPropagation();
  }
}
