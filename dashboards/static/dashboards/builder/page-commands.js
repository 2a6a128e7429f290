/** What is done to the page as a whole: its sections, includes, filters and words. */
import { panelsOf } from "./document.js";
import { offerUndo, refused } from "./panel-commands.js";
import {
  addFilter,
  addInclude,
  addSection,
  describe,
  describeSection,
  moveSection,
  removeFilter,
  removeSection,
} from "./sections.js";
import { fill } from "./words.js";

/** Commands over the page of a store; `limits` are how many panels and sections a dashboard has at most. */
export class PageCommands {
  #store;
  #limits;

  constructor(store, limits) {
    this.#store = store;
    this.#limits = limits;
  }

  /** Add a section, whose panels and filters are added with it; `rank` is its place, by default the end. */
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

  /** Show the sections of another dashboard at a rank, by default the end. */
  addInclude(include, name, rank) {
    if (this.#isFull("full_sections", "sections", this.#store.document.sections.length + 1)) return;
    this.#store.titles[include.include] ??= name;
    this.#store.do(addInclude(this.#store.document, include, rank), "add_include", {
      section: name,
    });
  }

  /** Write words of a section. */
  describeSection(rank, values) {
    const step = "title" in values ? "rename_section" : "text_section";
    const next = describeSection(this.#store.document, rank, values);
    this.#store.do(next, step, {}, { onto: `${step}-${rank}`, isSilent: true });
  }

  /** Move a section by one rank. */
  moveSection(rank, by) {
    this.#moveTo(rank, rank + by);
  }

  /** Put a section where it was dropped: before the one of rank `to`, counted while it still stands where it was. */
  placeSection(rank, to) {
    this.#moveTo(rank, to > rank ? to - 1 : to);
  }

  #moveTo(rank, to) {
    this.#store.do(moveSection(this.#store.document, rank, to), "move_section", this.#section(rank));
  }

  /** Take a section away. */
  removeSection(rank) {
    const names = this.#section(rank);
    this.#store.do(removeSection(this.#store.document, rank), "remove_section", names);
    offerUndo(this.#store, fill(this.#store.words.steps.remove_section, names));
  }

  /** Write what is said of the whole. */
  describe(name, value) {
    const next = describe(this.#store.document, { [name]: value });
    this.#store.do(next, name, {}, { onto: name, isSilent: true });
  }

  addFilter(filter) {
    this.#store.do(addFilter(this.#store.document, filter), "add_filter", {
      filter: filter.title ?? filter.field,
    });
  }

  removeFilter({ field, title }) {
    this.#store.do(removeFilter(this.#store.document, field), "remove_filter", { filter: title || field });
  }

  #section(rank) {
    return { section: this.#store.nameOfSection(this.#store.document.sections[rank]) };
  }

  #isFull(words, limit, count) {
    return refused(this.#store, count > this.#limits[limit], words, this.#limits[limit]);
  }
}
