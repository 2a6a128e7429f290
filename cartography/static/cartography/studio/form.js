/** The form of the studio: each change is sent whole, and the parts that follow take the place of those that were there. */
import { keepPlace } from "./place.js";
import { readState } from "./state.js";

/** Whether a person changed an input before the script of the page was there. */
function isTouched({ type, name, checked, defaultChecked, value, defaultValue, options }) {
  if (!name || type === "hidden" || type === "submit" || type === "button") return false;
  if (type === "radio" || type === "checkbox")
    return checked !== defaultChecked && (checked || type === "checkbox");
  if (options) {
    const all = [...options];
    return all.some((one) => one.defaultSelected) && all.some((one) => one.selected !== one.defaultSelected);
  }
  return defaultValue !== undefined && value !== defaultValue;
}

/** Events: `parts` once parts are in place, `state` (`{ state, step }`) when the style is another one. */
export class StudioForm extends EventTarget {
  #root;
  #words;
  #running = null;
  #next = null;

  constructor(root, words) {
    super();
    this.#root = root;
    this.#words = words;
    root.addEventListener("change", (event) => {
      if (event.target.closest("[data-form]") && event.target.name) this.#changed(event.target);
    });
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send({ step: nameOf(event.submitter), submitter: event.submitter });
    });
    const early = [...this.element.elements].find(isTouched);
    if (early) this.#changed(early);
  }

  /** The form of the page. */
  get element() {
    return this.#root.querySelector("[data-form]");
  }

  /** Whether everything was sent. */
  get isCalm() {
    return this.#running === null;
  }

  #changed(input) {
    this.send({ step: nameOf(input), onto: input.id });
  }

  /** Send the form, or a `document` in its place; what is asked meanwhile is sent after it. */
  send(asked) {
    this.#next = asked;
    this.#running ??= this.#run();
    return this.#running;
  }

  async #run() {
    while (this.#next) {
      const asked = this.#next;
      this.#next = null;
      await this.#post(asked);
    }
    this.#running = null;
  }

  async #post(asked) {
    this.#say(this.#words.saving, "saving");
    const form = this.element;
    const body = new FormData(form, asked.submitter ?? null);
    const address = asked.document ? this.#root.dataset.documentAddress : this.#root.dataset.address;
    if (asked.document) body.set("document", JSON.stringify(asked.document));
    try {
      const answer = await fetch(address, {
        method: "POST",
        headers: { "HX-Request": "true", Accept: "text/html" },
        body,
        credentials: "same-origin",
        redirect: "error",
      });
      const text = await answer.text();
      if (answer.ok) this.#put(text, asked);
      else this.#refuse(text, answer.status);
    } catch {
      this.#say(this.#words.failed, "kept_here");
    }
  }

  #put(text, asked) {
    const holder = document.createElement("template");
    holder.innerHTML = text;
    const state = readState(holder.content);
    this.#root.querySelector("[data-notices]").replaceChildren();
    const restore = keepPlace(this.#root);
    for (const part of holder.content.querySelectorAll("[data-part]")) {
      // What was changed meanwhile is in the form alone: it is sent next, under the new mark.
      if (part.dataset.part === "form" && this.#next && !this.#next.document) continue;
      this.#root.querySelector(`[data-part="${part.dataset.part}"]`)?.replaceWith(part);
    }
    for (const input of this.#root.querySelectorAll("input[name=mark]")) input.value = state.mark;
    this.dispatchEvent(new CustomEvent("parts"));
    restore();
    this.dispatchEvent(new CustomEvent("state", { detail: { state, ...asked } }));
    this.#root.dataset.changes = String(Number(this.#root.dataset.changes ?? 0) + 1);
  }

  #refuse(text, status) {
    const notices = this.#root.querySelector("[data-notices]");
    const holder = document.createElement("template");
    holder.innerHTML = text;
    const faults = holder.content.querySelector("[data-faults]");
    notices.replaceChildren(...(faults ? [faults] : []));
    for (const line of faults?.querySelectorAll("[data-fault]") ?? []) {
      const input = this.element.elements[line.dataset.fault];
      if (!(input instanceof HTMLElement)) continue;
      input.setAttribute("aria-invalid", "true");
      line.id = `fault-${line.dataset.fault}`;
      input.setAttribute("aria-errormessage", line.id);
    }
    this.#say(
      status === 422 ? this.#words.refused : faults ? this.#words.stale : this.#words.failed,
      "refused",
    );
  }

  #say(text, state) {
    const place = this.#root.querySelector("[data-saving]");
    place.textContent = text;
    place.dataset.saving = state;
  }
}

/** What a change is called when it is undone: the words of its input. */
function nameOf(input) {
  const label =
    input?.labels?.[0]?.textContent ?? input?.getAttribute?.("aria-label") ?? input?.textContent ?? "";
  return label.replace(/\s+/g, " ").trim().slice(0, 60);
}
