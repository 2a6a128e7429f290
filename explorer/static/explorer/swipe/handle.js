/** The handle of the divider: moved by pointer, finger and keys, wherever the map is. */

const STEP = 2;
const LEAP = 10;

/** The percent that a key leads to, or null. Pure. */
export function movedBy(key, percent) {
  const places = {
    ArrowLeft: percent - STEP,
    ArrowDown: percent - STEP,
    ArrowRight: percent + STEP,
    ArrowUp: percent + STEP,
    PageDown: percent - LEAP,
    PageUp: percent + LEAP,
    Home: 0,
    End: 100,
  };
  return key in places ? bounded(places[key]) : null;
}

const bounded = (percent) => Math.min(Math.max(percent, 0), 100);

/**
 * The divider of `box`: `onMove(percent)` while it moves, `onKeep(percent)` once it is where it stays, `onEscape()` where
 * the page closes it.
 */
export class SwipeHandle {
  #box;
  #line;
  #handle;
  #title = "";
  #onMove;

  constructor(box, { onMove, onKeep = () => {}, onEscape = null }) {
    this.#box = box;
    this.#line = box.querySelector("[data-swipe-line]");
    this.#handle = box.querySelector("[data-swipe-handle]");
    this.#onMove = onMove;
    this.#bindPointer(onKeep);
    this.#bindKeys(onKeep, onEscape);
  }

  #bindPointer(onKeep) {
    const handle = this.#handle;
    handle.style.touchAction = "none"; // a finger on it moves it, and not the map
    handle.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      handle.setPointerCapture(event.pointerId);
      this.focus();
    });
    handle.addEventListener("pointermove", (event) => {
      if (!handle.hasPointerCapture(event.pointerId)) return;
      const { left, width } = this.#box.getBoundingClientRect();
      this.show(bounded(Math.round((100 * (event.clientX - left)) / width)));
    });
    for (const name of ["pointerup", "pointercancel"])
      handle.addEventListener(name, () => onKeep(Number(handle.ariaValueNow)));
  }

  #bindKeys(onKeep, onEscape) {
    this.#handle.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && onEscape) {
        event.stopPropagation();
        onEscape();
        return;
      }
      const percent = movedBy(event.key, Number(this.#handle.ariaValueNow));
      if (percent === null) return;
      event.preventDefault();
      this.show(percent);
      onKeep(percent);
    });
  }

  /** Give it the focus. */
  focus() {
    this.#handle.focus({ preventScroll: true });
  }

  /** Put it at a percent of the map from the left; `title` is what is on its left. */
  show(percent, title = this.#title) {
    this.#title = title;
    this.#line.style.left = `${percent}%`;
    this.#handle.ariaValueNow = String(percent);
    const { words } = this.#box.dataset;
    this.#handle.ariaValueText = words.replace("{title}", title).replace("{percent}", percent);
    this.#onMove(percent);
  }
}
