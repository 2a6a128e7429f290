/**
 * A click on a mark, a row or a commune filters the page: the address changes, and the panels are asked again. A second
 * click takes the filter off, Escape the last one; the back button brings back what was.
 */
import htmx from "../../vendor/htmx/htmx.esm.min.js";
import { addressed, asking, isAsked, pageName, toggled, withoutLast } from "./state.js";

const TYPED = "input, select, textarea, [contenteditable]";
const FILTERING = "[data-filter-field], [data-filter-clears]";

/** Follow what is asked of `root`, a dashboard; `panels` are asked again at each change. */
export function followFilters(root, panels) {
  const filters = new Filters(root, panels);
  root.addEventListener("dashboard:filter", (event) => filters.mark(event));
  root.addEventListener("click", (event) => filters.click(event));
  root.addEventListener("submit", (event) => filters.submit(event));
  root.addEventListener("toggle", ({ target }) => filters.opened(target), true);
  root.addEventListener("dashboard:panel", ({ target }) => filters.light(target));
  root.addEventListener("dashboard:drawn", ({ target }) => filters.light(target));
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

  constructor(root, panels) {
    this.#root = root;
    this.#panels = panels;
  }

  get #search() {
    return globalThis.location.search;
  }

  /** Ask the page something else; the address says it. */
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
    const bar = this.#root.querySelector("#barre");
    if (!bar || !this.#root.dataset.bar) return;
    bar.setAttribute("hx-sync", "this:replace");
    const target = { source: bar, target: bar, swap: "outerHTML" };
    htmx.ajax("GET", addressed(this.#root.dataset.bar, this.#search), target).then(() => this.#say());
  }

  /**
   * A mark was chosen: `field` and `value` are those of the panel's rows, the page may call the field otherwise. `clears`
   * are fields that are no longer asked: what was chosen inside another part.
   */
  mark({ target, detail }) {
    const { field, value, adds = false, clears = [] } = detail;
    const names = namesOf(target);
    const bare = clears.reduce((search, name) => asking(search, pageName(name, names), []), this.#search);
    this.go(field ? toggled(bare, pageName(field, names), String(value), adds) : bare);
  }

  click(event) {
    const isElsewhere = event.ctrlKey || event.metaKey || event.shiftKey;
    const state = event.target.closest("a[data-state]");
    if (state && !isElsewhere) {
      event.preventDefault();
      this.go(new URL(state.href).search);
      state.closest("details[open]")?.removeAttribute("open");
      return;
    }
    const row = event.target.closest(FILTERING);
    if (!row) return;
    const link = event.target.closest("a, button, summary");
    if (link && !link.matches(FILTERING)) return;
    event.preventDefault();
    const { filterField: field, filterValue: value, filterClears = "" } = row.dataset;
    const clears = filterClears.split(" ").filter(Boolean);
    this.mark({ target: row, detail: { field, value, adds: isElsewhere, clears } });
  }

  submit(event) {
    const form = event.target.closest("form[data-filters]");
    if (!form) return;
    event.preventDefault();
    const given = new FormData(form);
    const name = form.dataset.filters;
    form.closest("details[open]")?.removeAttribute("open");
    if (name === "periode") {
      const [from, to] = [given.get("de"), given.get("a")];
      this.go(asking(this.#search, name, from || to ? [`${from || ".."}/${to || ".."}`] : []));
      return;
    }
    const search = asking(this.#search, name, []);
    const text = given.getAll(name).join(",");
    if (!text) return this.go(search);
    const parameters = new URLSearchParams(search);
    parameters.append(name, text);
    this.go(`?${parameters}`);
  }

  /** The values of a filter are asked when its menu opens, under what is asked then. */
  opened(menu) {
    if (!menu.open || !menu.dataset?.values) return;
    const target = menu.querySelector("[data-values-here]");
    htmx.ajax("GET", addressed(menu.dataset.values, this.#search), { source: target, target });
  }

  key(event) {
    if (event.key !== "Escape" || event.defaultPrevented || document.fullscreenElement) return;
    if (document.querySelector("details.drop[open], dialog[open]")) return;
    if (event.target.matches?.(TYPED)) return;
    this.go(withoutLast(this.#search));
  }

  /** Say which rows and which marks are asked, by more than a colour. */
  light(part) {
    for (const row of part.querySelectorAll("[data-filter-field]")) {
      const { filterField, filterValue } = row.dataset;
      const asked = this.#isAsked(row, filterField, filterValue);
      row.toggleAttribute("data-asked", asked);
      if (row.matches("a")) row.ariaCurrent = asked ? "true" : null;
      else if (row.matches("button")) row.ariaPressed = String(asked);
    }
    for (const mark of part.querySelectorAll("[data-mark]")) {
      mark.setAttribute("aria-pressed", this.#isAsked(mark, ...JSON.parse(mark.dataset.mark)));
    }
  }

  #isAsked(element, field, value) {
    const names = namesOf(element);
    return isAsked(this.#search, pageName(field, names), String(value));
  }

  #choices() {
    for (const box of this.#root.querySelectorAll("form[data-filters='commune'] input[type='checkbox']")) {
      box.checked = isAsked(this.#search, "commune", box.value);
    }
  }

  #say() {
    const said = this.#root.querySelector("[data-said]");
    const count = this.#root.querySelector(".filter-count");
    if (said && count) said.textContent = count.textContent.trim().replace(/\s+/g, " ");
  }
}

/** What the page calls the fields of the rows of an element's panel. */
function namesOf(element) {
  return JSON.parse(element.closest("[data-panel]")?.dataset.names ?? "{}");
}
