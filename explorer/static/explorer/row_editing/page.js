/** The page where rows are edited: wiring between the table, the panel, the map and what is sent. */

import { find, findOptional } from "../../interface/dom.js";
import { RowsGrid } from "./grid.js";
import { RowsMap } from "./map.js";
import { RowsPanel } from "./panel.js";
import { Sender } from "./sender.js";

/** @import { Answer } from "./sender.js" */
/** @import { LonLat } from "./shape.js" */

const root = find(document, "[data-rows]");
/** @type {Record<string, string>} */
const words = JSON.parse(find(document, "#rows-words", HTMLScriptElement).text);
const status = find(root, '.rows-status[data-part="status"]');
const sender = new Sender(root, words);
const map = new RowsMap(root.dataset.slug ?? "");
/** @type {RowsGrid | null} */
let grid = null;
/** @type {number | null} */
let open = null;

/** @param {string} text */
function say(text) {
  status.textContent = text;
}

/** Take the parts of an answer. @param {Answer} answer */
function take(answer) {
  const { page, isDone, faults } = answer;
  const message = findOptional(page, '[data-part="status"]');
  say(message?.textContent ?? faults.map(({ reason }) => reason).join(" "));
  const undo = findOptional(page, '[data-part="undo"]');
  if (undo) find(root, '[data-part="undo"]').replaceChildren(...document.importNode(undo, true).childNodes);
  for (const name of ["count", "all-rows"]) {
    const part = findOptional(page, `[data-part="${name}"]`);
    const own = findOptional(root, `[data-part="${name}"]`);
    if (part && own) own.textContent = part.textContent?.trim() ?? "";
  }
  const hasPanel = panel.take(page);
  if (!isDone) return;
  if (hasPanel && open !== null) grid?.settle(open);
  if (message?.hasAttribute("data-many")) return location.reload();
  grid?.take(page);
  map.refresh();
  if (!hasPanel) refreshForm(page);
}

/** Read the form that is open again after a change of its row elsewhere. @param {Document} page */
function refreshForm(page) {
  if (open === null || !panel.isOpen || panel.isDirty) return;
  if (page.querySelector(`[data-removed="${open}"]`)) panel.close();
  else if (page.querySelector(`#row-${open}`) && panel.address.endsWith(`/${open}/`)) {
    panel.open(panel.address, { isQuiet: true });
  }
}

/** @param {HTMLFormElement | null} form */
function showForm(form) {
  if (!form) return map.close();
  const former = open;
  open = form.dataset.pk ? Number(form.dataset.pk) : null;
  grid?.mark(open);
  const text = findOptional(form, "[data-geometry] textarea", HTMLTextAreaElement);
  const split = findOptional(root, "[data-split-form]", HTMLFormElement);
  /** @param {LonLat} at */
  const onSplit = (at) => {
    if (!split) return;
    find(split, "[name=position]", HTMLInputElement).value = at.join(",");
    split.hidden = false;
    split.scrollIntoView({ block: "nearest" });
    find(split, "input:not([type=hidden]), [type=submit]").focus();
  };
  map.open(open, text, {
    isLocked: form.hasAttribute("data-locked"),
    isFramed: open !== former || !map.isOpen,
    onSplit: split ? onSplit : null,
  });
}

const all = findOptional(root, "[data-all]", HTMLInputElement);
const isAll = () => all?.checked ?? false;

/** @param {number[]} pks */
function showSelection(pks) {
  const button = findOptional(root, "[data-several]");
  if (!button) return;
  button.hidden = pks.length === 0;
  find(button, "[data-several-words]").textContent = words.change.replace("{n}", String(pks.length));
  const row = findOptional(root, "[data-all-row]");
  const every = findOptional(root, "[data-select-page]", HTMLInputElement);
  if (row) row.hidden = !every?.checked;
  if (all && !every?.checked) all.checked = false;
  if (isAll()) find(button, "[data-several-words]").textContent = words.changeAll;
}

all?.addEventListener("change", () => showSelection(grid?.selected ?? []));

const panel = new RowsPanel(root, sender, words, {
  onAnswer: take,
  onForm: showForm,
  onClose: () => {
    const pk = open;
    open = null;
    grid?.mark(null);
    map.close();
    if (pk === null || !grid?.focus(pk)) find(root, "#lignes").focus({ preventScroll: true });
  },
  selected: () => grid?.selected ?? [],
  isAll,
  say,
});

/** @param {number} pk */
const addressOf = (pk) => new URL((root.dataset.row ?? "").replace("/0/", `/${pk}/`), location.href).href;

if (findOptional(root, "[data-body]")) {
  grid = new RowsGrid(root, sender, words, {
    onOpen: (address) => panel.open(address),
    onSelect: showSelection,
    onHover: (pk) => map.hover(pk),
    onAnswer: take,
    say,
  });
}
const configuration = findOptional(document, "#map-config", HTMLScriptElement);
if (configuration) {
  map
    .start(root, JSON.parse(configuration.text), words, (pk) => panel.open(addressOf(pk)))
    .then(() => {
      const form = findOptional(root, "[data-row-form]", HTMLFormElement);
      if (form) showForm(form);
      root.dataset.state = "ready";
    });
}
