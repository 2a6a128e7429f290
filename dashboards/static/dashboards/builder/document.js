/** The document of a dashboard while it is made: each operation gives a new one and leaves the old as it was. Pure. */

export const COLUMNS = 12;
export const ROWS = 12;
const SIZE = { width: 4, height: 2 };
const LONGEST_ID = 60;
// Words of addresses, which no panel may take for its name (dashboards/documents/schema.py).
const RESERVED = new Set(
  (
    "apercu bibliotheque brouillon champs champs-communs couches document dupliquer ecran favori filtres html imprimer " +
    "integrer lecteurs miniature modeles modifier pdf publier reglages retirer supprimer texte valeurs versions"
  ).split(" "),
);

/** Every panel of the document, in order, includes left aside. */
export function panelsOf(document) {
  return document.sections.flatMap((section) => section.panels ?? []);
}

/** Where a panel is: its section, its rank there, and itself; null when there is none of that name. */
export function find(document, id) {
  for (const [section, { panels = [] }] of document.sections.entries()) {
    const rank = panels.findIndex((panel) => panel.id === id);
    if (rank >= 0) return { section, rank, panel: panels[rank] };
  }
  return null;
}

/** The size of a panel, as the grid draws it. */
export function sizeOf(panel) {
  return { width: panel.width ?? SIZE.width, height: panel.height ?? SIZE.height };
}

/** A name for addresses, made from words. */
export function slugOf(text) {
  const plain = text
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/œ/gi, "oe")
    .replace(/æ/gi, "ae")
    .toLowerCase();
  return (
    plain
      .replace(/[^a-z0-9]+/g, "-")
      .slice(0, LONGEST_ID - 4)
      .replace(/^-+|-+$/g, "") || ""
  );
}

/** The first of `wanted`, `wanted-2`, `wanted-3`… that nobody has and that is no word of addresses. */
export function freeName(taken, wanted) {
  const names = new Set([...taken, ...RESERVED]);
  let name = wanted;
  for (let count = 2; names.has(name); count += 1) name = `${wanted}-${count}`;
  return name;
}

/** A panel under a name of its own in the document. */
export function named(document, panel) {
  const { id, ...rest } = panel;
  const taken = panelsOf(document).map((other) => other.id);
  const wanted = slugOf(panel.title ?? "") || slugOf(id ?? "") || panel.kind || "panneau";
  return { id: freeName(taken, wanted.replace(/_/g, "-")), ...rest };
}

/** Put a panel at a place, `{ section, rank }`, by default the end of the last section that has panels of its own. */
export function addPanel(document, panel, place = endOf(document)) {
  return withPanels(document, place.section, (panels) => panels.toSpliced(place.rank, 0, panel));
}

/** The place after the last panel. */
export function endOf(document) {
  const section = document.sections.findLastIndex((part) => !part.include);
  return { section, rank: document.sections[section]?.panels.length ?? 0 };
}

/** Move a panel to a place, counted while it still stands where it was. */
export function movePanel(document, id, place) {
  const from = find(document, id);
  if (!from || document.sections[place.section]?.include) return document;
  const shift = from.section === place.section && from.rank < place.rank ? 1 : 0;
  if (from.section === place.section && from.rank === place.rank - shift) return document;
  return addPanel(removePanel(document, id), from.panel, {
    section: place.section,
    rank: place.rank - shift,
  });
}

/** Take a panel away. */
export function removePanel(document, id) {
  const { section } = find(document, id);
  return withPanels(document, section, (panels) => panels.filter((panel) => panel.id !== id));
}

/** Put a copy of a panel after it; `title` is that of the copy. Return the document and the name of the copy. */
export function duplicatePanel(document, id, title) {
  const { section, rank, panel } = find(document, id);
  const copy = named(document, { ...panel, ...(title ? { title } : {}) });
  return { document: addPanel(document, copy, { section, rank: rank + 1 }), id: copy.id };
}

/** Give a panel another size, within the grid. */
export function resizePanel(document, id, { width, height }) {
  const before = find(document, id).panel;
  const size = sizeOf(before);
  const next = {
    width: within(width ?? size.width, 1, COLUMNS),
    height: within(height ?? size.height, 1, ROWS),
  };
  if (next.width === size.width && next.height === size.height) return document;
  return replacePanel(document, id, { ...before, ...next });
}

/** The fields of a layer that panels name, as groups, measures, columns or series. */
export function fieldsUsed(document, layer) {
  const names = panelsOf(document)
    .filter(({ question }) => question?.layer === layer)
    .flatMap(({ question, options }) => [
      ...["by", "measures", "fields", "series"].flatMap((key) => question[key] ?? []),
      ...Object.values(options ?? {}).filter((value) => typeof value === "string"),
    ]);
  return new Set(names.map((name) => name.split(/[:.]/).at(-1)));
}

/** Put other values in place of those of a panel, which keeps its name. */
export function replacePanel(document, id, values) {
  const { section } = find(document, id);
  return withPanels(document, section, (panels) =>
    panels.map((panel) => (panel.id === id ? { ...values, id } : panel)),
  );
}

/** Write a value in a panel at a dotted path; an empty one takes the key away, and what it leaves empty. */
export function setInPanel(document, id, path, value) {
  const { panel } = find(document, id);
  return replacePanel(document, id, written(panel, path.split("."), value));
}

/** What a panel becomes when `before` was made `after` elsewhere, and some of its keys were changed here meanwhile. */
export function mergePanel(current, before, after) {
  const kept = { ...after };
  for (const name of new Set([...Object.keys(current), ...Object.keys(before)])) {
    if (JSON.stringify(current[name]) === JSON.stringify(before[name])) continue;
    if (name in current) kept[name] = current[name];
    else delete kept[name];
  }
  return kept;
}

/** The value of a panel at a dotted path. */
export function valueAt(panel, path) {
  return path.split(".").reduce((held, key) => held?.[key], panel);
}

function written(held, [key, ...rest], value) {
  const next = rest.length ? written(held?.[key] ?? {}, rest, value) : value;
  const { [key]: _old, ...others } = held ?? {};
  return isEmpty(next) ? others : { ...held, [key]: next };
}

function isEmpty(value) {
  if (value === undefined || value === null || value === "") return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === "object" && Object.keys(value).length === 0;
}

function withPanels(document, index, change) {
  const sections = document.sections.map((section, at) =>
    at === index ? { ...section, panels: change(section.panels ?? []) } : section,
  );
  return { ...document, sections };
}

function within(value, least, most) {
  return Math.min(Math.max(Math.round(value), least), most);
}
