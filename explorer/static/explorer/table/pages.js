/** The pages of a long table: loaded when they are wanted, the oldest forgotten so that memory stays bounded. */

const KEPT = 24;

/** Reads rows by number; `load(cursor, signal)` returns a page, and `onPage` is called when one has come. */
export class Pages {
  #first;
  #load;
  #pages = new Map();
  #coming = new Map();
  #kept;

  /** `first` is the first page as the server says it, with the size of pages and the mark before each other one. */
  constructor(first, load, kept = KEPT) {
    this.#first = first;
    this.#load = load;
    this.#kept = kept;
    this.onPage = () => {};
    this.onFail = () => {};
    this.#pages.set(0, first.rows);
  }

  /** How many rows there are. */
  get count() {
    return this.#first.matched;
  }

  /** How many pages are in memory. */
  get held() {
    return this.#pages.size;
  }

  #pageOf(row) {
    return Math.floor(row / this.#first.pageRows);
  }

  /** The cells of a row, its id first; undefined while it is not loaded. */
  row(number) {
    const page = this.#pageOf(number);
    return this.#pages.get(page)?.[number - page * this.#first.pageRows];
  }

  /** Load what is missing between two rows, and stop loading what is no longer wanted. */
  want(first, last) {
    if (last <= first) return;
    const [from, to] = [this.#pageOf(first), this.#pageOf(last - 1)];
    for (const [page, stop] of this.#coming) if (page < from || page > to) stop.abort();
    for (let page = from; page <= to; page += 1) this.#fetch(page);
  }

  async #fetch(page) {
    const held = this.#pages.get(page);
    if (held) {
      this.#pages.delete(page); // the last wanted are the last forgotten
      this.#pages.set(page, held);
    }
    const isAsked = this.#coming.has(page);
    if (held || isAsked) return;
    const stop = new AbortController();
    this.#coming.set(page, stop);
    try {
      const answer = await this.#load(page ? this.#first.marks[page - 1] : "", stop.signal);
      if (answer.version !== this.#first.version) throw new Error("the data has changed");
      this.#keep(page, answer.rows);
      this.onPage();
    } catch (error) {
      if (!stop.signal.aborted) this.onFail(error);
    } finally {
      this.#coming.delete(page);
    }
  }

  #keep(page, rows) {
    this.#pages.set(page, rows);
    for (const old of this.#pages.keys()) {
      if (this.#pages.size <= this.#kept) break;
      this.#pages.delete(old);
    }
  }

  /** Stop everything that is loading. */
  stop() {
    for (const stop of this.#coming.values()) stop.abort();
  }
}

/** Read a page of a table from the server. */
export async function read(address, signal) {
  const answer = await fetch(address, { signal, headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`table: ${answer.status}`);
  return answer.json();
}
