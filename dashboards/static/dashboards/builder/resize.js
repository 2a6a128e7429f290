/** Panels made larger or smaller by their edges: by whole columns and rows of the grid, which shows meanwhile. */
import { find, sizeOf } from "./document.js";
import { sizeAt } from "./layout.js";
import { sizeWords } from "./panel-commands.js";

/** Let the handles of the chosen panel of `canvas` give it a size; `resize(id, size)` keeps it. */
export function resizing(canvas, store, resize) {
  let held = null;

  const show = (size) => {
    const { width, height } = { ...held.before, ...size };
    held.size = size;
    held.cell.className = `cell is-chosen is-sized span-${width} rows-${height}`;
    held.cell.querySelector("[data-size]").textContent = sizeWords({ width, height }, store.words.said);
  };
  const end = (isKept) => {
    if (!held) return;
    const { id, size, before, cell } = held;
    cell.closest("[data-grid]").classList.remove("shows-columns");
    if (!isKept) show(before);
    cell.classList.remove("is-sized");
    held = null;
    if (isKept && size) resize(id, size);
  };

  canvas.addEventListener("pointerdown", (event) => {
    const handle = event.target.closest("[data-resize]");
    if (!handle || event.button !== 0) return;
    event.preventDefault();
    event.stopPropagation();
    const cell = handle.closest("[data-cell]");
    const grid = cell.closest("[data-grid]");
    const { columnGap, rowGap, gridAutoRows } = getComputedStyle(grid);
    const box = cell.getBoundingClientRect();
    const before = sizeOf(find(store.document, cell.dataset.cell).panel);
    const gap = Number.parseFloat(columnGap);
    const row = Number.parseFloat(gridAutoRows) || box.height / before.height;
    held = {
      id: cell.dataset.cell,
      cell,
      before,
      axes: handle.dataset.resize,
      pointer: event.pointerId,
      box,
      unit: { column: (grid.clientWidth + gap) / 12, row: row + Number.parseFloat(rowGap) },
    };
    canvas.setPointerCapture(event.pointerId);
    grid.classList.add("shows-columns");
    show({});
  });
  canvas.addEventListener("pointermove", ({ pointerId, clientX, clientY }) => {
    if (held?.pointer !== pointerId) return;
    show(sizeAt({ x: clientX, y: clientY }, held.box, held.unit, held.axes));
  });
  canvas.addEventListener("pointerup", ({ pointerId }) => held?.pointer === pointerId && end(true));
  canvas.addEventListener("pointercancel", () => end(false));
  document.addEventListener("keydown", ({ key }) => key === "Escape" && end(false));
}
