/** The filters of the page in the head of the canvas: chips, and the choice of another field. */
import { filtersOf } from "./sections.js";
import { fill, part } from "./words.js";

/** Keep the chips of `root` as the document of a store has them; `common()` gives the fields that may be asked. */
export function pageFilters(root, store, page, common) {
  const list = root.querySelector("[data-filters]");
  const dialog = document.getElementById("filtre-de-page");
  const titles = new Map();
  const draw = () =>
    list.replaceChildren(...filtersOf(store.document).map((filter) => chip(store, filter, titles)));
  draw();
  store.addEventListener("change", draw);
  list.addEventListener("click", ({ target }) => {
    const field = target.closest("[data-remove-filter]")?.closest("[data-field]").dataset.field;
    if (!field) return;
    const filter = filtersOf(store.document).find((entry) => entry.field === field);
    page.removeFilter({ field, title: filter.title || titles.get(field) });
    root.querySelector("[data-add-filter]").focus();
  });
  root.querySelector("[data-add-filter]").addEventListener("click", async () => {
    const place = dialog.querySelector("[data-choices]");
    place.replaceChildren();
    dialog.showModal();
    place.setAttribute("aria-busy", "true");
    try {
      const fields = await common();
      for (const { field, title } of fields) titles.set(field, title);
      const asked = new Set(filtersOf(store.document).map(({ field }) => field));
      const left = fields.filter(({ field }) => !asked.has(field));
      place.replaceChildren(...left.map((field) => choice(store, field)));
      if (!left.length) place.append(said(store.words.saving.no_fields));
    } catch (error) {
      place.replaceChildren(said(error.told?.detail || store.words.saving.fragment_failed));
    }
    place.removeAttribute("aria-busy");
    place.querySelector("button")?.focus();
  });
  dialog.addEventListener("click", ({ target }) => {
    const chosen = target.closest("[data-choice]");
    if (!chosen) return;
    dialog.close();
    const { field, title, kind } = JSON.parse(chosen.dataset.choice);
    page.addFilter({ field, ...(title ? { title } : {}), kind });
  });
}

function chip(store, { field, title, kind }, titles) {
  const item = part("chip");
  item.dataset.field = field;
  const { commune, period } = store.words.saving;
  const plain = kind === "commune" ? commune : kind === "period" ? period : "";
  item.querySelector("[data-name]").textContent = title || titles.get(field) || plain || field;
  return item;
}

function choice(store, field) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn wide";
  button.dataset.choice = JSON.stringify(field);
  button.append(field.title);
  if (field.panels) {
    const note = document.createElement("small");
    note.className = "muted";
    const total = store.document.sections.flatMap(({ panels = [] }) => panels).length;
    note.textContent = fill(store.words.saving.in_panels, { count: field.panels, total });
    button.append(note);
  }
  item.append(button);
  return item;
}

function said(text) {
  const item = document.createElement("li");
  item.className = "muted small";
  item.textContent = text;
  return item;
}
