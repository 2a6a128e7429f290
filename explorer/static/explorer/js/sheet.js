/** The sheet at the side: loaded from the server, opened from the map or the list, closed with Escape. */
import htmx from "../../vendor/htmx/htmx.esm.min.js";

/** The side panel that shows a feature, or a choice between several. */
export class Sheet {
  #root;
  #content;
  #layers;
  #opener = null;

  constructor(root, layers, { onClose }) {
    this.#root = root;
    this.#content = root.querySelector("[data-sheet-content]");
    this.#layers = new Map(layers.map((layer) => [layer.slug, layer]));
    root.querySelector("[data-sheet-close]").addEventListener("click", onClose);
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !root.hidden) onClose();
    });
    document.addEventListener("htmx:before:swap", (event) => this.#refuseErrors(event));
  }

  #refuseErrors(event) {
    const { ctx } = event.detail;
    if (ctx.target !== this.#content || ctx.response.raw.status < 400) return;
    event.preventDefault();
    this.#fill("sheet-error");
  }

  #fill(template) {
    this.#content.replaceChildren(document.getElementById(template).content.cloneNode(true));
  }

  /** How many pixels of the foot of `element` the panel covers: it lies over the map on small screens. */
  covers(element) {
    if (this.#root.hidden) return 0;
    const [panel, box] = [this.#root.getBoundingClientRect(), element.getBoundingClientRect()];
    return panel.left < box.right && panel.right > box.left ? Math.max(0, box.bottom - panel.top) : 0;
  }

  #open() {
    if (this.#root.hidden) this.#opener = document.activeElement;
    this.#root.hidden = false;
    this.#root.scrollTop = 0;
  }

  /** Load and show the sheet of a feature; the title takes the focus. Returns its place, or null. */
  async show({ layer, id }) {
    const address = this.#layers.get(layer)?.sheet.replace("{id}", id);
    if (!address) return null;
    this.#open();
    this.#fill("sheet-loading");
    try {
      await htmx.ajax("GET", address, { target: this.#content, swap: "innerHTML" });
    } catch {
      this.#fill("sheet-error");
    }
    this.#content.querySelector(".sheet-title")?.focus({ preventScroll: true });
    const place = this.#content.querySelector("[data-place]")?.dataset.place;
    return place ? place.split(",").map(Number) : null;
  }

  /** Offer a choice between features; `onChoice` receives the one chosen. */
  choose(choices, onChoice) {
    this.#open();
    this.#fill("sheet-choices");
    const list = this.#content.querySelector("ul");
    const model = list.querySelector("li");
    const items = choices.map((choice) => {
      const item = model.cloneNode(true);
      item.querySelector("[data-choice-title]").textContent = choice.title;
      item.querySelector("[data-choice-kind]").textContent = choice.kind;
      item.querySelector("button").addEventListener("click", () => onChoice(choice));
      return item;
    });
    list.replaceChildren(...items);
    this.#content.querySelector(".sheet-title").focus({ preventScroll: true });
  }

  /** Hide the panel and give the focus back to what opened it. */
  close() {
    if (this.#root.hidden) return;
    this.#root.hidden = true;
    this.#content.replaceChildren();
    if (this.#opener?.isConnected) this.#opener.focus();
  }
}
