/** What is done to panels, by name: the toolbar, the keyboard and the outline ask the same. */
import {
  addPanel,
  duplicatePanel,
  endOf,
  find,
  movePanel,
  named,
  panelsOf,
  removePanel,
  resizePanel,
  sizeOf,
} from "./document.js";
import { stepped } from "./layout.js";
import { fill } from "./words.js";

const SIZES = { widen: ["width", 1], narrow: ["width", -1], heighten: ["height", 1], lower: ["height", -1] };
const MOVES = new Set(["left", "right", "up", "down"]);

/** Commands over the panels of a store; `limits` are how many panels and sections a dashboard has at most. */
export class PanelCommands {
  #store;
  #limits;

  constructor(store, limits) {
    this.#store = store;
    this.#limits = limits;
  }

  /** Do what a word says to a panel. */
  run(word, id) {
    const found = find(this.#store.document, id);
    if (!found) return;
    if (word in SIZES) this.#resizeBy(word, found.panel);
    else if (MOVES.has(word)) this.#step(word, found);
    else if (word === "duplicate") this.#duplicate(found.panel);
    else if (word === "remove") this.#remove(found);
    else if (word === "settings") this.#store.select(id, "settings");
  }

  /** Give a panel a size, in one step. */
  resize(id, size) {
    const { panel } = find(this.#store.document, id);
    const next = resizePanel(this.#store.document, id, size);
    const before = sizeOf(panel);
    const { width, height } = { ...before, ...size };
    let step = "resize";
    if (height === before.height) step = width > before.width ? "widen" : "narrow";
    else if (width === before.width) step = height > before.height ? "heighten" : "lower";
    if (this.#do(next, step, panel)) this.sayPlace(id, "sized");
  }

  /** Put a panel where it was dropped; `isRow` gives it a row of its own. */
  move(id, place, isRow = false) {
    const { document } = this.#store;
    const { panel } = find(document, id);
    const moved = movePanel(document, id, place);
    const next = isRow ? resizePanel(moved, id, { width: 12 }) : moved;
    if (this.#do(next, "move", panel)) this.sayPlace(id, "placed");
  }

  /** Add a new panel, at a place or at the end; it is then the chosen one. */
  add(values, place, { isRow = false, wants = "focus", name = "" } = {}) {
    if (this.#isFull(1)) return;
    if (values.library) this.#store.titles[`library ${values.library}`] ??= name;
    const { document } = this.#store;
    const panel = named(document, isRow ? { ...values, width: 12 } : values);
    if (this.#do(addPanel(document, panel, place ?? this.#after()), "add", panel)) {
      this.#store.select(panel.id, wants);
    }
  }

  /** Say where a panel stands, or how large it is. */
  sayPlace(id, words) {
    const { document, words: texts } = this.#store;
    const { section, rank, panel } = find(document, id);
    const { title, panels } = document.sections[section];
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

  #step(word, { section, rank, panel }) {
    const place = stepped(this.#store.document, { section, rank }, word);
    if (place) this.move(panel.id, place);
    else this.#store.say(fill(this.#store.words.said.edge, { panel: this.#store.nameOf(panel) }));
  }

  #resizeBy(word, panel) {
    const [axis, by] = SIZES[word];
    this.resize(panel.id, { [axis]: Math.max(sizeOf(panel)[axis] + by, 1) });
  }

  #duplicate(panel) {
    if (this.#isFull(1)) return;
    const title = panel.title && fill(this.#store.words.said.copy_of, { panel: panel.title });
    const { document, id } = duplicatePanel(this.#store.document, panel.id, title);
    if (this.#do(document, "duplicate", panel)) this.#store.select(id, "focus");
  }

  #remove({ section, rank, panel }) {
    const next = removePanel(this.#store.document, panel.id);
    const { panels } = next.sections[section];
    const neighbour = panels[Math.min(rank, panels.length - 1)]?.id ?? null;
    if (!this.#do(next, "remove", panel)) return;
    this.#store.select(neighbour, neighbour ? "focus" : "");
    offerUndo(this.#store, fill(this.#store.words.steps.remove, { panel: this.#store.nameOf(panel) }));
  }

  #after() {
    const found = this.#store.selected && find(this.#store.document, this.#store.selected);
    return found ? { section: found.section, rank: found.rank + 1 } : endOf(this.#store.document);
  }

  #isFull(more) {
    const isFull = panelsOf(this.#store.document).length + more > this.#limits.panels;
    return refused(this.#store, isFull, "full", this.#limits.panels);
  }

  #do(document, step, panel) {
    return this.#store.do(document, step, { panel: this.#store.nameOf(panel) });
  }
}

/** Offer to undo what has just taken something away. */
export function offerUndo(store, step) {
  store.dispatchEvent(new CustomEvent("undoable", { detail: step }));
}

/** Whether a dashboard is full; it is said then. */
export function refused(store, isFull, words, count) {
  const text = fill(store.words.said[words], { count });
  if (isFull) store.dispatchEvent(new CustomEvent("refused", { detail: text }));
  return isFull;
}

/** How large a panel is, in words. */
export function sizeWords(panel, words) {
  return fill(words.size, { columns: columnWords(panel, words), height: sizeOf(panel).height });
}

/** How wide a panel is, in words. */
export function columnWords(panel, words) {
  const { width } = sizeOf(panel);
  return width === 1 ? words.one_column : fill(words.columns, { width });
}
