/** What is done to panels, by name: the toolbar, the keyboard and the outline ask the same. */
import {
  addFilter,
  addInclude,
  addPanel,
  addSection,
  describe,
  describeSection,
  duplicatePanel,
  endOf,
  findPanel,
  movePanel,
  moveSection,
  named,
  panelsOf,
  removeFilter,
  removePanel,
  removeSection,
  resizePanel,
  sizeOf,
} from "./document.js";
import { stepped } from "./layout.js";
import { fill } from "./words.js";

/** @import { DashboardDocument, Include, NewPanel, NewSection, PageFilter, Panel, PanelPlace } from "./document.js" */
/** @import { Size } from "./document.js" */
/** @import { Direction } from "./layout.js" */
/** @import { Store } from "./store.js" */

/** @typedef {{ panels: number, sections: number }} Limits - how many a dashboard has at most */
/** @typedef {NonNullable<ReturnType<typeof findPanel>>} Position */

/** @type {Record<string, [keyof Size, number]>} */
const SIZES = { widen: ["width", 1], narrow: ["width", -1], heighten: ["height", 1], lower: ["height", -1] };
const MOVES = new Set(["left", "right", "up", "down"]);

/** Commands over the panels of a store; `limits` are how many panels and sections a dashboard has at most. */
export class PanelCommands {
  #store;
  #limits;

  /** @param {Store} store @param {Limits} limits */
  constructor(store, limits) {
    this.#store = store;
    this.#limits = limits;
  }

  /**
   * Do what a word says to a panel.
   *
   * @param {string} word
   * @param {string} id
   */
  run(word, id) {
    const position = findPanel(this.#store.document, id);
    if (!position) return;
    if (word in SIZES) this.#resizeBy(word, position.panel);
    else if (MOVES.has(word)) this.#step(/** @type {Direction} */ (word), position);
    else if (word === "duplicate") this.#duplicate(position.panel);
    else if (word === "remove") this.#remove(position);
    else if (word === "settings") this.#store.select(id, "settings");
  }

  /**
   * Give a panel a size, in one step.
   *
   * @param {string} id
   * @param {Partial<Size>} size
   */
  resize(id, size) {
    const panel = findPanel(this.#store.document, id)?.panel;
    if (!panel) return;
    const next = resizePanel(this.#store.document, id, size);
    const before = sizeOf(panel);
    const { width, height } = { ...before, ...size };
    let step = "resize";
    if (height === before.height) step = width > before.width ? "widen" : "narrow";
    else if (width === before.width) step = height > before.height ? "heighten" : "lower";
    if (this.#do(next, step, panel)) this.sayPlace(id, "sized");
  }

  /**
   * Put a panel where it was dropped; `isRow` gives it a row of its own.
   *
   * @param {string} id
   * @param {PanelPlace} place
   * @param {boolean} [isRow]
   */
  move(id, place, isRow = false) {
    const { document } = this.#store;
    const panel = findPanel(document, id)?.panel;
    if (!panel) return;
    const moved = movePanel(document, id, place);
    const next = isRow ? resizePanel(moved, id, { width: 12 }) : moved;
    if (this.#do(next, "move", panel)) this.sayPlace(id, "placed");
  }

  /**
   * Add a new panel, at a place or at the end; it is then the chosen one.
   *
   * @param {NewPanel} values
   * @param {PanelPlace} [place]
   * @param {{ isRow?: boolean, wants?: string, name?: string }} [options]
   */
  add(values, place, { isRow = false, wants = "focus", name = "" } = {}) {
    if (this.#isFull(1)) return;
    if (values.library) this.#store.titles[`library ${values.library}`] ??= name;
    const { document } = this.#store;
    const panel = named(document, isRow ? { ...values, width: 12 } : values);
    if (this.#do(addPanel(document, panel, place ?? this.#after()), "add", panel)) {
      this.#store.select(panel.id, wants);
    }
  }

  /**
   * Say where a panel stands, or how large it is.
   *
   * @param {string} id
   * @param {string} words
   */
  sayPlace(id, words) {
    const { document, words: texts } = this.#store;
    const position = findPanel(document, id);
    if (!position) return;
    const { section, rank, panel } = position;
    const { title, panels = [] } = document.sections[section];
    this.#store.say(
      fill(texts.said[words], {
        panel: this.#store.nameOf(panel),
        section: title || texts.said.unnamed_section,
        rank: rank + 1,
        count: panels.length,
        size: sizeWords(panel, texts.said),
      }),
    );
  }

  /** @param {Direction} word @param {Position} position */
  #step(word, { section, rank, panel }) {
    const place = stepped(this.#store.document, { section, rank }, word);
    if (place) this.move(panel.id, place);
    else this.#store.say(fill(this.#store.words.said.edge, { panel: this.#store.nameOf(panel) }));
  }

  /** @param {string} word @param {Panel} panel */
  #resizeBy(word, panel) {
    const [axis, by] = SIZES[word];
    this.resize(panel.id, { [axis]: Math.max(sizeOf(panel)[axis] + by, 1) });
  }

  /** @param {Panel} panel */
  #duplicate(panel) {
    if (this.#isFull(1)) return;
    const title = panel.title && fill(this.#store.words.said.copy_of, { panel: panel.title });
    const { document, id } = duplicatePanel(this.#store.document, panel.id, title);
    if (this.#do(document, "duplicate", panel)) this.#store.select(id, "focus");
  }

  /** @param {Position} position */
  #remove({ section, rank, panel }) {
    const next = removePanel(this.#store.document, panel.id);
    const { panels = [] } = next.sections[section];
    const neighbour = panels[Math.min(rank, panels.length - 1)]?.id ?? null;
    if (!this.#do(next, "remove", panel)) return;
    this.#store.select(neighbour, neighbour ? "focus" : "");
    offerUndo(this.#store, fill(this.#store.words.steps.remove, { panel: this.#store.nameOf(panel) }));
  }

  #after() {
    const selected = this.#store.selected && findPanel(this.#store.document, this.#store.selected);
    return selected ? { section: selected.section, rank: selected.rank + 1 } : endOf(this.#store.document);
  }

  /** @param {number} more */
  #isFull(more) {
    const isFull = panelsOf(this.#store.document).length + more > this.#limits.panels;
    return refused(this.#store, isFull, "full", this.#limits.panels);
  }

  /**
   * @param {DashboardDocument} document
   * @param {string} step
   * @param {Panel} panel
   */
  #do(document, step, panel) {
    return this.#store.do(document, step, { panel: this.#store.nameOf(panel) });
  }
}

/**
 * Offer to undo what has just taken something away.
 *
 * @param {Store} store
 * @param {string} step
 */
export function offerUndo(store, step) {
  store.announce("undoable", step);
}

/**
 * Whether a dashboard is full; it is said then.
 *
 * @param {Store} store
 * @param {boolean} isFull
 * @param {string} words
 * @param {number} count
 */
export function refused(store, isFull, words, count) {
  const text = fill(store.words.said[words], { count });
  if (isFull) store.announce("refused", text);
  return isFull;
}

/**
 * How large a panel is, in words.
 *
 * @param {Partial<Size>} panel
 * @param {Record<string, string>} words
 */
export function sizeWords(panel, words) {
  return fill(words.size, { columns: columnWords(panel, words), height: sizeOf(panel).height });
}

/**
 * How wide a panel is, in words.
 *
 * @param {Partial<Size>} panel
 * @param {Record<string, string>} words
 */
export function columnWords(panel, words) {
  const { width } = sizeOf(panel);
  return width === 1 ? words.one_column : fill(words.columns, { width });
}

/** Commands over the page of a store; `limits` are how many panels and sections a dashboard has at most. */
export class PageCommands {
  #store;
  #limits;

  /** @param {Store} store @param {Limits} limits */
  constructor(store, limits) {
    this.#store = store;
    this.#limits = limits;
  }

  /**
   * Add a section, whose panels and filters are added with it; `rank` is its place, by default the end.
   *
   * @param {NewSection} values
   * @param {number} [rank]
   * @param {PageFilter[]} [filters]
   */
  addSection(values, rank, filters = []) {
    const { words, document } = this.#store;
    const panels = panelsOf(document).length + (values.panels?.length ?? 0);
    if (
      this.#isFull("full", "panels", panels) ||
      this.#isFull("full_sections", "sections", this.#store.document.sections.length + 1)
    )
      return null;
    const { document: next, section } = addSection(document, values, rank);
    const filtered = filters.reduce((made, filter) => addFilter(made, filter), next);
    this.#store.do(filtered, "add_section", { section: section.title || words.said.unnamed_section });
    return section;
  }

  /**
   * Show the sections of another dashboard at a rank, by default the end.
   *
   * @param {Include} include
   * @param {string} name
   * @param {number} [rank]
   */
  addInclude(include, name, rank) {
    if (this.#isFull("full_sections", "sections", this.#store.document.sections.length + 1)) return;
    this.#store.titles[include.include] ??= name;
    this.#store.do(addInclude(this.#store.document, include, rank), "add_include", {
      section: name,
    });
  }

  /**
   * Write words of a section.
   *
   * @param {number} rank
   * @param {{ title?: string, text?: string }} values
   */
  describeSection(rank, values) {
    const step = "title" in values ? "rename_section" : "text_section";
    const next = describeSection(this.#store.document, rank, values);
    this.#store.do(next, step, {}, { onto: `${step}-${rank}`, isSilent: true });
  }

  /**
   * Move a section by one rank.
   *
   * @param {number} rank
   * @param {number} by
   */
  moveSection(rank, by) {
    this.#moveTo(rank, rank + by);
  }

  /**
   * Put a section where it was dropped: before the one of rank `to`, counted while it still stands where it was.
   *
   * @param {number} rank
   * @param {number} to
   */
  placeSection(rank, to) {
    this.#moveTo(rank, to > rank ? to - 1 : to);
  }

  /** @param {number} rank @param {number} to */
  #moveTo(rank, to) {
    this.#store.do(moveSection(this.#store.document, rank, to), "move_section", this.#section(rank));
  }

  /**
   * Take a section away.
   *
   * @param {number} rank
   */
  removeSection(rank) {
    const names = this.#section(rank);
    this.#store.do(removeSection(this.#store.document, rank), "remove_section", names);
    offerUndo(this.#store, fill(this.#store.words.steps.remove_section, names));
  }

  /**
   * Write what is said of the whole.
   *
   * @param {string} name
   * @param {string | number} value
   */
  describe(name, value) {
    const next = describe(this.#store.document, { [name]: value });
    this.#store.do(next, name, {}, { onto: name, isSilent: true });
  }

  /** @param {PageFilter} filter */
  addFilter(filter) {
    this.#store.do(addFilter(this.#store.document, filter), "add_filter", {
      filter: filter.title ?? filter.field,
    });
  }

  /** @param {{ field: string, title?: string }} filter */
  removeFilter({ field, title }) {
    this.#store.do(removeFilter(this.#store.document, field), "remove_filter", { filter: title || field });
  }

  /** @param {number} rank */
  #section(rank) {
    return { section: this.#store.nameOfSection(this.#store.document.sections[rank]) };
  }

  /**
   * @param {string} words
   * @param {keyof Limits} limit
   * @param {number} count
   */
  #isFull(words, limit, count) {
    return refused(this.#store, count > this.#limits[limit], words, this.#limits[limit]);
  }
}
