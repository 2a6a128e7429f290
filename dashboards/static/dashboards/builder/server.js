/** What the builder asks of the server: JSON sent with the token of the page, refusals told in the server's words. */

/** @import { DashboardDocument } from "./document.js" */

/** @typedef {{ key: string, path: (string | number)[], text: string }} Fault - of a value of a document, by its path */
/**
 * What the server says of a refusal (`refusal` of `dashboards/builder/presenters.py`), or its page.
 *
 * @typedef {object} Problem
 * @property {string} [title]
 * @property {string} [detail]
 * @property {Fault[]} [faults]
 * @property {number} [revision] - of what is there now, after a conflict
 * @property {DashboardDocument} [document]
 * @property {string} [html]
 */

/** A request that was refused: `status`, and what the server says of it. */
export class Refusal extends Error {
  /** @param {number} status @param {Problem} problem */
  constructor(status, problem) {
    super(problem.detail || problem.title || String(status));
    this.status = status;
    this.problem = problem;
  }
}

/**
 * What the server said of an error, if it is one of its refusals.
 *
 * @param {unknown} error
 * @returns {Problem}
 */
export function problemOf(error) {
  return error instanceof Refusal ? error.problem : {};
}

/** Requests of one page; `token` is its CSRF token. */
export class Server {
  #token;

  /** @param {string} token */
  constructor(token) {
    this.#token = token;
  }

  /**
   * Send JSON; return the answer. `keepalive` lets it arrive after the page is closed.
   *
   * @param {string} address
   * @param {unknown} body
   * @param {{ accept?: string, signal?: AbortSignal, keepalive?: boolean }} [options]
   */
  async post(address, body, { accept = "application/json", signal, keepalive = false } = {}) {
    const answer = await fetch(address, {
      method: "POST",
      headers: {
        Accept: accept,
        "Content-Type": "application/json",
        "HX-Request": "true",
        "X-CSRFToken": this.#token,
      },
      body: typeof body === "string" ? body : JSON.stringify(body),
      credentials: "same-origin",
      redirect: "error",
      keepalive,
      signal,
    });
    return checked(answer);
  }

  /**
   * Send a form; return the answer.
   *
   * @param {string} address
   * @param {Record<string, string>} values
   */
  async form(address, values) {
    const body = new FormData();
    for (const [name, value] of Object.entries(values)) body.set(name, value);
    const answer = await fetch(address, {
      method: "POST",
      headers: { Accept: "application/json", "HX-Request": "true", "X-CSRFToken": this.#token },
      body,
      credentials: "same-origin",
    });
    return checked(answer);
  }

  /**
   * Read a part of a page.
   *
   * @param {string} address
   * @param {{ signal?: AbortSignal }} [options]
   */
  async part(address, { signal } = {}) {
    const answer = await fetch(address, {
      headers: { Accept: "text/html", "HX-Request": "true" },
      credentials: "same-origin",
      signal,
    });
    return (await checked(answer)).text();
  }
}

/** @param {Response} answer */
async function checked(answer) {
  if (answer.ok) return answer;
  const isJson = answer.headers.get("Content-Type")?.includes("json");
  throw new Refusal(answer.status, isJson ? await answer.json() : { html: await answer.text() });
}
