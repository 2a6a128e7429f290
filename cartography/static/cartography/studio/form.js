/** The form of the studio: each change is sent whole, and the parts that follow take the place of those that were there. */
import { closest, find, findAll, findOptional } from "../../interface/dom.js";

/** @import { CompiledLayer } from "../../interface/map/style.js" */

/** @typedef {{ drawing: CompiledLayer[], images: Record<string, string>, tiles: string }} DrawnStyle */
/**
 * What the server says of the style (`cartography/studio/presenters.py`): its document, its mark, what is drawn.
 *
 * @typedef {{ mark: string, document: object, draft: DrawnStyle, published: DrawnStyle }} StudioState
 */
/** @typedef {Record<string, string>} StudioWords */
/**
 * What to send: the form as it is, or a document in its place. `step` is what the change is called when it is undone,
 * `onto` the input whose changes make one step.
 *
 * @typedef {object} Change
 * @property {string} [step]
 * @property {string} [onto]
 * @property {HTMLElement | null} [submitter]
 * @property {object} [document]
 * @property {boolean} [isStep] - that of undoing or redoing
 */

/**
 * Read the state of the page, or of a part of it.
 *
 * @param {ParentNode} root
 * @returns {StudioState}
 */
export function readState(root) {
  return JSON.parse(find(root, "#studio-state").textContent);
}

/**
 * Whether a person changed an input before the script of the page was there.
 *
 * @param {Element} input
 */
function isTouched(input) {
  if (input instanceof HTMLSelectElement) {
    const all = [...input.options];
    return (
      input.name !== "" &&
      all.some((one) => one.defaultSelected) &&
      all.some((one) => one.selected !== one.defaultSelected)
    );
  }
  if (!(input instanceof HTMLInputElement) && !(input instanceof HTMLTextAreaElement)) return false;
  if (!input.name || ["hidden", "submit", "button"].includes(input.type)) return false;
  if (input instanceof HTMLInputElement && ["radio", "checkbox"].includes(input.type))
    return input.checked !== input.defaultChecked && (input.checked || input.type === "checkbox");
  return input.value !== input.defaultValue;
}

/** @type {new () => TypedEventTarget<{ parts: CustomEvent<null>, state: CustomEvent<Change & { state: StudioState }> }>} */
const FormTarget = EventTarget;

/** Events: `parts` once parts are in place, `state` (`Change` with the `state`) when the style is another one. */
export class StudioForm extends FormTarget {
  #root;
  #words;
  /** @type {Promise<void> | null} */
  #running = null;
  /** @type {Change | null} */
  #next = null;

  /** @param {HTMLElement} root @param {StudioWords} words */
  constructor(root, words) {
    super();
    this.#root = root;
    this.#words = words;
    root.addEventListener("change", (event) => {
      if (closest(event, "[data-form]") && event.target instanceof HTMLElement && "name" in event.target)
        if (event.target.name) this.#changed(event.target);
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
    return find(this.#root, "[data-form]", HTMLFormElement);
  }

  /** @param {Element} input */
  #changed(input) {
    this.send({ step: nameOf(input), onto: input.id });
  }

  /**
   * Send the form, or a `document` in its place; what changes meanwhile is sent after it.
   *
   * @param {Change} change
   */
  send(change) {
    this.#next = change;
    this.#running ??= this.#run();
    return this.#running;
  }

  async #run() {
    while (this.#next) {
      const change = this.#next;
      this.#next = null;
      await this.#post(change);
    }
    this.#running = null;
  }

  /** @param {Change} change */
  async #post(change) {
    this.#say(this.#words.saving, "saving");
    const body = new FormData(this.element, change.submitter ?? null);
    const { address = "", documentAddress = "" } = this.#root.dataset;
    if (change.document) body.set("document", JSON.stringify(change.document));
    try {
      const answer = await fetch(change.document ? documentAddress : address, {
        method: "POST",
        headers: { "HX-Request": "true", Accept: "text/html" },
        body,
        credentials: "same-origin",
        redirect: "error",
      });
      const text = await answer.text();
      if (answer.ok) this.#put(text, change);
      else this.#refuse(text, answer.status);
    } catch {
      this.#say(this.#words.failed, "kept_here");
    }
  }

  /** @param {string} text @param {Change} change */
  #put(text, change) {
    const holder = document.createElement("template");
    holder.innerHTML = text;
    const state = readState(holder.content);
    find(this.#root, "[data-notices]").replaceChildren();
    const restore = rememberPosition(this.#root);
    for (const part of findAll(holder.content, "[data-part]")) {
      // What was changed meanwhile is in the form alone: it is sent next, under the new mark.
      if (part.dataset.part === "form" && this.#next && !this.#next.document) continue;
      this.#root.querySelector(`[data-part="${part.dataset.part}"]`)?.replaceWith(part);
    }
    for (const input of findAll(this.#root, "input[name=mark]", HTMLInputElement)) input.value = state.mark;
    this.dispatchEvent(new CustomEvent("parts"));
    restore();
    this.dispatchEvent(new CustomEvent("state", { detail: { state, ...change } }));
    this.#root.dataset.changes = String(Number(this.#root.dataset.changes ?? 0) + 1);
  }

  /** @param {string} text @param {number} status */
  #refuse(text, status) {
    const notices = find(this.#root, "[data-notices]");
    const holder = document.createElement("template");
    holder.innerHTML = text;
    const faults = findOptional(holder.content, "[data-faults]");
    notices.replaceChildren(...(faults ? [faults] : []));
    for (const line of faults ? findAll(faults, "[data-fault]") : []) {
      const input = this.element.elements.namedItem(line.dataset.fault ?? "");
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

  /** @param {string} text @param {string} state */
  #say(text, state) {
    const status = find(this.#root, "[data-saving]");
    status.textContent = text;
    status.dataset.saving = state;
  }
}

/**
 * What a change is called when it is undone: the words of its input.
 *
 * @param {Element | null} input
 */
function nameOf(input) {
  const labels = input && "labels" in input ? /** @type {HTMLInputElement} */ (input).labels : null;
  const label = labels?.[0]?.textContent ?? input?.getAttribute("aria-label") ?? input?.textContent ?? "";
  return label.replace(/\s+/g, " ").trim().slice(0, 60);
}

/**
 * Remember where the person is in a form whose parts are replaced, and return what puts it back: focus, caret, what is
 * typed, scroll, tab, what is unfolded.
 *
 * @param {HTMLElement} root
 */
function rememberPosition(root) {
  const active = root.contains(document.activeElement) ? document.activeElement : null;
  const id = active?.id ?? "";
  const typed =
    active instanceof HTMLInputElement || active instanceof HTMLTextAreaElement ? active.value : null;
  const scrolled = findAll(root, "[data-scroll], [role=tabpanel]").map(
    (one) => /** @type {[string, number]} */ ([one.id, one.scrollTop]),
  );
  const tab = findOptional(root, "[role=tab][aria-selected=true]")?.id;
  const folds = () => findAll(root, "details[data-keep]", HTMLDetailsElement);
  const openFolds = new Map(folds().map((one) => [one.dataset.keep, one.open]));
  // Before tabs are bound again: they read which one is chosen.
  return () => {
    for (const fold of folds()) fold.open = openFolds.get(fold.dataset.keep) ?? fold.open;
    if (tab) document.getElementById(tab)?.click();
    for (const [name, top] of scrolled) {
      const part = name && document.getElementById(name);
      if (part) part.scrollTop = top;
    }
    const input = id && document.getElementById(id);
    if (!input || input === document.activeElement) return;
    input.focus({ preventScroll: true });
    if (!(input instanceof HTMLInputElement) || input.type !== "text" || input.dataset.colourText) return;
    if (typed !== null && input.value !== typed)
      input.setSelectionRange(input.value.length, input.value.length);
  };
}

const HISTOGRAM_WIDTH = 360;

/**
 * The limits on the histogram, moved by hand: the same as writing the number, which keys do.
 *
 * @param {HTMLElement} root
 */
export function followHistogram(root) {
  root.addEventListener("pointerdown", (event) => {
    const handle = closest(event, "[data-handle]", SVGElement);
    if (!handle) return;
    event.preventDefault();
    drag(handle, event);
  });
}

/** @param {SVGElement} handle @param {PointerEvent} event */
function drag(handle, event) {
  const figure = /** @type {HTMLElement | null} */ (handle.closest("[data-histogram]"));
  const form = handle.closest("form");
  const svg = handle.ownerSVGElement;
  const input = form?.elements.namedItem(handle.dataset.handle ?? "");
  if (!figure || !svg || !(input instanceof HTMLInputElement)) return;
  const [low, high] = [Number(figure.dataset.low), Number(figure.dataset.high)];
  handle.setPointerCapture(event.pointerId);
  /** @param {PointerEvent} moved */
  const move = (moved) => {
    const matrix = svg.getScreenCTM();
    if (!matrix) return; // the page is being hidden
    const { x: along } = new DOMPoint(moved.clientX, moved.clientY).matrixTransform(matrix.inverse());
    const x = Math.min(Math.max(along, 1), HISTOGRAM_WIDTH - 1);
    handle.setAttribute("transform", `translate(${x.toFixed(2)} 0)`);
    input.value = written(low + ((high - low) * x) / HISTOGRAM_WIDTH, high - low);
  };
  const end = () => {
    handle.removeEventListener("pointermove", move);
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };
  handle.addEventListener("pointermove", move);
  handle.addEventListener("pointerup", end, { once: true });
}

/**
 * A value as the page's language writes it.
 *
 * @param {number} value
 * @param {number} span
 */
const written = (value, span) =>
  document.documentElement.lang.startsWith("fr")
    ? rounded(value, span).replace(".", ",")
    : rounded(value, span);

/**
 * A value as finely as a hand places it: a two-hundredth of the span.
 *
 * @param {number} value
 * @param {number} span
 */
function rounded(value, span) {
  const digits = Math.max(0, Math.ceil(-Math.log10(span / 200)));
  return value.toFixed(Math.min(digits, 12));
}
