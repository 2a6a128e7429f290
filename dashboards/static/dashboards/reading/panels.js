/** The panels of a dashboard: each asks for itself when it is near the screen, and again when the filters change. */
import htmx from "../../vendor/htmx/htmx.esm.min.js";
import { addressed } from "./state.js";
import { Turns } from "./turns.js";

const NEAR = "400px";
// Each reads with several processes of the database: more of them at once would only delay the first. It is also what
// one reader has of the heavy lane: one question that runs and one that waits.
const TOGETHER = 2;
const DONE = "dashboard:panel";

/** Loads the panels of `root`, a dashboard; tells `dashboard:panel` on each that was read. */
export class Panels {
  #root;
  #seen;
  #turns = new Turns(TOGETHER, (panel) => this.#load(panel));

  constructor(root) {
    this.#root = root;
    this.#seen = new IntersectionObserver((entries) => this.#near(entries), { rootMargin: NEAR });
    for (const panel of this.all) this.#watch(panel);
    document.addEventListener("htmx:before:swap", (event) => this.#refuseErrors(event));
    document.addEventListener("htmx:error", ({ detail }) => this.#failed(detail.ctx?.target));
    root.addEventListener("click", (event) => this.#again(event));
  }

  /** Every panel of the page. */
  get all() {
    return [...this.#root.querySelectorAll("[data-panel]")];
  }

  /** Ask every panel again under other filters: those out of sight when they come near. */
  ask(search) {
    for (const panel of this.all) this.#askAt(panel, addressed(panel.dataset.address, search));
  }

  /** Ask a panel at an address; one whose answer comes after the filters changed is asked again. */
  #askAt(panel, address) {
    panel.dataset.address = address;
    panel.dataset.waiting = "";
    panel.setAttribute("aria-busy", "true");
    this.#watch(panel);
  }

  #watch(panel) {
    if (!("waiting" in panel.dataset)) return;
    this.#seen.unobserve(panel);
    this.#seen.observe(panel);
  }

  #near(entries) {
    for (const { isIntersecting, target } of entries) {
      if (isIntersecting && "waiting" in target.dataset) this.#queue(target);
    }
  }

  #queue(panel) {
    delete panel.dataset.waiting;
    this.#seen.unobserve(panel);
    this.#turns.ask(panel.id, panel);
  }

  async #load(panel) {
    if (!panel.isConnected) return;
    panel.setAttribute("hx-sync", "this:replace");
    const { address } = panel.dataset;
    const place = placeIn(panel);
    const note = ({ detail }) => detail.ctx?.target === panel && Object.assign(place, placeIn(panel));
    document.addEventListener("htmx:before:swap", note);
    await htmx.ajax("GET", panel.dataset.address, { source: panel, target: panel, swap: "outerHTML" });
    document.removeEventListener("htmx:before:swap", note);
    const read = document.getElementById(panel.id);
    if (!read || read.ariaBusy) return;
    if (read !== panel && panel.dataset.address !== address) {
      this.#askAt(read, panel.dataset.address);
      return;
    }
    if (read !== panel) restore(read, place);
    read.dispatchEvent(new CustomEvent(DONE, { bubbles: true }));
  }

  /** A refusal is a page of its own: here it is told in a few words, and a bar that fails stays as it was. */
  #refuseErrors(event) {
    const { ctx } = event.detail;
    if (!this.#root.contains(ctx?.target) || ctx.response.raw.status < 400) return;
    event.preventDefault();
    this.#failed(ctx.target);
  }

  #failed(target) {
    const panel = target?.closest?.("[data-panel]");
    if (!panel) return;
    panel.removeAttribute("aria-busy");
    const words = document.createElement("p");
    words.textContent = this.#root.dataset.failed;
    const again = document.createElement("button");
    again.type = "button";
    again.className = "btn";
    again.dataset.again = "";
    again.textContent = this.#root.dataset.again;
    const told = document.createElement("div");
    told.className = "panel-fault";
    told.setAttribute("role", "alert");
    told.append(words, again);
    panel.querySelector(".panel-body").replaceChildren(told);
  }

  #again(event) {
    const again = event.target.closest("[data-again]");
    const panel = again?.closest("[data-panel]");
    if (!panel) return;
    event.preventDefault();
    panel.setAttribute("aria-busy", "true");
    this.#queue(panel);
  }
}

/** Where the reader is in a panel: whether its table is unfolded, and what has the focus. */
function placeIn(panel) {
  const isUnfolded = panel.querySelector("details.panel-data")?.open ?? false;
  const active = document.activeElement;
  if (!panel.contains(active)) return { isUnfolded, focus: null };
  const { filterField, filterValue, mark } = active.dataset;
  const { ariaLabel: label, localName: tag } = active;
  return { isUnfolded, focus: { filterField, filterValue, mark, label, tag } };
}

/** Put the reader back where they were in a panel that was read again: on the same row or mark, or on the panel itself. */
function restore(panel, { isUnfolded, focus }) {
  const table = panel.querySelector("details.panel-data");
  if (table) table.open = isUnfolded;
  if (!focus) return;
  const same = sameIn(panel, focus);
  if (!same) panel.tabIndex = -1;
  (same ?? panel).focus({ preventScroll: true });
  if (!same && focus.mark)
    panel.addEventListener("dashboard:drawn", () => backToMark(panel, focus), { once: true });
}

/** The marks of a chart come after their panel: the reader who waits there goes back to theirs. */
function backToMark(panel, focus) {
  if (document.activeElement === panel) sameIn(panel, focus)?.focus({ preventScroll: true });
}

function sameIn(panel, { filterField, filterValue, mark, label, tag }) {
  return [...panel.querySelectorAll(tag)].find(({ dataset, ariaLabel }) => {
    if (mark) return dataset.mark === mark;
    return dataset.filterField === filterField && dataset.filterValue === filterValue && ariaLabel === label;
  });
}
