/**
 * Changes sent to the portal one by one, in the order of their making. What could not be sent stays, is said, and goes
 * again at the press of a button: nothing typed is lost.
 */

import { find, findAll } from "../../interface/dom.js";

/**
 * What is sent: `body` is read when its turn comes, so that it has the version of the row of then.
 *
 * @typedef {object} Change
 * @property {string} address
 * @property {() => URLSearchParams} body
 * @property {object} [origin] - the cell or the form that it is of: a later change of it replaces one that waits
 * @property {(answer: Answer) => void} onAnswer
 * @property {() => void} [onWait] - it could not be sent
 */
/** @typedef {{ status: number, isDone: boolean, page: Document, faults: { name: string, reason: string }[] }} Answer */

const UNAUTHORIZED = 401;
const TOO_MANY = 429;
const SERVER_FAULT = 500;

/** No answer of this page came: `status` is that of the answer, 0 without one. */
class Unanswered extends Error {
  /** @param {number} status @param {boolean} [isSignedOut] */
  constructor(status, isSignedOut = false) {
    super(String(status));
    this.status = status;
    this.isSignedOut = isSignedOut;
  }
}

/**
 * Ask for a part of the page, or send a change.
 *
 * @param {string} address
 * @param {RequestInit} [options]
 * @returns {Promise<Answer>}
 * @throws {Unanswered} when no answer of this page comes: a server that fails, a session that ended
 * @throws {TypeError} without network
 */
export async function request(address, options = {}) {
  const answer = await fetch(address, { headers: { "HX-Request": "true" }, ...options });
  if (answer.status >= SERVER_FAULT || answer.status === TOO_MANY) throw new Unanswered(answer.status);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const faults = [...page.querySelectorAll("[data-fault]")].map((fault) => ({
    name: fault.getAttribute("data-fault") ?? "",
    reason: fault.textContent ?? "",
  }));
  const isOurs = faults.length > 0 || page.querySelector("[data-part]") !== null;
  if (answer.redirected || !isOurs || answer.status === UNAUTHORIZED)
    throw new Unanswered(answer.status, true);
  return { status: answer.status, isDone: answer.ok, page, faults };
}

/** The changes that wait for their turn. */
export class Sender {
  /** @type {Change[]} */
  #waiting = [];
  #isBusy = false;
  #isSignedOut = false;
  #root;
  #words;

  /** @param {HTMLElement} root @param {Record<string, string>} words */
  constructor(root, words) {
    this.#root = root;
    this.#words = words;
    find(root, "[data-resend]", HTMLButtonElement).addEventListener("click", () => this.#run());
    addEventListener("online", () => this.#run());
    addEventListener("beforeunload", (event) => {
      if (this.#waiting.length) event.preventDefault();
    });
  }

  /** @param {Change} change */
  send(change) {
    if (change.origin) this.#forget(change.origin);
    this.#waiting.push(change);
    return this.#run();
  }

  /** Give up the change of a cell or a form that waits. @param {object} origin */
  drop(origin) {
    this.#forget(origin);
    if (!this.#waiting.length) this.#say("");
  }

  /** One that is on its way stays: its answer comes. @param {object} origin */
  #forget(origin) {
    this.#waiting = this.#waiting.filter(
      (change, index) => change.origin !== origin || (index === 0 && this.#isBusy),
    );
  }

  async #run() {
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      if (this.#isSignedOut) await this.#renewToken();
      while (this.#waiting.length) await this.#sendFirst(this.#waiting[0]);
      this.#say("");
    } catch (error) {
      for (const change of this.#waiting) change.onWait?.();
      this.#say(this.#reason(error).replace("{n}", String(this.#waiting.length)));
    } finally {
      this.#isBusy = false;
    }
  }

  /** Why nothing is sent any more. @param {unknown} error */
  #reason(error) {
    if (!(error instanceof Unanswered)) return this.#words.away;
    this.#isSignedOut = error.isSignedOut;
    if (error.isSignedOut) return this.#words.signedOut;
    return (error.status === TOO_MANY ? this.#words.slower : this.#words.failing).replace(
      "{status}",
      String(error.status),
    );
  }

  /** Signing in again, in another tab, made another token: read it from the page. */
  async #renewToken() {
    const answer = await fetch(location.href);
    if (answer.status >= SERVER_FAULT) throw new Unanswered(answer.status);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const token = page.querySelector("[data-rows]") && page.querySelector("[name=csrfmiddlewaretoken]");
    if (!(token instanceof HTMLInputElement)) throw new Unanswered(answer.status, true);
    for (const input of findAll(document, "[name=csrfmiddlewaretoken]", HTMLInputElement))
      input.value = token.value;
    this.#isSignedOut = false;
  }

  /** @param {Change} change */
  async #sendFirst(change) {
    const token = find(document, "[name=csrfmiddlewaretoken]", HTMLInputElement).value;
    const headers = { "HX-Request": "true", "HX-Current-URL": location.href, "X-CSRFToken": token };
    const body = change.body();
    body.delete("csrfmiddlewaretoken"); // that of a form may be of a session that ended
    const answer = await request(change.address, { method: "POST", headers, body });
    this.#waiting.shift();
    change.onAnswer(answer);
  }

  /** @param {string} words */
  #say(words) {
    find(this.#root, "[data-unsent-words]").textContent = words;
    find(this.#root, "[data-unsent]").hidden = words === "";
  }
}
