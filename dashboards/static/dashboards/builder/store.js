/** The dashboard in the making: its document, its steps, the panel that is chosen. Others listen to what changes. */

import { History } from "../../interface/workshop/history.js";
import { findPanel } from "./document.js";
import { fill } from "./words.js";

/** @import { DashboardDocument, Include, Panel, Section } from "./document.js" */
/** @import { BuilderWords } from "./words.js" */

/**
 * What a store announces, by name: the document is another one, another panel is chosen and what follows, words to read
 * aloud, what shows is to be drawn again, a step that may be undone, what was refused.
 *
 * @typedef {object} StoreEvents
 * @property {null} change
 * @property {{ wants: string }} select
 * @property {string} say
 * @property {null} redraw
 * @property {string} undoable
 * @property {string} refused
 */

/** @type {new () => TypedEventTarget<{ [Name in keyof StoreEvents]: CustomEvent<StoreEvents[Name]> }>} */
const StoreTarget = EventTarget;

/** A document, its steps and what is chosen in it; `StoreEvents` says what it announces. */
export class Store extends StoreTarget {
  #history;
  /** @type {string | null} */
  #selected = null;

  /**
   * `titles` are those of included dashboards by name, and of library panels by `library {name}`.
   *
   * @param {DashboardDocument} document
   * @param {BuilderWords} words
   * @param {Record<string, string>} [titles]
   */
  constructor(document, words, titles = {}) {
    super();
    this.#history = new History(document);
    this.words = words;
    this.titles = titles;
  }

  /**
   * @template {keyof StoreEvents} K
   * @param {K} name
   * @param {StoreEvents[K]} detail
   */
  announce(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  get document() {
    return this.#history.document;
  }

  get history() {
    return this.#history;
  }

  /** The name of the chosen panel, or null. */
  get selected() {
    return this.#selected;
  }

  /** The chosen panel, or null. */
  get panel() {
    return this.#selected ? (findPanel(this.document, this.#selected)?.panel ?? null) : null;
  }

  /**
   * Do a step: `step` is its word, `names` what stands in its places; `onto` joins it to the one just before.
   *
   * @param {DashboardDocument} document
   * @param {string} step
   * @param {Record<string, string>} [names]
   * @param {{ onto?: string, isSilent?: boolean }} [options]
   */
  do(document, step, names = {}, { onto = "", isSilent = false } = {}) {
    const name = fill(this.words.steps[step], names);
    if (!this.#history.push(document, name, { onto, at: performance.now() })) return false;
    this.#changed();
    if (!isSilent) this.say(fill(this.words.said.done, { step: name }));
    return true;
  }

  undo() {
    this.#walked(this.#history.undo(), "undone", "nothing_to_undo");
  }

  redo() {
    this.#walked(this.#history.redo(), "redone", "nothing_to_redo");
  }

  /**
   * Choose a panel, or none; `wants` says what follows: the focus on it (`focus`), or on its settings (`settings`).
   *
   * @param {string | null} id
   * @param {string} [wants]
   */
  select(id, wants = "") {
    const isOther = id !== this.#selected;
    this.#selected = id;
    if (isOther || wants) this.announce("select", { wants });
  }

  /**
   * Read words aloud.
   *
   * @param {string} text
   */
  say(text) {
    this.announce("say", text);
  }

  /**
   * What people call a panel.
   *
   * @param {Pick<Panel, "title" | "library">} panel
   */
  nameOf(panel) {
    return panel.title || this.titles[`library ${panel.library}`] || this.words.said.unnamed;
  }

  /**
   * What people call a section; an include is called after the dashboard that it comes from.
   *
   * @param {Section | Include} section
   */
  nameOfSection({ include, title }) {
    if (include) return fill(this.words.said.from, { dashboard: this.titles[include] ?? include });
    return title || this.words.said.unnamed_section;
  }

  /**
   * @param {string} step
   * @param {string} words
   * @param {string} none
   */
  #walked(step, words, none) {
    if (!step) {
      this.say(this.words.said[none]);
      return;
    }
    this.#changed();
    this.say(fill(this.words.said[words], { step }));
  }

  #changed() {
    if (this.#selected && !findPanel(this.document, this.#selected)) this.select(null);
    this.announce("change", null);
  }
}
