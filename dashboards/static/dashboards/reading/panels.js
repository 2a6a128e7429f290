/** The panels of a dashboard: each asks for itself when it is near the screen, and again when the filters change. */
import { closest, find, findAll, findOptional } from "../../interface/dom.js";
import htmx from "../../vendor/htmx/htmx.esm.min.js";
import { Queue } from "./queue.js";
import { addressed } from "./state.js";

/** What has the focus in a panel: a row, a mark, or another element. */
/** @typedef {{ filterField?: string, filterValue?: string, mark?: string, label: string | null, tag: string }} FocusedPart */
/** @typedef {{ isUnfolded: boolean, focus: FocusedPart | null }} ReaderPlace */

const NEAR = "400px";
// Each reads with several processes of the database: more of them at once would only delay the first. It is also what
// the query limiter allows one reader: a query that runs and one that waits.
const TOGETHER = 2;
const DONE = "dashboard:panel";

/** Loads the panels of `root`, a dashboard; tells `dashboard:panel` on each that was read. */
export class Panels {
  #root;
  #seen;
  /** @type {Queue<HTMLElement>} */
  #queue = new Queue(TOGETHER, (panel) => this.#load(panel));

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#root = root;
    this.#seen = new IntersectionObserver((entries) => this.#near(entries), { rootMargin: NEAR });
    for (const panel of this.all) this.#watch(panel);
    document.addEventListener("htmx:before:swap", (event) => this.#refuseErrors(event));
    document.addEventListener("htmx:error", ({ detail }) => this.#failed(detail.ctx?.target ?? null));
    root.addEventListener("click", (event) => this.#again(event));
  }

  /** Every panel of the page. */
  get all() {
    return findAll(this.#root, "[data-panel]");
  }

  /**
   * Ask every panel again under other filters: those out of sight when they come near.
   *
   * @param {string} search
   */
  ask(search) {
    for (const panel of this.all) this.#askAt(panel, addressed(panel.dataset.address ?? "", search));
  }

  /**
   * Ask a panel at an address; one whose answer comes after the filters changed is asked again.
   *
   * @param {HTMLElement} panel
   * @param {string} address
   */
  #askAt(panel, address) {
    panel.dataset.address = address;
    panel.dataset.waiting = "";
    panel.setAttribute("aria-busy", "true");
    this.#watch(panel);
  }

  /** @param {HTMLElement} panel */
  #watch(panel) {
    if (!("waiting" in panel.dataset)) return;
    this.#seen.unobserve(panel);
    this.#seen.observe(panel);
  }

  /** @param {IntersectionObserverEntry[]} entries */
  #near(entries) {
    for (const { isIntersecting, target } of entries) {
      if (isIntersecting && target instanceof HTMLElement && "waiting" in target.dataset)
        this.#enqueue(target);
    }
  }

  /** @param {HTMLElement} panel */
  #enqueue(panel) {
    delete panel.dataset.waiting;
    this.#seen.unobserve(panel);
    this.#queue.ask(panel.id, panel);
  }

  /** @param {HTMLElement} panel */
  async #load(panel) {
    if (!panel.isConnected) return;
    panel.setAttribute("hx-sync", "this:replace");
    const { address = "" } = panel.dataset;
    const place = placeIn(panel);
    /** @param {DocumentEventMap["htmx:before:swap"]} event */
    const note = ({ detail }) => detail.ctx?.target === panel && Object.assign(place, placeIn(panel));
    document.addEventListener("htmx:before:swap", note);
    await htmx.ajax("GET", address, { source: panel, target: panel, swap: "outerHTML" });
    document.removeEventListener("htmx:before:swap", note);
    const read = document.getElementById(panel.id);
    if (!read || read.ariaBusy) return;
    if (read !== panel && panel.dataset.address !== address) {
      this.#askAt(read, panel.dataset.address ?? "");
      return;
    }
    if (read !== panel) restore(read, place);
    read.dispatchEvent(new CustomEvent(DONE, { bubbles: true }));
  }

  /**
   * A refusal is a page of its own: here it is said in a few words, and a bar that fails stays as it was.
   *
   * @param {DocumentEventMap["htmx:before:swap"]} event
   */
  #refuseErrors(event) {
    const { target, response } = event.detail.ctx;
    if (!(target instanceof Node && this.#root.contains(target)) || (response?.raw.status ?? 0) < 400) return;
    event.preventDefault();
    this.#failed(target);
  }

  /** @param {unknown} target */
  #failed(target) {
    const panel = target instanceof Element && target.closest("[data-panel]");
    if (!panel) return;
    panel.removeAttribute("aria-busy");
    const words = document.createElement("p");
    words.textContent = this.#root.dataset.failed ?? "";
    const again = document.createElement("button");
    again.type = "button";
    again.className = "btn";
    again.dataset.again = "";
    again.textContent = this.#root.dataset.again ?? "";
    const fault = document.createElement("div");
    fault.className = "panel-fault";
    fault.setAttribute("role", "alert");
    fault.append(words, again);
    find(panel, ".panel-body").replaceChildren(fault);
  }

  /** @param {MouseEvent} event */
  #again(event) {
    const panel = closest(event, "[data-again]") && closest(event, "[data-panel]");
    if (!panel) return;
    event.preventDefault();
    panel.setAttribute("aria-busy", "true");
    this.#enqueue(panel);
  }
}

/**
 * Where the reader is in a panel: whether its table is unfolded, and what has the focus.
 *
 * @param {HTMLElement} panel
 * @returns {ReaderPlace}
 */
function placeIn(panel) {
  const isUnfolded = findOptional(panel, "details.panel-data", HTMLDetailsElement)?.open ?? false;
  const active = /** @type {HTMLElement | SVGElement | null} */ (document.activeElement);
  if (!active || !panel.contains(active)) return { isUnfolded, focus: null };
  const { filterField, filterValue, mark } = active.dataset;
  const { ariaLabel: label, localName: tag } = active;
  return { isUnfolded, focus: { filterField, filterValue, mark, label, tag } };
}

/**
 * Put the reader back where they were in a panel that was read again: on the same row or mark, or on the panel itself.
 *
 * @param {HTMLElement} panel
 * @param {ReaderPlace} place
 */
function restore(panel, { isUnfolded, focus }) {
  const table = findOptional(panel, "details.panel-data", HTMLDetailsElement);
  if (table) table.open = isUnfolded;
  if (!focus) return;
  const same = sameIn(panel, focus);
  if (!same) panel.tabIndex = -1;
  (same ?? panel).focus({ preventScroll: true });
  if (!same && focus.mark)
    panel.addEventListener("dashboard:drawn", () => backToMark(panel, focus), { once: true });
}

/**
 * The marks of a chart come after their panel: the reader who waits there goes back to theirs.
 *
 * @param {HTMLElement} panel
 * @param {FocusedPart} focus
 */
function backToMark(panel, focus) {
  if (document.activeElement === panel) sameIn(panel, focus)?.focus({ preventScroll: true });
}

/** @param {HTMLElement} panel @param {FocusedPart} focus */
function sameIn(panel, { filterField, filterValue, mark, label, tag }) {
  const parts = /** @type {NodeListOf<HTMLElement | SVGElement>} */ (panel.querySelectorAll(tag));
  return [...parts].find(({ dataset, ariaLabel }) => {
    if (mark) return dataset.mark === mark;
    return dataset.filterField === filterField && dataset.filterValue === filterValue && ariaLabel === label;
  });
}
