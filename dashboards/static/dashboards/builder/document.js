/** The document of a dashboard while it is made: each operation gives a new one and leaves the old as it was. Pure. */

/** A list of one name is written as this name alone (`dashboards/documents/writing.py`). @typedef {string | string[]} Names */
/** @typedef {{ layer: string, by?: Names, measures?: Names, fields?: Names, series?: Names }} Question */
/**
 * A panel as a document writes it, without what is a default: of a kind, or of the library under its name there.
 *
 * @typedef {object} Panel
 * @property {string} id
 * @property {string} [kind]
 * @property {string} [library]
 * @property {string} [title]
 * @property {number} [width] - in columns
 * @property {number} [height] - in rows
 * @property {Question} [question]
 * @property {Record<string, unknown>} [options]
 * @property {Record<string, unknown>} [notice]
 */
/** A panel that has no name yet. @typedef {Omit<Panel, "id"> & { id?: string }} NewPanel */
/** @typedef {{ id: string, title: string, text?: string, panels: Panel[], include?: undefined }} Section */
/**
 * The sections of another dashboard, or one of them.
 *
 * @typedef {object} Include
 * @property {string} include
 * @property {string} [section]
 * @property {undefined} [id]
 * @property {undefined} [title]
 * @property {undefined} [text]
 * @property {undefined} [panels]
 */
/** A section that has no name yet. @typedef {{ id?: string, title?: string, text?: string, panels?: NewPanel[] }} NewSection */
/** @typedef {{ field: string, kind: string, title?: string }} PageFilter */
/**
 * What a version of a dashboard keeps (`content_of` in `dashboards/documents/writing.py`).
 *
 * @typedef {object} DashboardDocument
 * @property {string} title
 * @property {string} [summary]
 * @property {number} [refresh] - in seconds
 * @property {(string | PageFilter)[]} [filters] - a field alone is filtered by its values
 * @property {Record<string, Record<string, string>>} [links]
 * @property {(Section | Include)[]} sections
 */
/** Where a panel goes: before the one of this rank in a section. @typedef {{ section: number, rank: number }} PanelPlace */
/** @typedef {{ width: number, height: number }} Size - in columns and rows */

export const COLUMNS = 12;
export const ROWS = 12;
const SIZE = { width: 4, height: 2 };
const LONGEST_ID = 60;
// Words of addresses, which no panel may take for its name (dashboards/documents/schema.py).
const RESERVED = new Set(
  (
    "apercu bibliotheque brouillon champs champs-communs couches document dupliquer ecran favori filtres finalite html imprimer " +
    "integrer lecteurs miniature modeles modifier pdf publier reglages retirer supprimer texte valeurs versions"
  ).split(" "),
);

/**
 * Every panel of the document, in order, includes left aside.
 *
 * @param {Pick<DashboardDocument, "sections">} document
 * @returns {Panel[]}
 */
export function panelsOf(document) {
  return document.sections.flatMap((section) => section.panels ?? []);
}

/**
 * Where a panel is: its section, its rank there, and itself; null when there is none of that name.
 *
 * @param {DashboardDocument} document
 * @param {string} id
 * @returns {{ section: number, rank: number, panel: Panel } | null}
 */
export function findPanel(document, id) {
  for (const [section, { panels = [] }] of document.sections.entries()) {
    const rank = panels.findIndex((panel) => panel.id === id);
    if (rank >= 0) return { section, rank, panel: panels[rank] };
  }
  return null;
}

/**
 * The size of a panel, as the grid draws it.
 *
 * @param {{ width?: number, height?: number }} panel
 * @returns {Size}
 */
export function sizeOf(panel) {
  return { width: panel.width ?? SIZE.width, height: panel.height ?? SIZE.height };
}

/**
 * A name for addresses, made from words.
 *
 * @param {string} text
 */
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

/**
 * The first of `wanted`, `wanted-2`, `wanted-3`… that nobody has and that is no word of addresses.
 *
 * @param {Iterable<string>} taken
 * @param {string} wanted
 */
export function freeName(taken, wanted) {
  const names = new Set([...taken, ...RESERVED]);
  let name = wanted;
  for (let count = 2; names.has(name); count += 1) name = `${wanted}-${count}`;
  return name;
}

/**
 * A panel under a name of its own in the document.
 *
 * @param {Pick<DashboardDocument, "sections">} document
 * @param {NewPanel} panel
 * @returns {Panel}
 */
export function named(document, panel) {
  const { id, ...rest } = panel;
  const taken = panelsOf(document).map((other) => other.id);
  const wanted = slugOf(panel.title ?? "") || slugOf(id ?? "") || panel.kind || "panneau";
  return { id: freeName(taken, wanted.replace(/_/g, "-")), ...rest };
}

/**
 * Put a panel at a place, `{ section, rank }`, by default the end of the last section that has panels of its own.
 *
 * @param {DashboardDocument} document
 * @param {Panel} panel
 * @param {PanelPlace} [place]
 */
export function addPanel(document, panel, place = endOf(document)) {
  return withPanels(document, place.section, (panels) => panels.toSpliced(place.rank, 0, panel));
}

/**
 * The place after the last panel.
 *
 * @param {DashboardDocument} document
 * @returns {PanelPlace}
 */
export function endOf(document) {
  const section = document.sections.findLastIndex((part) => !part.include);
  return { section, rank: document.sections[section]?.panels?.length ?? 0 };
}

/**
 * Move a panel to a place, counted while it still stands where it was.
 *
 * @param {DashboardDocument} document
 * @param {string} id
 * @param {PanelPlace} place
 */
export function movePanel(document, id, place) {
  const from = findPanel(document, id);
  if (!from || document.sections[place.section]?.include) return document;
  const shift = from.section === place.section && from.rank < place.rank ? 1 : 0;
  if (from.section === place.section && from.rank === place.rank - shift) return document;
  return addPanel(removePanel(document, id), from.panel, {
    section: place.section,
    rank: place.rank - shift,
  });
}

/**
 * Take a panel away.
 *
 * @param {DashboardDocument} document
 * @param {string} id
 */
export function removePanel(document, id) {
  const { section } = panelAt(document, id);
  return withPanels(document, section, (panels) => panels.filter((panel) => panel.id !== id));
}

/**
 * Put a copy of a panel after it; `title` is that of the copy. Return the document and the name of the copy.
 *
 * @param {DashboardDocument} document
 * @param {string} id
 * @param {string} [title]
 */
export function duplicatePanel(document, id, title) {
  const { section, rank, panel } = panelAt(document, id);
  const copy = named(document, { ...panel, ...(title ? { title } : {}) });
  return { document: addPanel(document, copy, { section, rank: rank + 1 }), id: copy.id };
}

/**
 * Give a panel another size, within the grid.
 *
 * @param {DashboardDocument} document
 * @param {string} id
 * @param {Partial<Size>} size
 */
export function resizePanel(document, id, { width, height }) {
  const before = panelAt(document, id).panel;
  const size = sizeOf(before);
  const next = {
    width: within(width ?? size.width, 1, COLUMNS),
    height: within(height ?? size.height, 1, ROWS),
  };
  if (next.width === size.width && next.height === size.height) return document;
  return replacePanel(document, id, { ...before, ...next });
}

/**
 * The fields of a layer that panels name, as groups, measures, columns or series.
 *
 * @param {DashboardDocument} document
 * @param {string} layer
 */
export function fieldsUsed(document, layer) {
  const names = panelsOf(document)
    .filter(({ question }) => question?.layer === layer)
    .flatMap(({ question, options }) => [
      ...[question?.by, question?.measures, question?.fields, question?.series].flatMap(
        (names) => names ?? [],
      ),
      ...Object.values(options ?? {}).filter((value) => typeof value === "string"),
    ]);
  return new Set(names.map((name) => name.split(/[:.]/).at(-1)));
}

/**
 * Put other values in place of those of a panel, which keeps its name.
 *
 * @param {DashboardDocument} document
 * @param {string} id
 * @param {NewPanel} values
 */
export function replacePanel(document, id, values) {
  const { section } = panelAt(document, id);
  return withPanels(document, section, (panels) =>
    panels.map((panel) => (panel.id === id ? { ...values, id } : panel)),
  );
}

/**
 * Write a value in a panel at a dotted path; an empty one takes the key away, and what it leaves empty.
 *
 * @param {DashboardDocument} document
 * @param {string} id
 * @param {string} path
 * @param {unknown} value
 */
export function setInPanel(document, id, path, value) {
  const { panel } = panelAt(document, id);
  return replacePanel(document, id, written({ ...panel }, path.split("."), value));
}

/**
 * What a panel becomes when `before` was made `after` elsewhere, and some of its keys were changed here meanwhile.
 *
 * @param {Panel} current
 * @param {Panel} before
 * @param {Panel} after
 * @returns {Panel}
 */
export function mergePanel(current, before, after) {
  /** @type {Record<string, unknown>} */
  const ours = { ...current };
  /** @type {Record<string, unknown>} */
  const theirs = { ...before };
  /** @type {Record<string, unknown>} */
  const merged = { ...after };
  for (const name of new Set([...Object.keys(current), ...Object.keys(before)])) {
    if (JSON.stringify(ours[name]) === JSON.stringify(theirs[name])) continue;
    if (name in current) merged[name] = ours[name];
    else delete merged[name];
  }
  return /** @type {Panel} */ (/** @type {unknown} */ (merged));
}

/**
 * The value of a panel at a dotted path.
 *
 * @param {Panel} panel
 * @param {string} path
 * @returns {unknown}
 */
export function valueAt(panel, path) {
  return path
    .split(".")
    .reduce(
      (value, key) => (value === undefined ? value : membersOf(value)[key]),
      /** @type {unknown} */ (panel),
    );
}

/** The members of a value, by name; none of a text or a number. @param {unknown} value @returns {Record<string, unknown>} */
const membersOf = (value) => ({ ...(typeof value === "object" ? value : {}) });

/**
 * @param {Record<string, unknown>} members
 * @param {string[]} path
 * @param {unknown} value
 * @returns {Record<string, unknown>}
 */
function written(members, [key, ...rest], value) {
  const next = rest.length ? written(membersOf(members[key]), rest, value) : value;
  const { [key]: _old, ...unchanged } = members;
  return isEmpty(next) ? unchanged : { ...members, [key]: next };
}

/** @param {unknown} value */
function isEmpty(value) {
  if (value === undefined || value === null || value === "") return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === "object" && Object.keys(value).length === 0;
}

/**
 * Where a panel is, which is there.
 *
 * @param {DashboardDocument} document
 * @param {string} id
 */
function panelAt(document, id) {
  const position = findPanel(document, id);
  if (!position) throw new Error(`no panel ${id}`);
  return position;
}

/**
 * @param {DashboardDocument} document
 * @param {number} index
 * @param {(panels: Panel[]) => Panel[]} change
 * @returns {DashboardDocument}
 */
function withPanels(document, index, change) {
  const sections = document.sections.map((section, at) =>
    at === index && section.include === undefined
      ? { ...section, panels: change(section.panels ?? []) }
      : section,
  );
  return { ...document, sections };
}

/**
 * @param {number} value
 * @param {number} least
 * @param {number} most
 */
function within(value, least, most) {
  return Math.min(Math.max(Math.round(value), least), most);
}

/**
 * Put a section at a rank, under a name of its own; its panels are named too. Return the document and the section.
 *
 * @param {DashboardDocument} document
 * @param {NewSection} values
 * @param {number} [rank]
 * @returns {{ document: DashboardDocument, section: Section }}
 */
export function addSection(document, { title = "", panels = [], ...rest }, rank = document.sections.length) {
  const taken = document.sections.flatMap((section) => section.id ?? []);
  const id = freeName(taken, slugOf(title) || "section");
  const before = panelsOf(document);
  /** @type {Panel[]} */
  const own = [];
  for (const panel of panels)
    own.push(named({ sections: [{ id, title, panels: [...before, ...own] }] }, panel));
  const { id: _before, ...words } = rest;
  const section = { id, title, ...words, panels: own };
  return { document: withSections(document, (sections) => sections.toSpliced(rank, 0, section)), section };
}

/**
 * Show the sections of another dashboard, `{ include, section? }`, at a rank.
 *
 * @param {DashboardDocument} document
 * @param {Include} include
 * @param {number} [rank]
 */
export function addInclude(document, include, rank = document.sections.length) {
  return withSections(document, (sections) => sections.toSpliced(rank, 0, include));
}

/**
 * Write words of a section: `title`, which it always has, or `text`, which goes when it is empty.
 *
 * @param {DashboardDocument} document
 * @param {number} rank
 * @param {{ title?: string, text?: string }} words
 */
export function describeSection(document, rank, words) {
  return withSections(document, (sections) =>
    sections.map((section, at) => {
      if (at !== rank || section.include !== undefined) return section;
      const { text, ...rest } = { ...section, ...words };
      const { panels, ...head } = rest;
      return text ? { ...head, text, panels } : rest;
    }),
  );
}

/**
 * Move a section to another rank.
 *
 * @param {DashboardDocument} document
 * @param {number} rank
 * @param {number} to
 */
export function moveSection(document, rank, to) {
  if (to < 0 || to >= document.sections.length || to === rank) return document;
  return withSections(document, (sections) => sections.toSpliced(rank, 1).toSpliced(to, 0, sections[rank]));
}

/**
 * Take a section away with its panels. A dashboard keeps one at least: the last one is emptied.
 *
 * @param {DashboardDocument} document
 * @param {number} rank
 */
export function removeSection(document, rank) {
  const left = document.sections.toSpliced(rank, 1);
  const sections = left.length ? left : [{ id: "section", title: "", panels: [] }];
  return { ...document, sections };
}

/**
 * Write what is said of the whole: `title`, `summary`, `refresh`; an empty value takes the key away.
 *
 * @param {DashboardDocument} document
 * @param {{ title?: string, summary?: string, refresh?: number }} words
 * @returns {DashboardDocument}
 */
export function describe(document, words) {
  const entries = Object.entries({ ...document, ...words }).filter(
    ([name, value]) => name === "title" || (value !== "" && value !== 0 && value !== null),
  );
  return /** @type {DashboardDocument} */ (/** @type {unknown} */ (Object.fromEntries(entries)));
}

/**
 * The filters of the page, each with its field and its kind.
 *
 * @param {DashboardDocument} document
 * @returns {PageFilter[]}
 */
export function filtersOf(document) {
  return (document.filters ?? []).map((entry) => (typeof entry === "string" ? plainFilter(entry) : entry));
}

/** @param {string} field */
function plainFilter(field) {
  return { field, kind: field === "commune" ? "commune" : "values" };
}

/**
 * Let the page be filtered by a field, once.
 *
 * @param {DashboardDocument} document
 * @param {PageFilter} filter
 */
export function addFilter(document, filter) {
  if (filtersOf(document).some(({ field }) => field === filter.field)) return document;
  return { ...document, filters: [...(document.filters ?? []), filter] };
}

/**
 * Filter the page by a field no more.
 *
 * @param {DashboardDocument} document
 * @param {string} field
 * @returns {DashboardDocument}
 */
export function removeFilter(document, field) {
  const filters = (document.filters ?? []).filter(
    (entry) => (typeof entry === "string" ? entry : entry.field) !== field,
  );
  const { filters: _before, ...rest } = document;
  return filters.length ? { ...document, filters } : rest;
}

/**
 * @param {DashboardDocument} document
 * @param {(sections: DashboardDocument["sections"]) => DashboardDocument["sections"]} change
 * @returns {DashboardDocument}
 */
function withSections(document, change) {
  return { ...document, sections: change(document.sections) };
}
