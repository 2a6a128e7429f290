/** The draft kept as it is made: here at each change, on the server a moment later, one request at a time. */
import { isSame } from "./sameness.js";

const DELAY_MS = 1000;
const RETRY_MS = 8000;
const KEEPALIVE_BYTES = 60_000;

/**
 * Saves documents from a revision on. `send(body, keepalive)` gives what the server answers; `copy` is the local copy,
 * with `write`, `remove`; `tell(state, detail)` is told `pending`, `saving`, `saved`, `kept_here`, `refused`, `stopped`.
 */
export class Saver {
  #send;
  #copy;
  #tell;
  #clock;
  #revision;
  #wanted = null;
  #sent = null;
  #unsure = null;
  #timer = 0;
  #isStopped = false;
  #running = null;

  /** `unsure` is a document that was sent when the page was closed, which may have arrived. */
  constructor({ send, copy, tell, revision, unsure = null, clock = globalThis }) {
    this.#send = send;
    this.#copy = copy;
    this.#tell = tell;
    this.#revision = revision;
    this.#unsure = unsure;
    this.#clock = clock;
  }

  /** The revision that the next save starts from. */
  get revision() {
    return this.#revision;
  }

  /** Whether the server has everything. */
  get isSaved() {
    return this.#wanted === null && this.#running === null;
  }

  /** Keep a document: here at once, on the server after a moment of rest. */
  note(document) {
    this.#wanted = document;
    this.#copy.write({ revision: this.#revision, document });
    if (this.#isStopped) return;
    this.#tell("pending");
    this.#wait(DELAY_MS);
  }

  /** Save what is left now; resolves once the server has it, or has refused. */
  async flush() {
    this.#clock.clearTimeout(this.#timer);
    if (this.#running) await this.#running;
    if (this.#wanted === null || this.#isStopped) return this.isSaved;
    this.#running = this.#save();
    await this.#running;
    return this.isSaved;
  }

  /** The page is going: send what is left when it is small enough to arrive; the local copy has it in any case. */
  leave() {
    if (this.#wanted === null || this.#isStopped || this.#running) return;
    const body = this.#body(this.#wanted);
    if (new TextEncoder().encode(body).length > KEEPALIVE_BYTES) return;
    const left = this.#wanted;
    this.#unsure = left;
    this.#send(body, true).then(
      (answer) => {
        // The page came back, as browsers let it: it goes on from there.
        this.#revision = answer.revision;
        if (this.#wanted === left) this.#wanted = null;
      },
      () => {},
    );
  }

  /** Go on from another revision: what is held here is written over it. */
  overwrite(revision) {
    this.#revision = revision;
    this.#isStopped = false;
    return this.flush();
  }

  /** Let go of what is held here, in favour of what the server has. */
  forget() {
    this.#clock.clearTimeout(this.#timer);
    this.#wanted = null;
    this.#isStopped = true;
    this.#copy.remove();
  }

  #wait(delay) {
    this.#clock.clearTimeout(this.#timer);
    this.#timer = this.#clock.setTimeout(() => this.flush(), delay);
  }

  #body(document) {
    return JSON.stringify({ revision: this.#revision, document });
  }

  async #save() {
    this.#sent = this.#wanted;
    this.#wanted = null;
    this.#tell("saving");
    try {
      const answer = await this.#send(this.#body(this.#sent), false);
      this.#running = null;
      this.#unsure = null;
      this.#revision = answer.revision;
      if (this.#wanted === null) {
        this.#copy.remove();
        this.#tell("saved", answer);
      } else {
        this.#copy.write({ revision: this.#revision, document: this.#wanted });
        this.#wait(DELAY_MS);
      }
    } catch (error) {
      this.#running = null;
      this.#wanted ??= this.#sent;
      this.#failed(error);
    }
  }

  #failed(error) {
    const { told = {} } = error;
    if (error.status === 412 && this.#unsure && isSame(told.document, this.#unsure)) {
      // What stands there is what was sent from here, whose answer never came.
      this.#revision = told.revision;
      this.#wait(0);
    } else if (error.status === 412) {
      this.#isStopped = true;
      this.#tell("stopped", error);
    } else if (error.status === 422) {
      this.#tell("refused", error);
    } else {
      this.#unsure = this.#sent;
      this.#tell("kept_here", error);
      this.#wait(RETRY_MS);
    }
  }
}

/** The copy of a document that this browser keeps under a name; a browser that keeps nothing is no fault. */
export class LocalCopy {
  #storage;
  #name;

  constructor(storage, name) {
    this.#storage = storage;
    this.#name = `dashboard-draft/${name}`;
  }

  write(held) {
    try {
      this.#storage.setItem(this.#name, JSON.stringify({ at: Date.now(), ...held }));
    } catch {
      // Full, or refused by the browser: the server still gets it.
    }
  }

  read() {
    try {
      return JSON.parse(this.#storage.getItem(this.#name));
    } catch {
      return null;
    }
  }

  remove() {
    try {
      this.#storage.removeItem(this.#name);
    } catch {
      // As in `write`.
    }
  }
}

/**
 * What to do with a copy at the opening of the page: `resume` it when nobody wrote since, `offer` it when somebody did,
 * `forget` it when the server has the same. Pure.
 */
export function fateOf(copy, { revision, document }) {
  if (!copy?.document?.sections?.length) return "forget";
  if (isSame(copy.document, document)) return "forget";
  return copy.revision === revision ? "resume" : "offer";
}
