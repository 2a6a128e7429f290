/** Rows dragged by their handle, with a mouse, a finger or a pen: they make room while one moves. */

/** The place of a row held at `y` among the others, from the middles of those. Pure. */
export function placeAt(y, middles) {
  const at = middles.findIndex((middle) => y < middle);
  return at < 0 ? middles.length : at;
}

/** Make the rows of `list` move by their `[data-handle]`; `onDrop` receives the row and its place, `onCancel` nothing. */
export function bindDrag(list, onDrop, onCancel) {
  let held = null;

  const others = () => [...list.children].filter((row) => row !== held.row);
  const middles = () =>
    others()
      .map((row) => row.getBoundingClientRect())
      .map(({ top, height }) => top + height / 2);
  const end = (isDropped) => {
    if (!held) return;
    const { row, start } = held;
    const place = [...list.children].indexOf(row);
    row.classList.remove("is-target");
    held = null;
    if (!isDropped) onCancel();
    else if (place !== start) onDrop(row, place);
  };

  list.addEventListener("pointerdown", (event) => {
    const handle = event.target.closest("[data-handle]");
    if (!handle || event.button !== 0) return;
    event.preventDefault(); // no text is selected, no image is dragged
    const row = handle.closest("li");
    held = { row, start: [...list.children].indexOf(row), pointer: event.pointerId };
    list.setPointerCapture(event.pointerId);
    row.classList.add("is-target");
  });
  list.addEventListener("pointermove", ({ clientY, pointerId }) => {
    if (held?.pointer !== pointerId) return;
    const next = others()[placeAt(clientY, middles())] ?? null;
    if (next === held.row.nextElementSibling) return;
    list.insertBefore(held.row, next);
    held.row.scrollIntoView({ block: "nearest" });
  });
  list.addEventListener("pointerup", ({ pointerId }) => held?.pointer === pointerId && end(true));
  list.addEventListener("pointercancel", () => end(false));
  document.addEventListener("keydown", ({ key }) => key === "Escape" && end(false));
}
