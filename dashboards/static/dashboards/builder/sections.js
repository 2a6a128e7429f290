/** Sections, includes, filters and words of a dashboard while it is made: each operation gives a new document. Pure. */
import { freeName, named, panelsOf, slugOf } from "./document.js";

/** Put a section at a rank, under a name of its own; its panels are named too. Return the document and the section. */
export function addSection(document, { title = "", panels = [], ...rest }, rank = document.sections.length) {
  const taken = document.sections.map((section) => section.id).filter(Boolean);
  const id = freeName(taken, slugOf(title) || "section");
  const others = panelsOf(document);
  const own = [];
  for (const panel of panels) own.push(named({ sections: [{ panels: [...others, ...own] }] }, panel));
  const { id: _other, ...words } = rest;
  const section = { id, title, ...words, panels: own };
  return { document: withSections(document, (sections) => sections.toSpliced(rank, 0, section)), section };
}

/** Show the sections of another dashboard, `{ include, section? }`, at a rank. */
export function addInclude(document, include, rank = document.sections.length) {
  return withSections(document, (sections) => sections.toSpliced(rank, 0, include));
}

/** Write words of a section: `title`, which it always has, or `text`, which goes when it is empty. */
export function describeSection(document, rank, words) {
  return withSections(document, (sections) =>
    sections.map((section, at) => {
      if (at !== rank) return section;
      const { text, ...rest } = { ...section, ...words };
      const { panels, ...head } = rest;
      return text ? { ...head, text, panels } : rest;
    }),
  );
}

/** Move a section to another rank. */
export function moveSection(document, rank, to) {
  if (to < 0 || to >= document.sections.length || to === rank) return document;
  return withSections(document, (sections) => sections.toSpliced(rank, 1).toSpliced(to, 0, sections[rank]));
}

/** Take a section away with its panels. A dashboard keeps one at least: the last one is emptied. */
export function removeSection(document, rank) {
  const left = document.sections.toSpliced(rank, 1);
  const sections = left.length ? left : [{ id: "section", title: "", panels: [] }];
  return { ...document, sections };
}

/** Write what is said of the whole: `title`, `summary`, `refresh`; an empty value takes the key away. */
export function describe(document, words) {
  const kept = Object.entries({ ...document, ...words }).filter(
    ([name, value]) => name === "title" || (value !== "" && value !== 0 && value !== null),
  );
  return Object.fromEntries(kept);
}

/** The filters of the page, each with its field and its kind. */
export function filtersOf(document) {
  return (document.filters ?? []).map((entry) => (typeof entry === "string" ? plainFilter(entry) : entry));
}

function plainFilter(field) {
  return { field, kind: field === "commune" ? "commune" : "values" };
}

/** Let the page be filtered by a field, once. */
export function addFilter(document, filter) {
  if (filtersOf(document).some(({ field }) => field === filter.field)) return document;
  return { ...document, filters: [...(document.filters ?? []), filter] };
}

/** Filter the page by a field no more. */
export function removeFilter(document, field) {
  const filters = (document.filters ?? []).filter(
    (entry) => (typeof entry === "string" ? entry : entry.field) !== field,
  );
  const { filters: _before, ...rest } = document;
  return filters.length ? { ...document, filters } : rest;
}

function withSections(document, change) {
  return { ...document, sections: change(document.sections) };
}
