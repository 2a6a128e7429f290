/** The logic of a combobox apart from the page: which option is active, and when to ask. ARIA 1.2, « combobox ». */

/**
 * Return the option that a key makes active among `count`, from `active` (-1: none, the text itself).
 *
 * @param {string} key
 * @param {number} active
 * @param {number} count
 * @returns {number}
 */
export function moved(key, active, count) {
  if (!count) return -1;
  if (key === "ArrowDown") return active + 1 < count ? active + 1 : -1;
  if (key === "ArrowUp") return active < 0 ? count - 1 : active - 1;
  return active;
}

/**
 * Whether a text deserves to be asked: something new, and not only blanks.
 *
 * @param {string} text
 * @param {string} last
 */
export function isWorthAsking(text, last) {
  const query = text.trim();
  return query.length > 0 && query !== last;
}

/**
 * Call `act` once nothing has called for `delay` milliseconds. `clock` stands for timers in tests.
 *
 * @template {unknown[]} A
 * @param {(...values: A) => unknown} act
 * @param {number} delay
 * @param {Pick<typeof globalThis, "setTimeout" | "clearTimeout">} [clock]
 * @returns {(...values: A) => void}
 */
export function debounced(act, delay, clock = globalThis) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let waiting;
  return (...values) => {
    clock.clearTimeout(waiting);
    waiting = clock.setTimeout(() => act(...values), delay);
  };
}
