/**
 * A click on a mark, a row or a commune filters the page: the address changes, and the panels are asked again. A second
 * click takes the filter off, Escape the last one; the back button brings back what was.
 */
import { closest, find, findAll, findOptional } from "../../interface/dom.js";
import htmx from "../../vendor/htmx/htmx.esm.min.js";
import { addressed, isAsked, pageName, toggled, withoutLast, withValues } from "./state.js";

/** @import { Panels } from "./panels.js" */

const TYPED = "input, select, textarea, [contenteditable]";
const FILTERING = "[data-filter-field], [data-filter-clears]";

/**
 * Follow what is asked of `root`, a dashboard; `panels` are asked again at each change.
 *
 * @param {HTMLElement} root
 * @param {Panels} panels
 */
export function followFilters(root, panels) {
  const filters = new Filters(root, panels);
  root.addEventListener("dashboard:filter", (event) => filters.mark(event));
  root.addEventListener("click", (event) => filters.click(event));
  root.addEventListener("submit", (event) => filters.submit(event));
  root.addEventListener("toggle", ({ target }) => filters.opened(target), true);
  for (const name of /** @type {const} */ (["dashboard:panel", "dashboard:drawn"]))
    root.addEventListener(name, ({ target }) => target instanceof Element && filters.light(target));
  document.addEventListener("keydown", (event) => filters.key(event), true);
  globalThis.addEventListener("popstate", () => filters.show());
  filters.light(root);
  // A page whose features were counted before has its bar already.
  if (!root.querySelector("#barre[data-counted]")) filters.bar();
  return filters;
}

class Filters {
  #root;
  #panels;

  /** @param {HTMLElement} root @param {Panels} panels */
  constructor(root, panels) {
    this.#root = root;
    this.#panels = panels;
  }

  get #search() {
    return globalThis.location.search;
  }

  /**
   * Ask the page something else; the address says it.
   *
   * @param {string} search
   */
  go(search) {
    if (search === this.#search) return;
    globalThis.history.pushState(null, "", globalThis.location.pathname + search);
    this.show();
  }

  /** Show the page under the filters of its address. */
  show() {
    this.#panels.ask(this.#search);
    this.bar();
    this.#choices();
    this.light(this.#root);
  }

  /** Ask what is said of the filters and how many features answer. */
  bar() {
    const bar = findOptional(this.#root, "#barre");
    if (!bar || !this.#root.dataset.bar) return;
    bar.setAttribute("hx-sync", "this:replace");
    const target = { source: bar, target: bar, swap: "outerHTML" };
    htmx.ajax("GET", addressed(this.#root.dataset.bar, this.#search), target).then(() => this.#say());
  }

  /**
   * A mark was chosen: `field` and `value` are those of the panel's rows, the page may call the field otherwise. `clears`
   * are fields that are no longer asked: what was chosen inside another part.
   *
   * @param {{ target: EventTarget | null, detail: FilterChoice }} event
   */
  mark({ target, detail }) {
    const { field, value, adds = false, clears = [] } = detail;
    const names = target instanceof Element ? namesOf(target) : {};
    const bare = clears.reduce((search, name) => withValues(search, pageName(name, names), []), this.#search);
    this.go(field ? toggled(bare, pageName(field, names), String(value), adds) : bare);
  }

  /** @param {MouseEvent} event */
  click(event) {
    const isElsewhere = event.ctrlKey || event.metaKey || event.shiftKey;
    const state = closest(event, "a[data-state]", HTMLAnchorElement);
    if (state && !isElsewhere) {
      event.preventDefault();
      this.go(new URL(state.href).search);
      state.closest("details[open]")?.removeAttribute("open");
      return;
    }
    const row = closest(event, FILTERING, Element);
    if (!(row instanceof HTMLElement) && !(row instanceof SVGElement)) return;
    const link = closest(event, "a, button, summary", Element);
    if (link && !link.matches(FILTERING)) return;
    event.preventDefault();
    const { filterField: field, filterValue: value, filterClears = "" } = row.dataset;
    const clears = filterClears.split(" ").filter(Boolean);
    this.mark({ target: row, detail: { field, value, adds: isElsewhere, clears } });
  }

  /** @param {SubmitEvent} event */
  submit(event) {
    const form = closest(event, "form[data-filters]", HTMLFormElement);
    if (!form) return;
    event.preventDefault();
    const inputs = new FormData(form);
    const name = form.dataset.filters ?? "";
    form.closest("details[open]")?.removeAttribute("open");
    if (name === "periode") {
      const [from, to] = [inputs.get("de"), inputs.get("a")];
      this.go(withValues(this.#search, name, from || to ? [`${from || ".."}/${to || ".."}`] : []));
      return;
    }
    const search = withValues(this.#search, name, []);
    const text = inputs.getAll(name).join(",");
    if (!text) return this.go(search);
    const parameters = new URLSearchParams(search);
    parameters.append(name, text);
    this.go(`?${parameters}`);
  }

  /**
   * The values of a filter are asked when its menu opens, under what is asked then.
   *
   * @param {EventTarget | null} menu
   */
  opened(menu) {
    if (!(menu instanceof HTMLDetailsElement) || !menu.open || !menu.dataset.values) return;
    const target = find(menu, "[data-values-here]");
    htmx.ajax("GET", addressed(menu.dataset.values, this.#search), { source: target, target });
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.key !== "Escape" || event.defaultPrevented || document.fullscreenElement) return;
    if (document.querySelector("details.drop[open], dialog[open]")) return;
    if (event.target instanceof Element && event.target.matches(TYPED)) return;
    this.go(withoutLast(this.#search));
  }

  /**
   * Say which rows and which marks are asked, by more than a colour.
   *
   * @param {Element} part
   */
  light(part) {
    for (const row of marked(part, "[data-filter-field]")) {
      const { filterField = "", filterValue } = row.dataset;
      const isFiltered = this.#isAsked(row, filterField, filterValue);
      row.toggleAttribute("data-filtered", isFiltered);
      if (row.matches("a")) row.ariaCurrent = isFiltered ? "true" : null;
      else if (row.matches("button")) row.ariaPressed = String(isFiltered);
    }
    for (const mark of marked(part, "[data-mark]")) {
      /** @type {[field: string, value: unknown]} */
      const [field, value] = JSON.parse(mark.dataset.mark ?? "[]");
      mark.setAttribute("aria-pressed", String(this.#isAsked(mark, field, value)));
    }
  }

  /**
   * @param {Element} element
   * @param {string} field
   * @param {unknown} value
   */
  #isAsked(element, field, value) {
    const names = namesOf(element);
    return isAsked(this.#search, pageName(field, names), String(value));
  }

  #choices() {
    const boxes = "form[data-filters='commune'] input[type='checkbox']";
    for (const box of findAll(this.#root, boxes, HTMLInputElement)) {
      box.checked = isAsked(this.#search, "commune", box.value);
    }
  }

  #say() {
    const status = this.#root.querySelector("[data-message]");
    const count = this.#root.querySelector(".filter-count");
    if (status && count) status.textContent = count.textContent.trim().replace(/\s+/g, " ");
  }
}

/**
 * Rows of tables and marks of charts.
 *
 * @param {Element} part
 * @param {string} selector
 */
const marked = (part, selector) =>
  /** @type {NodeListOf<HTMLElement | SVGElement>} */ (part.querySelectorAll(selector));

/**
 * What the page calls the fields of the rows of an element's panel.
 *
 * @param {Element} element
 * @returns {Record<string, string>}
 */
function namesOf(element) {
  const panel = /** @type {HTMLElement | null} */ (element.closest("[data-panel]"));
  return JSON.parse(panel?.dataset.names ?? "{}");
}
