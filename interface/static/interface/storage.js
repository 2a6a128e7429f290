/** The storages of the browser. Where it blocks them (cookies refused: reading `localStorage` throws) or has no room left,
 * what is written lasts as long as the page. */

class GuardedStorage {
  #open;
  /** @type {Map<string, string>} */
  #memory = new Map();

  /** @param {() => Storage} open gives the storage, or throws */
  constructor(open) {
    this.#open = open;
  }

  /** @param {string} key @returns {string | null} */
  getItem(key) {
    const written = this.#memory.get(key);
    if (written !== undefined) return written;
    try {
      return this.#open().getItem(key);
    } catch {
      return null;
    }
  }

  /** @param {string} key @param {string} value */
  setItem(key, value) {
    try {
      this.#open().setItem(key, value);
      this.#memory.delete(key);
    } catch {
      this.#memory.set(key, String(value));
    }
  }

  /** @param {string} key */
  removeItem(key) {
    this.#memory.delete(key);
    try {
      this.#open().removeItem(key);
    } catch {
      // There is nothing to remove.
    }
  }
}

/**
 * Guard the storage that `open` gives.
 *
 * @param {() => Storage} open
 */
export const guarded = (open) => new GuardedStorage(open);
/** What this browser keeps from one visit to the next. */
export const deviceStorage = guarded(() => localStorage);
/** What this tab keeps until it is closed. */
export const tabStorage = guarded(() => sessionStorage);
