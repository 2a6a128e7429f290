/** What was done to a document in a workshop, step by step, each under its name: undone and done again. Pure. */

/** @template D @typedef {{ document: D, name: string }} Step - the state before or after it, and what it is called */

const MOST_STEPS = 200;
const ONE_GESTURE_MS = 1500;

/**
 * The states that a document went through. `onto` names steps that follow each other closely and make one.
 *
 * @template D
 */
export class History {
  /** @type {Step<D>[]} */
  #past = [];
  /** @type {Step<D>[]} */
  #future = [];
  #present;
  #last = { onto: "", at: 0 };

  /** @param {D} document */
  constructor(document) {
    this.#present = document;
  }

  /** The document as it is. */
  get document() {
    return this.#present;
  }

  /** The name of what undoing undoes; empty for nothing. */
  get undoes() {
    return this.#past.at(-1)?.name ?? "";
  }

  /** The name of what would be done again; empty for nothing. */
  get redoes() {
    return this.#future.at(-1)?.name ?? "";
  }

  /**
   * Do something: `document` is what it leads to. Return whether that changes anything.
   *
   * @param {D} document
   * @param {string} name
   * @param {{ onto?: string, at?: number }} [options]
   */
  push(document, name, { onto = "", at = 0 } = {}) {
    if (document === this.#present) return false;
    const follows = onto !== "" && onto === this.#last.onto && at - this.#last.at < ONE_GESTURE_MS;
    if (!follows) this.#past.push({ document: this.#present, name });
    if (this.#past.length > MOST_STEPS) this.#past.shift();
    this.#present = document;
    this.#future = [];
    this.#last = { onto, at };
    return true;
  }

  /** Go one step back; return its name, empty when there was none. */
  undo() {
    return this.#walk(this.#past, this.#future);
  }

  /** Go one step forward again; return its name, empty when there was none. */
  redo() {
    return this.#walk(this.#future, this.#past);
  }

  /**
   * @param {Step<D>[]} from
   * @param {Step<D>[]} to
   * @returns {string}
   */
  #walk(from, to) {
    const step = from.pop();
    if (!step) return "";
    to.push({ document: this.#present, name: step.name });
    this.#present = step.document;
    this.#last = { onto: "", at: 0 };
    return step.name;
  }
}
