/** The handle of the divider: moved by pointer, finger and keys, wherever the map is. */

const STEP = 2;
const LEAP = 10;

export const HALF = 50; // percent of the width
const ASIDE_PX = 14; // from a mark to the divider that leaves it on its left

/**
 * Where the divider stands so that each side has something of its own, in percent of the width: in the middle where it has,
 * else where the smaller share of the two is largest. Pure.
 *
 * @param {number[]} left - pixels across of what the left side draws
 * @param {number[]} right
 * @param {number} width
 */
export function fairPercent(left, right, width) {
  /** @param {number} at */
  const share = (at) =>
    Math.min(
      left.filter((one) => one < at).length / left.length,
      right.filter((one) => one > at).length / right.length,
    );
  const middle = width / 2;
  if (!left.length || !right.length || share(middle) > 0) return HALF;
  const places = left.map((one) => one + ASIDE_PX).filter((at) => at > 0 && at < width);
  const best = places.toSorted((one, other) => share(other) - share(one))[0];
  return best !== undefined && share(best) > 0 ? Math.round((100 * best) / width) : HALF;
}

/**
 * The percent that a key leads to, or null. Pure.
 *
 * @param {string} key
 * @param {number} percent
 */
export function movedBy(key, percent) {
  const places = new Map([
    ["ArrowLeft", percent - STEP],
    ["ArrowDown", percent - STEP],
    ["ArrowRight", percent + STEP],
    ["ArrowUp", percent + STEP],
    ["PageDown", percent - LEAP],
    ["PageUp", percent + LEAP],
    ["Home", 0],
    ["End", 100],
  ]);
  const place = places.get(key);
  return place === undefined ? null : bounded(place);
}

/** @param {number} percent */
const bounded = (percent) => Math.min(Math.max(percent, 0), 100);

/**
 * @typedef {object} HandleEvents
 * @property {(percent: number) => void} onMove - while it moves
 * @property {(percent: number) => void} [onSettle] - once it is where it stays
 * @property {() => void} [onEscape] - where the page closes it
 */

/** The divider of a box. */
export class SwipeHandle {
  #box;
  #line;
  #handle;
  #title = "";
  #onMove;

  /**
   * @param {{ box: HTMLElement, line: HTMLElement, handle: HTMLElement }} elements
   * @param {HandleEvents} events
   */
  constructor({ box, line, handle }, { onMove, onSettle, onEscape }) {
    this.#box = box;
    this.#line = line;
    this.#handle = handle;
    this.#onMove = onMove;
    this.#bindPointer(onSettle);
    this.#bindKeys(onSettle, onEscape);
  }

  /** @param {HandleEvents["onSettle"]} onSettle */
  #bindPointer(onSettle) {
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
    const settle = () => onSettle?.(Number(handle.ariaValueNow));
    handle.addEventListener("pointerup", settle);
    handle.addEventListener("pointercancel", settle);
  }

  /** @param {HandleEvents["onSettle"]} onSettle @param {HandleEvents["onEscape"]} onEscape */
  #bindKeys(onSettle, onEscape) {
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
      onSettle?.(percent);
    });
  }

  /** Give it the focus. */
  focus() {
    this.#handle.focus({ preventScroll: true });
  }

  /**
   * Put it at a percent of the map from the left; `title` is what is on its left.
   *
   * @param {number} percent
   * @param {string} [title]
   */
  show(percent, title = this.#title) {
    this.#title = title;
    this.#line.style.left = `${percent}%`;
    this.#handle.ariaValueNow = String(percent);
    const { words = "" } = this.#box.dataset;
    this.#handle.ariaValueText = words.replace("{title}", title).replace("{percent}", String(percent));
    this.#onMove(percent);
  }
}
