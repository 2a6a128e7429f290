/**
 * Changes sent to the portal one by one, in the order of their making. What could not be sent stays, is said, and goes
 * again at the press of a button: nothing typed is lost.
 */

import { find } from "../../interface/dom.js";

/**
 * What is sent: `body` is read when its turn comes, so that it has the version of the row of then.
 *
 * @typedef {object} Change
 * @property {string} address
 * @property {() => URLSearchParams} body
 * @property {(answer: Answer) => void} onAnswer
 * @property {() => void} [onWait] - it could not be sent
 */
/** @typedef {{ status: number, isDone: boolean, page: Document, faults: { name: string, reason: string }[] }} Answer */

const GATEWAY_FAULT = 500;
const TOO_MANY = 429;

/**
 * Ask for a part of the page, or send a change.
 *
 * @param {string} address
 * @param {RequestInit} [options]
 * @returns {Promise<Answer>}
 * @throws {Error} when no answer of this page comes: no network, a server that fails, a session that ended
 */
export async function request(address, options = {}) {
  const answer = await fetch(address, { headers: { "HX-Request": "true" }, ...options });
  if (answer.status >= GATEWAY_FAULT || answer.status === TOO_MANY) throw new Error(String(answer.status));
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const faults = [...page.querySelectorAll("[data-fault]")].map((fault) => ({
    name: fault.getAttribute("data-fault") ?? "",
    reason: fault.textContent ?? "",
  }));
  const isOurs = faults.length > 0 || page.querySelector("[data-part]") !== null;
  if (answer.redirected || !isOurs) throw new Error("signed-out");
  return { status: answer.status, isDone: answer.ok, page, faults };
}

/** The changes that wait for their turn. */
export class Sender {
  /** @type {Change[]} */
  #waiting = [];
  #isBusy = false;
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
    this.#waiting.push(change);
    return this.#run();
  }

  async #run() {
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      while (this.#waiting.length) await this.#sendFirst(this.#waiting[0]);
      this.#say("");
    } catch (error) {
      for (const change of this.#waiting) change.onWait?.();
      const isOut = error instanceof Error && error.message === "signed-out";
      this.#say(
        (isOut ? this.#words.signedOut : this.#words.away).replace("{n}", String(this.#waiting.length)),
      );
    } finally {
      this.#isBusy = false;
    }
  }

  /** @param {Change} change */
  async #sendFirst(change) {
    const token = find(this.#root.ownerDocument, "[name=csrfmiddlewaretoken]", HTMLInputElement).value;
    const headers = { "HX-Request": "true", "X-CSRFToken": token };
    const answer = await request(change.address, { method: "POST", headers, body: change.body() });
    this.#waiting.shift();
    change.onAnswer(answer);
  }

  /** @param {string} words */
  #say(words) {
    find(this.#root, "[data-unsent-words]").textContent = words;
    find(this.#root, "[data-unsent]").hidden = words === "";
  }
}
