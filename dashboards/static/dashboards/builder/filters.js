/** The filters of the page in the head of the canvas: chips, and the choice of another field. */
import { closest, find } from "../../interface/dom.js";
import { filtersOf } from "./document.js";
import { problemOf } from "./server.js";
import { fill, part } from "./words.js";

/** @import { PageCommands } from "./commands.js" */
/** @import { PageFilter } from "./document.js" */
/** @import { Store } from "./store.js" */

/** @typedef {{ field: string, title: string, kind: string, panels?: number }} CommonField - how many panels have it */

/**
 * Keep the chips of `root` as the document of a store has them; `common()` gives the fields that may be asked.
 *
 * @param {HTMLElement} root
 * @param {Store} store
 * @param {PageCommands} page
 * @param {() => Promise<CommonField[]>} common
 */
export function pageFilters(root, store, page, common) {
  const list = find(root, "[data-filters]");
  const dialog = find(document, "#filtre-de-page", HTMLDialogElement);
  /** @type {Map<string, string>} */
  const titles = new Map();
  const draw = () =>
    list.replaceChildren(...filtersOf(store.document).map((filter) => chip(store, filter, titles)));
  draw();
  store.addEventListener("change", draw);
  const addButton = find(root, "[data-add-filter]");
  list.addEventListener("click", (event) => {
    const field = closest(event, "[data-remove-filter]") && closest(event, "[data-field]")?.dataset.field;
    if (!field) return;
    const filter = filtersOf(store.document).find((entry) => entry.field === field);
    page.removeFilter({ field, title: filter?.title || titles.get(field) });
    addButton.focus();
  });
  addButton.addEventListener("click", async () => {
    const list = find(dialog, "[data-choices]");
    list.replaceChildren();
    dialog.showModal();
    list.setAttribute("aria-busy", "true");
    try {
      const fields = await common();
      for (const { field, title } of fields) titles.set(field, title);
      const filtered = new Set(filtersOf(store.document).map(({ field }) => field));
      const left = fields.filter(({ field }) => !filtered.has(field));
      list.replaceChildren(...left.map((field) => choice(store, field)));
      if (!left.length) list.append(note(store.words.saving.no_fields));
    } catch (error) {
      list.replaceChildren(note(problemOf(error).detail || store.words.saving.fragment_failed));
    }
    list.removeAttribute("aria-busy");
    list.querySelector("button")?.focus();
  });
  dialog.addEventListener("click", (event) => {
    const chosen = closest(event, "[data-choice]")?.dataset.choice;
    if (!chosen) return;
    dialog.close();
    /** @type {CommonField} */
    const { field, title, kind } = JSON.parse(chosen);
    page.addFilter({ field, ...(title ? { title } : {}), kind });
  });
}

/**
 * @param {Store} store
 * @param {PageFilter} filter
 * @param {Map<string, string>} titles
 */
function chip(store, { field, title, kind }, titles) {
  const item = part("chip");
  item.dataset.field = field;
  const { commune, period } = store.words.saving;
  const plain = kind === "commune" ? commune : kind === "period" ? period : "";
  find(item, "[data-name]").textContent = title || titles.get(field) || plain || field;
  return item;
}

/** @param {Store} store @param {CommonField} field */
function choice(store, field) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn wide";
  button.dataset.choice = JSON.stringify(field);
  button.append(field.title);
  if (field.panels) {
    const count = document.createElement("small");
    count.className = "muted";
    const total = store.document.sections.flatMap(({ panels = [] }) => panels).length;
    count.textContent = fill(store.words.saving.in_panels, { count: field.panels, total });
    button.append(count);
  }
  item.append(button);
  return item;
}

/** @param {string} text */
function note(text) {
  const item = document.createElement("li");
  item.className = "muted small";
  item.textContent = text;
  return item;
}
