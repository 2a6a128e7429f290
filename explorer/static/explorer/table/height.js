/** The height of the drawer: dragged by its edge, or moved by arrows; the browser remembers it. */

const KEY = "portal:drawer";
const [LOW, HIGH, STEP] = [20, 85, 5];

/** A height in percent of the page, kept in its bounds. Pure. */
export function bounded(percent) {
  return Math.min(HIGH, Math.max(LOW, Math.round(percent)));
}

/** The height that a key leads to, or null for any other key. Pure. */
export function heightAfter(key, percent) {
  const places = { ArrowUp: percent + STEP, ArrowDown: percent - STEP, Home: LOW, End: HIGH };
  return key in places ? bounded(places[key]) : null;
}

/** Bind the grip of the drawer; `storage` remembers its height. */
export function bindHeight(drawer, storage) {
  const grip = drawer.querySelector("[data-drawer-grip]");
  const set = (percent) => {
    grip.ariaValueNow = String(percent);
    drawer.parentElement.style.setProperty("--answer-height", `${percent}%`);
    storage.setItem(KEY, percent);
  };
  set(bounded(Number(storage.getItem(KEY)) || 40));
  grip.addEventListener("keydown", (event) => {
    const percent = heightAfter(event.key, Number(grip.ariaValueNow));
    if (percent === null) return;
    event.preventDefault();
    set(percent);
  });
  const drag = ({ clientY }) => {
    const box = drawer.parentElement.getBoundingClientRect();
    set(bounded((100 * (box.bottom - clientY)) / box.height));
  };
  grip.addEventListener("pointerdown", ({ pointerId }) => {
    grip.setPointerCapture(pointerId);
    grip.addEventListener("pointermove", drag);
  });
  for (const end of ["pointerup", "pointercancel"])
    grip.addEventListener(end, () => grip.removeEventListener("pointermove", drag));
}
