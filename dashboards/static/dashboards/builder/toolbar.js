/** The buttons of the builder: steps, tools of panels and sections, what is added, the parts of a small screen. */

import { closest, find, findAll, findOptional, isPlainClick } from "../../interface/dom.js";
import { sizeWords } from "./commands.js";
import { findPanel } from "./document.js";
import { problemOf } from "./server.js";
import { fill, kindIcon, part } from "./words.js";

/** @import { Canvas } from "./canvas.js" */
/** @import { PageCommands, PanelCommands } from "./commands.js" */
/** @import { Include, Panel, Section } from "./document.js" */
/** @import { Saver } from "./saving.js" */
/** @import { Server } from "./server.js" */
/** @import { Store } from "./store.js" */

/**
 * What the buttons of the page act on.
 *
 * @typedef {object} BuilderParts
 * @property {Canvas} canvas
 * @property {PanelCommands} panels
 * @property {PageCommands} page
 * @property {Saver} saver
 * @property {Server} server
 * @property {Record<string, string>} addresses
 * @property {string} textKind
 */

/**
 * Follow the buttons of `root`.
 *
 * @param {HTMLElement} root
 * @param {Store} store
 * @param {BuilderParts} parts
 */
export function followToolbar(root, store, { canvas, panels, page, saver, server, addresses, textKind }) {
  const steps = { undo: find(root, "[data-undo]"), redo: find(root, "[data-redo]") };
  const draw = () => {
    nameStep(steps.undo, store.history.undoes, store.words.said, "undo", "nothing_to_undo");
    nameStep(steps.redo, store.history.redoes, store.words.said, "redo", "nothing_to_redo");
  };
  draw();
  store.addEventListener("change", draw);
  steps.undo.addEventListener("click", () => store.undo());
  steps.redo.addEventListener("click", () => store.redo());

  const status = find(root, "[data-message]");
  store.addEventListener("say", ({ detail: text }) => {
    status.textContent = text;
  });
  store.addEventListener("refused", ({ detail: text }) => toast(text, "bad"));
  store.addEventListener("undoable", ({ detail: step }) => undoToast(store, step));

  root.addEventListener("click", (event) => {
    const button = closest(event, "button");
    if (!button) {
      choose(event, store);
      return;
    }
    const cell = closest(event, "[data-cell]")?.dataset.cell;
    const section = closest(event, "section");
    if (cell && button.dataset.do) act(button.dataset.do, cell, { canvas, panels, store, server, addresses });
    else if (section && button.closest(".canvas-section-head"))
      sectionTool(button, Number(section.dataset.rank), root, page);
    else other(button, { root, store, panels, page, textKind });
  });
  leaving(root, saver);
  showing(root, store);
  arrive(root, store);
}

/**
 * An address that names a panel or a section opens on it.
 *
 * @param {HTMLElement} root
 * @param {Store} store
 */
function arrive(root, store) {
  const [, kind, name] = location.hash.match(/^#(panneau|section)-(.+)$/) ?? [];
  if (kind === "panneau" && findPanel(store.document, name)) store.select(name, "focus");
  const rank = store.document.sections.findIndex(({ id }) => kind === "section" && id === name);
  if (rank >= 0) root.querySelector(`section[data-rank="${rank}"]`)?.scrollIntoView();
}

/**
 * Say what a button undoes or does again; it is disabled where there is nothing.
 *
 * @param {HTMLElement} button
 * @param {string} step
 * @param {Record<string, string>} words
 * @param {string} name
 * @param {string} none
 */
function nameStep(button, step, words, name, none) {
  const text = step ? fill(words[name], { step }) : words[none];
  find(button, "[data-name]").textContent = text;
  button.title = text;
  button.setAttribute("aria-disabled", String(!step));
}

/**
 * A click on a panel chooses it, one beside every panel chooses none.
 *
 * @param {MouseEvent} event
 * @param {Store} store
 */
function choose(event, store) {
  const cell = closest(event, "[data-cell]");
  if (cell) store.select(cell.dataset.cell ?? null);
  else if (closest(event, "[data-canvas-pane]") && !closest(event, "input, textarea, a")) store.select(null);
}

/**
 * @param {string} word
 * @param {string} id
 * @param {Pick<BuilderParts, "canvas" | "panels" | "server" | "addresses"> & { store: Store }} parts
 */
function act(word, id, { canvas, panels, store, server, addresses }) {
  if (word === "keep" && store.panel) keep(store.panel, { store, server, addresses });
  else if (word === "again") canvas.cell(id)?.refresh();
  else panels.run(word, id);
}

/**
 * Keep a panel in the library, under its title.
 *
 * @param {Panel} panel
 * @param {Pick<BuilderParts, "server" | "addresses"> & { store: Store }} parts
 */
async function keep(panel, { store, server, addresses }) {
  const { id: _id, width: _width, height: _height, ...values } = panel;
  try {
    await server.form(addresses.library, { title: store.nameOf(panel), panel: JSON.stringify(values) });
    toast(fill(store.words.saving.in_library, { panel: store.nameOf(panel) }), "good");
  } catch (error) {
    toast(problemOf(error).detail || store.words.saving.change_failed, "bad");
  }
}

/**
 * @param {HTMLElement} button
 * @param {number} rank
 * @param {HTMLElement} root
 * @param {PageCommands} page
 */
function sectionTool(button, rank, root, page) {
  if ("sectionUp" in button.dataset) page.moveSection(rank, -1);
  else if ("sectionDown" in button.dataset) page.moveSection(rank, 1);
  else if ("sectionRemove" in button.dataset) {
    page.removeSection(rank);
    const next = findOptional(root, `section[data-rank="${rank}"] [data-section-remove]`);
    (next ?? find(root, "[data-new-section]")).focus();
  }
}

/**
 * @param {HTMLElement} button
 * @param {Pick<BuilderParts, "panels" | "page" | "textKind"> & { root: HTMLElement, store: Store }} parts
 */
function other(button, { root, store, panels, page, textKind }) {
  const { said } = store.words;
  if ("newSection" in button.dataset) {
    const section = page.addSection({ title: said.new_section });
    const rank = store.document.sections.length - 1;
    if (section) find(root, `section[data-rank="${rank}"] [data-rename]`).click();
  } else if ("newText" in button.dataset) {
    const text = {
      kind: textKind,
      title: said.new_text,
      width: 4,
      height: 2,
      options: { text: said.new_text },
    };
    panels.add(text, undefined, { wants: "settings" });
  } else if ("goModels" in button.dataset) {
    show(root, "sources");
    const tab = find(root, "#onglet-modeles");
    tab.click();
    tab.focus();
  } else if ("help" in button.dataset) find(document, "#raccourcis", HTMLDialogElement).showModal();
}

/** @param {string} text @param {string} kind */
function toast(text, kind) {
  document.dispatchEvent(new CustomEvent("portal:toast", { detail: { text, kind } }));
}

/**
 * What was taken away comes back by the button of its message.
 *
 * @param {Store} store
 * @param {string} step
 */
function undoToast(store, step) {
  toast(fill(store.words.said.done, { step }), "good");
  const message = document.querySelector("[data-toasts] .toast:last-of-type");
  if (!message) return;
  const undo = part("undo");
  const after = store.document;
  undo.addEventListener("click", () => {
    if (store.document === after) store.undo();
    message.remove();
  });
  find(message, "[data-text]").after(undo);
}

/**
 * A page that is left for another one waits for what is not saved yet.
 *
 * @param {HTMLElement} root
 * @param {Saver} saver
 */
function leaving(root, saver) {
  root.addEventListener("click", async (event) => {
    const link = closest(event, "a[data-leave]", HTMLAnchorElement);
    if (!link || saver.isSaved || !isPlainClick(event)) return;
    event.preventDefault();
    if (await saver.flush()) location.assign(link.href);
  });
}

/**
 * On a small screen one part is shown at a time.
 *
 * @param {HTMLElement} root
 * @param {Store} store
 */
function showing(root, store) {
  root.addEventListener("click", (event) => {
    const name = closest(event, "[data-show]")?.dataset.show;
    if (name) show(root, name);
  });
  store.addEventListener("select", ({ detail: { wants } }) => {
    if (wants === "settings") show(root, "settings");
    if (wants === "focus") show(root, "page");
  });
}

/** @param {HTMLElement} root @param {string} name */
function show(root, name) {
  root.dataset.pane = name;
  for (const button of findAll(root, "[data-show]")) {
    button.setAttribute("aria-pressed", String(button.dataset.show === name));
  }
}

/**
 * Keep the list of `root` as the document of a store is, and run what its buttons ask.
 *
 * @param {HTMLElement} root
 * @param {Store} store
 * @param {PanelCommands} panels
 * @param {PageCommands} page
 */
export function outline(root, store, panels, page) {
  const tab = /** @type {HTMLElement | null} */ (root.closest("[role=tabpanel]"));
  if (!tab) throw new Error("the outline is in no tab");
  const draw = () => {
    if (tab.hidden) return;
    const focused = placeOf(document.activeElement);
    root.replaceChildren(...store.document.sections.map((section, rank) => sectionRow(store, section, rank)));
    focusAgain(root, focused);
  };
  // A list that does not show costs nothing; it is drawn when its tab opens.
  new MutationObserver(draw).observe(tab, { attributes: true, attributeFilter: ["hidden"] });
  store.addEventListener("change", draw);
  store.addEventListener("select", draw);
  root.addEventListener("click", (event) => {
    const button = closest(event, "button");
    if (!button) return;
    const panel = closest(event, "[data-outline-panel]")?.dataset.outlinePanel;
    const section = closest(event, "[data-outline-section]")?.dataset.outlineSection;
    if (panel && button.dataset.do) panels.run(button.dataset.do, panel);
    else if (panel) store.select(panel, "settings");
    else sectionAction(page, button, Number(section));
  });
}

/** @param {PageCommands} page @param {HTMLElement} button @param {number} rank */
function sectionAction(page, button, rank) {
  if ("sectionUp" in button.dataset) page.moveSection(rank, -1);
  else if ("sectionDown" in button.dataset) page.moveSection(rank, 1);
  else if ("sectionRemove" in button.dataset) page.removeSection(rank);
}

/**
 * @param {Store} store
 * @param {Section | Include} section
 * @param {number} rank
 */
function sectionRow(store, section, rank) {
  const row = part("outline-section");
  row.dataset.outlineSection = String(rank);
  find(row, "[data-name]").textContent = store.nameOfSection(section);
  const last = store.document.sections.length - 1;
  find(row, "[data-section-up]").setAttribute("aria-disabled", String(rank === 0));
  find(row, "[data-section-down]").setAttribute("aria-disabled", String(rank === last));
  find(row, "[data-list]").append(...(section.panels ?? []).map((panel) => panelRow(store, panel)));
  return row;
}

/** @param {Store} store @param {Panel} panel */
function panelRow(store, panel) {
  const row = part("outline-panel");
  row.dataset.outlinePanel = panel.id;
  find(row, "[data-icon]").append(kindIcon(panel.kind));
  find(row, "[data-name]").textContent = store.nameOf(panel);
  find(row, "[data-size]").textContent = sizeWords(panel, store.words.said);
  if (panel.id === store.selected) {
    find(row, ".outline-row").classList.add("is-chosen");
    find(row, "[data-select]").setAttribute("aria-current", "true");
  }
  return row;
}

/**
 * Which button of which row has the focus, so that it has it again in the list drawn anew.
 *
 * @param {Element | null} element
 */
function placeOf(element) {
  const row = /** @type {HTMLElement | null | undefined} */ (
    element?.closest("[data-outline-panel], [data-outline-section]")
  );
  if (!row) return null;
  const { outlinePanel, outlineSection } = row.dataset;
  return {
    outlinePanel,
    outlineSection,
    at: findAll(row, "button").indexOf(/** @type {HTMLElement} */ (element)),
  };
}

/** @param {HTMLElement} root @param {ReturnType<typeof placeOf>} focused */
function focusAgain(root, focused) {
  if (!focused) return;
  const { outlinePanel, outlineSection, at } = focused;
  const row = outlinePanel
    ? root.querySelector(`[data-outline-panel="${outlinePanel}"]`)
    : root.querySelector(`[data-outline-section="${outlineSection}"]`);
  const button = row?.querySelectorAll("button")[at] ?? root.querySelector("button");
  button?.focus();
}
