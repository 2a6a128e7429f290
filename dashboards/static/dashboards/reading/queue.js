/** Things to do that wait for their turn, a few at once: the first asked is the first done. No page here. */

/**
 * `act(item)` is kept once the item is done; `most` of them are under way at once.
 *
 * @template T
 */
export class Queue {
  #act;
  #most;
  /** @type {Map<string, T>} */
  #waiting = new Map();
  /** @type {Map<string, symbol>} */
  #underWay = new Map();

  /** @param {number} most @param {(item: T) => Promise<void>} act */
  constructor(most, act) {
    this.#most = most;
    this.#act = act;
  }

  /**
   * Do an item when its turn comes; one of the same key that still waits, or is under way, is no longer wanted.
   *
   * @param {string} key
   * @param {T} item
   */
  ask(key, item) {
    this.#waiting.set(key, item);
    this.#next();
  }

  #next() {
    for (const [key, item] of this.#waiting) {
      if (this.#underWay.size >= this.#most && !this.#underWay.has(key)) continue;
      this.#waiting.delete(key);
      this.#start(key, item);
    }
  }

  /** @param {string} key @param {T} item */
  async #start(key, item) {
    const turn = Symbol(key);
    this.#underWay.set(key, turn);
    try {
      await this.#act(item);
    } catch (error) {
      console.warn(error);
    } finally {
      if (this.#underWay.get(key) === turn) this.#underWay.delete(key);
      this.#next();
    }
  }
}
