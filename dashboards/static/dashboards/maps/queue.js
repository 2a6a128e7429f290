/** Which maps of a page are drawn: those that are seen, one at a time, and no more than a browser can hold. */

const AHEAD = "200px";
const MOST_OPEN = 8; // browsers take the oldest WebGL context away beyond sixteen

/**
 * `open(element)` is kept once the map is drawn; an element that is not seen may be asked to `close()`.
 *
 * @template {Element & { close(): void }} E
 */
export class Queue {
  #open;
  /** @type {Set<E>} */
  #seen = new Set();
  /** @type {Set<E>} */
  #opened = new Set();
  /** @type {Promise<void>} */
  #turn = Promise.resolve();
  #observer;

  /**
   * @param {(element: E) => Promise<void>} open
   * @param {new (callback: IntersectionObserverCallback, options: IntersectionObserverInit) => IntersectionObserver} [Observer]
   */
  constructor(open, Observer = globalThis.IntersectionObserver) {
    this.#open = open;
    this.#observer = new Observer((entries) => this.#look(entries), { rootMargin: AHEAD });
  }

  /**
   * Wait until an element is seen.
   *
   * @param {E} element
   */
  watch(element) {
    this.#observer.observe(element);
  }

  /**
   * Forget an element that left the page.
   *
   * @param {E} element
   */
  leave(element) {
    this.#observer.unobserve(element);
    this.#seen.delete(element);
    this.#opened.delete(element);
  }

  /** @param {IntersectionObserverEntry[]} entries */
  #look(entries) {
    for (const { target: watched, isIntersecting } of entries) {
      const target = /** @type {E} */ (watched);
      if (!isIntersecting) this.#seen.delete(target);
      else if (!this.#seen.has(target)) {
        this.#seen.add(target);
        this.#turn = this.#turn.then(() => this.#start(target));
      }
    }
  }

  /** @param {E} element */
  async #start(element) {
    if (!this.#seen.has(element) || this.#opened.has(element)) return;
    this.#makeRoom();
    this.#opened.add(element);
    await this.#open(element);
  }

  #makeRoom() {
    const unseen = [...this.#opened].filter((element) => !this.#seen.has(element));
    for (const element of unseen.slice(0, Math.max(0, this.#opened.size + 1 - MOST_OPEN))) {
      this.#opened.delete(element);
      element.close();
    }
  }
}
