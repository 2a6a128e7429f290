/** Previews of panels, asked a few at a time: what is seen first, what is stale never shown. No page here. */

/**
 * A preview that is wanted: what asks for it, and what follows.
 *
 * @typedef {object} Job
 * @property {string} name
 * @property {string} body
 * @property {(html: string) => void} show
 * @property {(error: unknown) => void} fail
 */

const AT_ONCE = 4;
const REMEMBERED = 80;

/** `ask(body, signal)` gives the HTML of a preview; `isSeen(name)` says whether its panel is on the screen. */
export class Previews {
  #ask;
  #isSeen;
  #most;
  /** @type {Map<string, Job>} */
  #waiting = new Map();
  /** @type {Map<string, AbortController>} */
  #running = new Map();
  /** @type {Map<string, string>} */
  #remembered = new Map();

  /**
   * @param {(body: string, signal: AbortSignal) => Promise<string>} ask
   * @param {(name: string) => boolean} isSeen
   * @param {number} [most]
   */
  constructor(ask, isSeen, most = AT_ONCE) {
    this.#ask = ask;
    this.#isSeen = isSeen;
    this.#most = most;
  }

  /**
   * Ask for the preview of a panel in place of the one that it waits for; `show(html)` or `fail(error)` follows.
   *
   * @param {string} name
   * @param {string} body
   * @param {Pick<Job, "show" | "fail">} follow
   */
  want(name, body, { show, fail }) {
    this.drop(name);
    const remembered = this.#remembered.get(body);
    if (remembered !== undefined) {
      show(remembered);
      return;
    }
    this.#waiting.set(name, { name, body, show, fail });
    queueMicrotask(() => this.#next());
  }

  /**
   * Ask no more for a panel: it is gone, or changed.
   *
   * @param {string} name
   */
  drop(name) {
    this.#waiting.delete(name);
    this.#running.get(name)?.abort();
    this.#running.delete(name);
  }

  /**
   * Forget what was read, so that it is asked again.
   *
   * @param {string} body
   */
  forget(body) {
    this.#remembered.delete(body);
  }

  #next() {
    while (this.#running.size < this.#most && this.#waiting.size) {
      const all = [...this.#waiting.values()];
      const job = all.find(({ name }) => this.#isSeen(name)) ?? all[0];
      this.#waiting.delete(job.name);
      this.#run(job);
    }
  }

  /** @param {Job} job */
  async #run({ name, body, show, fail }) {
    const control = new AbortController();
    this.#running.set(name, control);
    try {
      const html = await this.#ask(body, control.signal);
      if (!control.signal.aborted) {
        this.#remember(body, html);
        show(html);
      }
    } catch (error) {
      if (!control.signal.aborted) fail(error);
    }
    if (this.#running.get(name) === control) this.#running.delete(name);
    this.#next();
  }

  /** @param {string} body @param {string} html */
  #remember(body, html) {
    this.#remembered.set(body, html);
    const [oldest] = this.#remembered.keys();
    if (this.#remembered.size > REMEMBERED) this.#remembered.delete(oldest);
  }
}
