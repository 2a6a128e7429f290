/** The pages of a long table: loaded when they are wanted, the oldest forgotten so that memory stays bounded. */

/**
 * The pages as the server writes them (`explorer/table/presenters.py`): a row is the id of a feature, then a text a column.
 *
 * @typedef {[id: number, ...texts: string[]]} Row
 * @typedef {{ version: number, rows: Row[] }} Page
 */

/**
 * @typedef {object} Column
 * @property {string} name
 * @property {string} title
 * @property {boolean} isNumber
 * @property {boolean} isSortable
 * @property {Record<string, string>} totals - texts, by what they are
 */

/**
 * The first page says what the whole table needs.
 *
 * @typedef {object} Table
 * @property {number} matched - rows
 * @property {string} said - how many they are, in words
 * @property {string} sort
 * @property {number} pageRows
 * @property {string[]} marks - before each page but the first
 * @property {Column[]} columns
 *
 * @typedef {Page & Table} FirstPage
 * @typedef {(cursor: string, signal: AbortSignal) => Promise<Page>} LoadPage
 */

const STORED = 24;

/** Reads rows by number; `onPage` is called when a page has come, `onFail` when one cannot. */
export class Pages {
  #first;
  #load;
  /** @type {Map<number, Row[]>} */
  #pages = new Map();
  /** @type {Map<number, AbortController>} */
  #coming = new Map();
  #stored;
  onPage = () => {};
  /** @type {(error: unknown) => void} */
  onFail = () => {};

  /** @param {FirstPage} first @param {LoadPage} load @param {number} [stored] - pages in memory at most */
  constructor(first, load, stored = STORED) {
    this.#first = first;
    this.#load = load;
    this.#stored = stored;
    this.#pages.set(0, first.rows);
  }

  /** How many rows there are. */
  get count() {
    return this.#first.matched;
  }

  /** How many pages are in memory. */
  get loaded() {
    return this.#pages.size;
  }

  /** @param {number} row */
  #pageOf(row) {
    return Math.floor(row / this.#first.pageRows);
  }

  /**
   * The cells of a row, its id first; undefined while it is not loaded.
   *
   * @param {number} number
   */
  row(number) {
    const page = this.#pageOf(number);
    return this.#pages.get(page)?.[number - page * this.#first.pageRows];
  }

  /**
   * Load what is missing between two rows, and stop loading what is no longer wanted.
   *
   * @param {number} first
   * @param {number} last
   */
  want(first, last) {
    if (last <= first) return;
    const [from, to] = [this.#pageOf(first), this.#pageOf(last - 1)];
    for (const [page, stop] of this.#coming) if (page < from || page > to) stop.abort();
    for (let page = from; page <= to; page += 1) this.#fetch(page);
  }

  /** @param {number} page */
  async #fetch(page) {
    const rows = this.#pages.get(page);
    if (rows) {
      this.#pages.delete(page); // the last wanted are the last forgotten
      this.#pages.set(page, rows);
    }
    if (rows || this.#coming.has(page)) return;
    const stop = new AbortController();
    this.#coming.set(page, stop);
    try {
      const answer = await this.#load(page ? this.#first.marks[page - 1] : "", stop.signal);
      if (answer.version !== this.#first.version) throw new Error("the data has changed");
      this.#store(page, answer.rows);
      this.onPage();
    } catch (error) {
      if (!stop.signal.aborted) this.onFail(error);
    } finally {
      this.#coming.delete(page);
    }
  }

  /** @param {number} page @param {Row[]} rows */
  #store(page, rows) {
    this.#pages.set(page, rows);
    for (const old of this.#pages.keys()) {
      if (this.#pages.size <= this.#stored) break;
      this.#pages.delete(old);
    }
  }

  /** Stop everything that is loading. */
  stop() {
    for (const stop of this.#coming.values()) stop.abort();
  }
}

/** An address that the server cannot read. */
export class Refusal extends Error {}

/**
 * Read a page of a table from the server.
 *
 * @template {Page} P
 * @param {string} address
 * @param {AbortSignal} signal
 * @returns {Promise<P>}
 */
export async function readPage(address, signal) {
  const answer = await fetch(address, { signal, headers: { Accept: "application/json" } });
  if (answer.status === 400) throw new Refusal(answer.url);
  if (!answer.ok) throw new Error(`table: ${answer.status}`);
  return answer.json();
}
