/** The draft kept as it is made: here at each change, on the server a moment later, one request at a time. */

/** @import { DashboardDocument } from "./document.js" */
/** @import { Problem } from "./server.js" */

/** @typedef {"fresh" | "pending" | "saving" | "saved" | "kept_here" | "refused" | "stopped"} SaveState */
/** What the server answers (`saved` of `dashboards/builder/presenters.py`). @typedef {{ revision: number, draft: number, saved_at: string }} Saved */
/** @typedef {Partial<Saved> & { status?: number, problem?: Problem }} SaveDetail - of what was saved, or refused */
/** What this browser keeps. @typedef {{ at?: number, revision: number, document: DashboardDocument }} Copy */

const DELAY_MS = 1000;
const RETRY_MS = 8000;
const KEEPALIVE_BYTES = 60_000;

/**
 * Saves documents from a revision on. `send(body, keepalive)` gives what the server answers; `copy` is the local copy,
 * with `write`, `remove`; `report(state, detail)` is called with `pending`, `saving`, `saved`, `kept_here`, `refused`, `stopped`.
 */
export class Saver {
  #send;
  #copy;
  #report;
  #clock;
  #revision;
  /** @type {DashboardDocument | null} */
  #wanted = null;
  /** @type {DashboardDocument | null} */
  #sent = null;
  #unsure;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #isStopped = false;
  /** @type {Promise<void> | null} */
  #running = null;

  /**
   * `unsure` is a document that was sent when the page was closed, which may have arrived.
   *
   * @param {object} options
   * @param {(body: string, keepalive: boolean) => Promise<Saved>} options.send
   * @param {Pick<LocalCopy, "write" | "remove">} options.copy
   * @param {(state: SaveState, detail?: SaveDetail) => void} options.report
   * @param {number} options.revision
   * @param {DashboardDocument | null} [options.unsure]
   * @param {Pick<typeof globalThis, "setTimeout" | "clearTimeout">} [options.clock]
   */
  constructor({ send, copy, report, revision, unsure = null, clock = globalThis }) {
    this.#send = send;
    this.#copy = copy;
    this.#report = report;
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

  /**
   * Keep a document: here at once, on the server after a moment of rest.
   *
   * @param {DashboardDocument} document
   */
  note(document) {
    this.#wanted = document;
    this.#copy.write({ revision: this.#revision, document });
    if (this.#isStopped) return;
    this.#report("pending");
    this.#wait(DELAY_MS);
  }

  /** Save what is left now; resolves once the server has it, or has refused. */
  async flush() {
    this.#clock.clearTimeout(this.#timer);
    if (this.#running) await this.#running;
    if (this.#wanted === null || this.#isStopped) return this.isSaved;
    this.#running = this.#save(this.#wanted);
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

  /**
   * Go on from another revision: what is held here is written over it.
   *
   * @param {number} revision
   */
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

  /** @param {number} delay */
  #wait(delay) {
    this.#clock.clearTimeout(this.#timer);
    this.#timer = this.#clock.setTimeout(() => this.flush(), delay);
  }

  /** @param {DashboardDocument} document */
  #body(document) {
    return JSON.stringify({ revision: this.#revision, document });
  }

  /** @param {DashboardDocument} document */
  async #save(document) {
    this.#sent = document;
    this.#wanted = null;
    this.#report("saving");
    try {
      const answer = await this.#send(this.#body(document), false);
      this.#running = null;
      this.#unsure = null;
      this.#revision = answer.revision;
      if (this.#wanted === null) {
        this.#copy.remove();
        this.#report("saved", answer);
      } else {
        this.#copy.write({ revision: this.#revision, document: this.#wanted });
        this.#wait(DELAY_MS);
      }
    } catch (error) {
      this.#running = null;
      this.#wanted ??= document;
      this.#failed(/** @type {SaveDetail} */ (error));
    }
  }

  /** @param {SaveDetail} error */
  #failed(error) {
    const { document, revision } = error.problem ?? {};
    const isOurs = document !== undefined && this.#unsure && sameDocument(document, this.#unsure);
    if (error.status === 412 && isOurs && revision !== undefined) {
      // What stands there is what was sent from here, whose answer never came.
      this.#revision = revision;
      this.#wait(0);
    } else if (error.status === 412) {
      this.#isStopped = true;
      this.#report("stopped", error);
    } else if (error.status === 422) {
      this.#report("refused", error);
    } else {
      this.#unsure = this.#sent;
      this.#report("kept_here", error);
      this.#wait(RETRY_MS);
    }
  }
}

/** The copy of a document that this browser keeps under a name; a browser that keeps nothing is no fault. */
export class LocalCopy {
  #storage;
  #name;

  /** @param {Pick<Storage, "getItem" | "setItem" | "removeItem">} storage @param {string} name */
  constructor(storage, name) {
    this.#storage = storage;
    this.#name = `dashboard-draft/${name}`;
  }

  /** @param {Copy} copy */
  write(copy) {
    try {
      this.#storage.setItem(this.#name, JSON.stringify({ at: Date.now(), ...copy }));
    } catch {
      // Full, or refused by the browser: the server still gets it.
    }
  }

  /** @returns {Copy | null} */
  read() {
    try {
      return JSON.parse(this.#storage.getItem(this.#name) ?? "null");
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
 *
 * @param {Copy | null | undefined} copy
 * @param {{ revision: number, document: DashboardDocument }} start
 * @returns {"forget" | "resume" | "offer"}
 */
export function fateOf(copy, { revision, document }) {
  if (!copy?.document?.sections?.length) return "forget";
  if (sameDocument(copy.document, document)) return "forget";
  return copy.revision === revision ? "resume" : "offer";
}

// What the server leaves out, since it is what a missing key means.
/** @type {Record<string, unknown>} */
const DEFAULTS = { width: 4, height: 2, measures: "count", kind: "values" };

/**
 * Whether two documents say the same.
 *
 * @param {Partial<DashboardDocument>} one
 * @param {Partial<DashboardDocument>} other
 */
export function sameDocument(one, other) {
  return textOf(one) === textOf(other);
}

/** @param {unknown} document */
function textOf(document) {
  return JSON.stringify(plain(document) ?? {});
}

/** @param {unknown} value @returns {unknown} */
function plain(value) {
  if (Array.isArray(value)) return list(value.map(plain));
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value)
    .map(([name, member]) => /** @type {const} */ ([name, plain(member)]))
    .filter(([name, member]) => !isMissing(member) && DEFAULTS[name] !== member)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const { field, kind } = /** @type {{ field?: unknown, kind?: unknown }} */ (value);
  if (field === "commune" && kind === "commune") return "commune";
  return entries.length === 1 && entries[0][0] === "field" ? entries[0][1] : Object.fromEntries(entries);
}

/**
 * One alone is written as itself.
 *
 * @param {unknown[]} values
 */
function list(values) {
  return values.length === 1 ? values[0] : values;
}

/** @param {unknown} value */
function isMissing(value) {
  if (value === "" || value === null || value === undefined || value === false || value === 0) return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}
