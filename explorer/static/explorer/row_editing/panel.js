/** The panel beside the table: the form of a row, its history, a conflict; forms are sent as the cells are. */

import { closest, find, findAll, findOptional } from "../../interface/dom.js";
import { request } from "./sender.js";

/** @import { Answer, Sender } from "./sender.js" */

/**
 * @typedef {object} PanelEvents
 * @property {(answer: Answer) => void} onAnswer
 * @property {(form: HTMLFormElement | null) => void} onForm - the form of a row shows, or something else
 * @property {() => void} onClose
 * @property {() => number[]} selected
 * @property {() => boolean} isAll - every row that answers is chosen
 * @property {(words: string) => void} say
 */

/** The panel; what is typed in a form and left is there when its row is opened again. */
export class RowsPanel {
  #root;
  #element;
  #sender;
  #words;
  #on;
  #address = "";
  #isDirty = false;
  #openings = 0;
  /** @type {Map<string, Node[]>} */
  #left = new Map();

  /**
   * @param {HTMLElement} root
   * @param {Sender} sender
   * @param {Record<string, string>} words
   * @param {PanelEvents} on
   */
  constructor(root, sender, words, on) {
    this.#root = root;
    this.#element = find(root, ".rows-panel");
    this.#sender = sender;
    this.#words = words;
    this.#on = on;
    root.addEventListener("click", (event) => this.#click(event));
    root.addEventListener("submit", (event) => this.#submit(event));
    this.#element.addEventListener("input", () => {
      this.#isDirty = findOptional(this.#element, "[data-row-form]") !== null;
    });
    this.#element.addEventListener("change", (event) => this.#changed(event));
    root.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.isOpen && !event.defaultPrevented) this.close();
    });
    addEventListener("beforeunload", (event) => {
      if (this.#isDirty || this.#left.size) event.preventDefault();
    });
  }

  get isOpen() {
    return this.#root.dataset.panel === "open";
  }

  /** Whether a form holds something that was not sent. */
  get isDirty() {
    return this.#isDirty;
  }

  /** The address of what shows. */
  get address() {
    return this.#address;
  }

  /**
   * Show what an address answers; the focus goes to it, unless it is read again under a person who does something else.
   *
   * @param {string} address
   * @param {{ isQuiet?: boolean }} [options]
   */
  async open(address, { isQuiet = false } = {}) {
    this.#leave();
    const left = this.#left.get(address);
    if (left) {
      this.#left.delete(address);
      this.#show(address, left);
      this.#isDirty = true;
      this.#on.say(this.#words.resumed);
      return;
    }
    this.#openings += 1;
    const opening = this.#openings;
    try {
      const { page, isDone, faults } = await request(address);
      if (opening !== this.#openings) return; // something else was opened meanwhile
      if (!isDone) return this.#on.say(faults.map(({ reason }) => reason).join(" "));
      if (isQuiet && (this.#isDirty || this.#address !== address)) return;
      this.take(page, address, { isQuiet });
    } catch {
      this.#on.say(this.#words.unread);
    }
  }

  /**
   * Show the panel of an answer, if it has one.
   *
   * @param {Document} page
   * @param {string} [address]
   * @param {{ isQuiet?: boolean }} [options]
   */
  take(page, address = this.#address, { isQuiet = false } = {}) {
    const part = findOptional(page, '[data-part="panel"]');
    if (!part) return false;
    this.#show(address, [...document.importNode(part, true).childNodes], { isQuiet });
    return true;
  }

  /** @param {string} address @param {Node[]} nodes @param {{ isQuiet?: boolean }} [options] */
  #show(address, nodes, { isQuiet = false } = {}) {
    this.#address = address;
    this.#isDirty = false;
    this.#element.replaceChildren(...nodes);
    this.#root.dataset.panel = "open";
    const form = findOptional(this.#element, "[data-row-form]", HTMLFormElement);
    this.#on.onForm(form);
    this.#countSelected();
    if (isQuiet) return;
    const title = findOptional(this.#element, "[data-panel-title]");
    title?.focus({ preventScroll: true });
    this.#element.scrollTop = 0;
  }

  /** Put aside what was typed and not sent. */
  #leave() {
    if (this.#isDirty) this.#left.set(this.#address, [...this.#element.childNodes]);
    this.#isDirty = false;
  }

  close() {
    this.#openings += 1;
    this.#leave();
    this.#root.dataset.panel = "closed";
    this.#element.replaceChildren();
    this.#address = "";
    this.#on.onClose();
  }

  /** @param {MouseEvent} event */
  #click(event) {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const link = closest(event, "[data-panel-link], [data-several], [data-panel-close]", HTMLAnchorElement);
    if (link) {
      event.preventDefault();
      if (link.hasAttribute("data-panel-close")) this.close();
      else {
        if (link.closest("[data-conflict]")) this.#isDirty = false;
        this.open(link.href);
      }
      return;
    }
    if (closest(event, "[data-split-cancel]")) find(this.#element, "[data-split-form]").hidden = true;
  }

  /** @param {Event} event */
  #changed(event) {
    const { target } = event;
    if (target instanceof HTMLSelectElement && target.hasAttribute("data-several-field")) {
      for (const part of findAll(this.#element, "[data-several-input]", HTMLFieldSetElement)) {
        part.hidden = part.dataset.severalInput !== target.value;
        part.disabled = part.hidden;
      }
    }
    if (target instanceof HTMLInputElement && target.type === "radio" && target.dataset.result) {
      const merged = target.closest("fieldset")?.querySelector("[data-merged]");
      if (merged) merged.textContent = target.dataset.result;
    }
  }

  #countSelected() {
    const count = findOptional(this.#element, "[data-several-count]");
    if (!count) return;
    const pks = this.#on.selected();
    count.textContent = this.#on.isAll()
      ? this.#words.severalAll
      : this.#words.several.replace("{n}", String(pks.length));
    find(this.#element, "[name=row-ids]", HTMLInputElement).value = pks.join(",");
  }

  /** @param {SubmitEvent} event */
  #submit(event) {
    const { target: form, submitter } = event;
    if (!(form instanceof HTMLFormElement) || !form.hasAttribute("data-send")) return;
    event.preventDefault();
    const isAll = form.hasAttribute("data-several-form") && this.#on.isAll();
    const values = [...new FormData(form, submitter)];
    const body = new URLSearchParams(values.map(([name, value]) => [name, String(value)]));
    if (isAll) body.set("row-all", "1");
    const button = submitter ?? findOptional(form, "[type=submit]", HTMLButtonElement);
    button?.setAttribute("aria-busy", "true");
    const before = this.#address;
    const thenHistory = form.hasAttribute("data-then-history");
    this.#sender.send({
      address: isAll ? form.action + location.search : form.action,
      origin: form,
      body: () => body,
      onWait: () => button?.removeAttribute("aria-busy"),
      onAnswer: (answer) => {
        button?.removeAttribute("aria-busy");
        if (answer.isDone) this.#left.delete(before);
        if (answer.isDone && form.hasAttribute("data-row-form")) this.#isDirty = false;
        this.#on.onAnswer(answer);
        const isEnded = answer.isDone && !thenHistory && !answer.page.querySelector('[data-part="panel"]');
        if (isEnded && this.#address === before && this.#element.contains(form)) this.close();
        if (!answer.isDone && !answer.page.querySelector('[data-part="panel"]')) this.#refuse(answer);
        else if (answer.isDone && thenHistory && this.#address === before) this.open(before);
      },
    });
  }

  /** @param {Answer} answer */
  #refuse({ faults }) {
    const notice = document.createElement("div");
    notice.className = "notice bad";
    notice.setAttribute("role", "alert");
    notice.dataset.refusal = "";
    for (const { reason } of faults) {
      const line = document.createElement("p");
      line.textContent = reason;
      notice.append(line);
    }
    findOptional(this.#element, "[data-refusal]")?.remove();
    if (this.isOpen) this.#element.prepend(notice);
    else this.#on.say(faults.map(({ reason }) => reason).join(" "));
  }
}
