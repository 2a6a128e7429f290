/** The dashboard in the making: its document, its steps, the panel that is chosen. Others listen to what changes. */

import { History } from "../../interface/workshop/history.js";
import { find } from "./document.js";
import { fill } from "./words.js";

/** Tells `change` (the document), `select` (another panel is chosen), `say` (words to read aloud), `redraw`. */
export class Store extends EventTarget {
  #history;
  #selected = null;

  /** `titles` are those of included dashboards by name, and of library panels by `library {name}`. */
  constructor(document, words, titles = {}) {
    super();
    this.#history = new History(document);
    this.words = words;
    this.titles = titles;
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
    return this.#selected ? (find(this.document, this.#selected)?.panel ?? null) : null;
  }

  /** Do a step: `step` is its word, `names` what stands in its places; `onto` joins it to the one just before. */
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

  /** Choose a panel, or none; `wants` says what follows: the focus on it (`focus`), or on its settings (`settings`). */
  select(id, wants = "") {
    const isOther = id !== this.#selected;
    this.#selected = id;
    if (isOther || wants) this.dispatchEvent(new CustomEvent("select", { detail: { wants } }));
  }

  /** Read words aloud. */
  say(text) {
    this.dispatchEvent(new CustomEvent("say", { detail: text }));
  }

  /** What people call a panel. */
  nameOf(panel) {
    return panel.title || this.titles[`library ${panel.library}`] || this.words.said.unnamed;
  }

  /** What people call a section; an include is called after the dashboard that it comes from. */
  nameOfSection({ include, title }) {
    if (include) return fill(this.words.said.from, { dashboard: this.titles[include] ?? include });
    return title || this.words.said.unnamed_section;
  }

  #walked(step, words, none) {
    if (!step) {
      this.say(this.words.said[none]);
      return;
    }
    this.#changed();
    this.say(fill(this.words.said[words], { step }));
  }

  #changed() {
    if (this.#selected && !find(this.document, this.#selected)) this.select(null);
    this.dispatchEvent(new CustomEvent("change"));
  }
}
