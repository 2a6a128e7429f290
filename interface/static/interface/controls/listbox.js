/** The logic of a combobox apart from the page: which option is active, and when to ask. ARIA 1.2, « combobox ». */

/** Return the option that a key makes active among `count`, from `active` (-1: none, the text itself). */
export function moved(key, active, count) {
  if (!count) return -1;
  if (key === "ArrowDown") return active + 1 < count ? active + 1 : -1;
  if (key === "ArrowUp") return active < 0 ? count - 1 : active - 1;
  return active;
}

/** Whether a text deserves to be asked: something new, and not only blanks. */
export function isWorthAsking(text, last) {
  const asked = text.trim();
  return asked.length > 0 && asked !== last;
}

/** Call `act` once nothing has called for `delay` milliseconds. `clock` stands for timers in tests. */
export function debounced(act, delay, clock = globalThis) {
  let waiting;
  return (...given) => {
    clock.clearTimeout(waiting);
    waiting = clock.setTimeout(() => act(...given), delay);
  };
}
