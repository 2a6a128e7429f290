/** Previews of panels, asked a few at a time: what is seen first, what is stale never shown. No page here. */

const AT_ONCE = 4;
const REMEMBERED = 80;

/** `ask(body, signal)` gives the HTML of a preview; `isSeen(name)` says whether its panel is on the screen. */
export class Previews {
  #ask;
  #isSeen;
  #most;
  #waiting = new Map();
  #running = new Map();
  #remembered = new Map();

  constructor(ask, isSeen, most = AT_ONCE) {
    this.#ask = ask;
    this.#isSeen = isSeen;
    this.#most = most;
  }

  /** Ask for the preview of a panel in place of the one that it waits for; `show(html)` or `fail(error)` follows. */
  want(name, body, { show, fail }) {
    this.drop(name);
    if (this.#remembered.has(body)) {
      show(this.#remembered.get(body));
      return;
    }
    this.#waiting.set(name, { name, body, show, fail });
    queueMicrotask(() => this.#next());
  }

  /** Ask no more for a panel: it is gone, or changed. */
  drop(name) {
    this.#waiting.delete(name);
    this.#running.get(name)?.abort();
    this.#running.delete(name);
  }

  /** Forget what was read, so that it is asked again. */
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

  #remember(body, html) {
    this.#remembered.set(body, html);
    if (this.#remembered.size > REMEMBERED) this.#remembered.delete(this.#remembered.keys().next().value);
  }
}
