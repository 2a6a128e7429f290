/** A panel on the canvas: its place and name, and its preview, asked again only when what it says changes. */
import { sizeOf } from "./document.js";
import { sizeWords } from "./panel-commands.js";
import { fill, part } from "./words.js";

/** The cell of a panel; `previews` reads it, `context` gives the words, kinds and links of the moment. */
export class Cell {
  element = part("cell");
  #body = this.element.querySelector("[data-body]");
  #previews;
  #context;
  #asked = "";
  #panel = null;

  constructor(id, previews, context) {
    this.id = id;
    this.element.dataset.cell = id;
    this.#previews = previews;
    this.#context = context;
  }

  /** Show a panel as it is now, `rank` of `count` in its section. */
  update(panel, rank, count) {
    const { words, kinds } = this.#context;
    const { width, height } = sizeOf(panel);
    this.#panel = panel;
    this.element.className = `cell span-${width} rows-${height}`;
    this.element.setAttribute(
      "aria-label",
      fill(words.said.panel, {
        kind: kinds[panel.kind] ?? words.said.library,
        title: this.#context.nameOf(panel),
        size: sizeWords(panel, words.said),
        rank: rank + 1,
        count,
      }),
    );
    this.#retitle();
    this.#ask();
  }

  /** Ask the preview again, whatever is remembered. */
  refresh() {
    this.#previews.forget(this.#asked);
    this.#asked = "";
    this.#ask();
  }

  /** Leave the page. */
  close() {
    this.#previews.drop(this.id);
    this.element.remove();
  }

  #ask() {
    const body = this.#question();
    if (body === this.#asked) return;
    this.#asked = body;
    this.element.setAttribute("aria-busy", "true");
    this.#previews.want(this.id, body, {
      show: (html) => this.#show(html),
      fail: (error) => this.#fail(error),
    });
  }

  /** What the preview depends on: neither the place nor the width, and the height for kinds drawn for it alone. */
  #question() {
    const { width: _width, height, ...panel } = this.#panel;
    const isFlat = this.#context.flatKinds.includes(panel.kind);
    const drawn = isFlat || height === undefined ? panel : { ...panel, height };
    return JSON.stringify({ panel: drawn, links: this.#context.links });
  }

  #show(html) {
    const holder = document.createElement("template");
    holder.innerHTML = html;
    const article = holder.content.querySelector("article") ?? part("failed");
    // What is read here is a picture of the panel: its own links and marks are for who reads the page.
    article.inert = true;
    this.#body.replaceChildren(article);
    this.element.removeAttribute("aria-busy");
    this.#retitle();
  }

  #fail(error) {
    if (error.told?.html && error.status === 422) {
      this.#show(error.told.html);
      return;
    }
    this.#asked = "";
    const failed = part("failed");
    failed.querySelector("[data-text]").textContent =
      error.told?.detail || this.#context.words.saving.preview_failed;
    const retry = part("retry");
    retry.addEventListener("click", () => this.#ask());
    failed.querySelector(".panel-fault").append(retry);
    this.#body.replaceChildren(failed);
    this.element.removeAttribute("aria-busy");
  }

  /** The title is shown while it is typed, before the server says the same. */
  #retitle() {
    const title = this.#body.querySelector(".panel-head h3");
    if (title && this.#panel.title && title.textContent !== this.#panel.title) {
      title.textContent = this.#panel.title;
    }
  }
}
