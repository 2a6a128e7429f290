/** Search boxes that suggest while one types. Without this the form still leads to the page of results. */
import { find, findAll, findOptional } from "../dom.js";
import { debounced, isWorthAsking, moved } from "./listbox.js";

const DEBOUNCE_MS = 180;
const TIMEOUT_MS = 4000;

/** One search form: its field becomes a combobox over the list that stands beside it. */
class SearchBox {
  #query = ""; // whose suggestions are in the list
  #active = -1;
  /** @type {AbortController | null} */
  #request = null;
  #isSent = false;

  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.form = form;
    this.field = find(form, "[name=q]", HTMLInputElement);
    this.list = find(form, "[role=listbox]");
    this.status = find(form, "[data-status]");
    this.#setRoles();
    const ask = debounced(() => this.ask(), DEBOUNCE_MS);
    this.field.addEventListener("input", () => (this.field.value.trim() ? ask() : this.close()));
    this.field.addEventListener("keydown", (event) => this.press(event));
    form.addEventListener("focusout", ({ relatedTarget }) => {
      if (!(relatedTarget instanceof Node && form.contains(relatedTarget))) this.close();
    });
    form.addEventListener("submit", (event) => this.#submit(event));
    this.list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
  }

  /**
   * Several words may be a question to the map, which answers better than the page of results.
   *
   * @param {SubmitEvent} event
   */
  async #submit(event) {
    const text = this.field.value.trim();
    this.close();
    if (!text.includes(" ") || this.#isSent) return;
    event.preventDefault();
    const address = await this.#interpret(text);
    if (address) return this.#follow(address);
    this.#isSent = true;
    this.form.requestSubmit();
    this.#isSent = false;
  }

  /**
   * The address that asks the map what is typed; nothing when it is no question, or when no answer comes.
   *
   * @param {string} text
   * @returns {Promise<string | null>}
   */
  async #interpret(text) {
    try {
      const address = `${this.form.dataset.understand}?${new URLSearchParams({ q: text })}`;
      const answer = await fetch(address, { signal: AbortSignal.timeout(TIMEOUT_MS) });
      return answer.ok ? (await answer.json()).proposed : null;
    } catch {
      return null;
    }
  }

  /**
   * A link, so that the map may take the question without opening another page.
   *
   * @param {string} address
   */
  #follow(address) {
    const link = document.createElement("a");
    link.href = address;
    link.hidden = true;
    link.dataset.ask = "";
    this.form.append(link);
    link.click();
    link.remove();
  }

  get options() {
    return findAll(this.list, "[role=option]");
  }

  #setRoles() {
    const { field, list } = this;
    field.setAttribute("role", "combobox");
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", list.id);
    field.setAttribute("aria-expanded", "false");
  }

  /** Fetch the suggestions of what is typed; a newer question takes the place of an older one. */
  async ask() {
    const text = this.field.value.trim();
    if (!isWorthAsking(text, this.#query)) return this.open();
    this.#request?.abort();
    this.#request = new AbortController();
    const address = `${this.form.dataset.suggestions}?${new URLSearchParams({ q: text })}`;
    try {
      const answer = await fetch(address, { signal: this.#request.signal });
      if (!answer.ok) throw new Error(`suggestions: ${answer.status}`);
      this.#show(text, await answer.text());
    } catch (error) {
      if (!(error instanceof Error && error.name === "AbortError")) this.close();
    }
  }

  /** @param {string} text @param {string} html */
  #show(text, html) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const inside = findOptional(page, "[data-announcement]");
    if (!inside || this.field.value.trim() !== text) return;
    this.#query = text;
    this.list.replaceChildren(...inside.children);
    this.options.forEach((option, index) => {
      option.id = `${this.list.id}-${index}`;
    });
    this.status.textContent = inside.dataset.announcement ?? "";
    this.open();
  }

  /** Show the list, with no active option. */
  open() {
    const isOpen = this.options.length > 0 && this.form.contains(document.activeElement);
    this.list.hidden = !isOpen;
    this.field.setAttribute("aria-expanded", String(isOpen));
    this.activate(-1);
  }

  /** Hide the list and forget what was being asked. */
  close() {
    this.#request?.abort();
    this.list.hidden = true;
    this.field.setAttribute("aria-expanded", "false");
    this.activate(-1);
  }

  /**
   * Make an option active: the focus stays in the field, which names it.
   *
   * @param {number} index
   */
  activate(index) {
    this.#active = index;
    this.options.forEach((option, rank) => {
      option.setAttribute("aria-selected", String(rank === index));
    });
    const option = this.options[index];
    if (!option) return this.field.removeAttribute("aria-activedescendant");
    this.field.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  /**
   * Answer a key of the field.
   *
   * @param {KeyboardEvent} event
   */
  press(event) {
    const isOpen = !this.list.hidden;
    if (event.key === "Escape" && isOpen) this.close();
    else if (event.key === "Enter" && isOpen && this.#active >= 0) this.options[this.#active].click();
    else if (["ArrowDown", "ArrowUp"].includes(event.key) && this.options.length) {
      if (!isOpen) this.open();
      this.activate(moved(event.key, this.#active, this.options.length));
    } else return;
    event.preventDefault();
  }
}

/**
 * Bind every search form of `root` that has suggestions.
 *
 * @param {ParentNode} root
 */
export function searchBoxes(root) {
  for (const form of findAll(root, "form[data-suggestions]", HTMLFormElement)) new SearchBox(form);
}
