/** What the builder asks of the server: JSON sent with the token of the page, refusals told in the server's words. */

/** A request that was refused: `status`, and what the server says of it. */
export class Refusal extends Error {
  constructor(status, told) {
    super(told.detail || told.title || String(status));
    this.status = status;
    this.told = told;
  }
}

/** Requests of one page; `token` is its CSRF token. */
export class Server {
  #token;

  constructor(token) {
    this.#token = token;
  }

  /** Send JSON; return the answer. `keepalive` lets it arrive after the page is closed. */
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

  /** Send a form; return the answer. */
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

  /** Read a part of a page. */
  async part(address, { signal } = {}) {
    const answer = await fetch(address, {
      headers: { Accept: "text/html", "HX-Request": "true" },
      credentials: "same-origin",
      signal,
    });
    return (await checked(answer)).text();
  }
}

async function checked(answer) {
  if (answer.ok) return answer;
  const isJson = answer.headers.get("Content-Type")?.includes("json");
  const told = isJson ? await answer.json() : { html: await answer.text() };
  throw new Refusal(answer.status, told);
}
