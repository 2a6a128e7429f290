// What browsers have, the portal's scripts use, and Node 18 (Debian 12) lacks. A newer Node keeps its own.
import buffer from "node:buffer";

/** @param {object} owner @param {string} name @param {unknown} value */
function provide(owner, name, value) {
  if (!(name in owner)) {
    Object.defineProperty(owner, name, { configurable: true, writable: true, value });
  }
}

// ES2023: arrays changed by copy.
provide(
  Array.prototype,
  "toSorted",
  /** @this {unknown[]} @param {(one: unknown, other: unknown) => number} [compare] */
  function toSorted(compare) {
    return [...this].sort(compare);
  },
);
provide(
  Array.prototype,
  "toSpliced",
  /** @this {unknown[]} @param {[start: number, count: number, ...items: unknown[]]} change */
  function toSpliced(...change) {
    const copy = [...this];
    copy.splice(...change);
    return copy;
  },
);
provide(globalThis, "File", buffer.File);
provide(
  globalThis,
  "CustomEvent",
  class extends Event {
    /** @param {string} type @param {CustomEventInit} [options] */
    constructor(type, options) {
      super(type, options);
      this.detail = options?.detail ?? null;
    }
  },
);
