/** The page as a list: each section with its panels, moved, sized and taken away by buttons. */
import { sizeWords } from "./panel-commands.js";
import { kindIcon, part } from "./words.js";

/** Keep the list of `root` as the document of a store is, and run what its buttons ask. */
export function outline(root, store, panels, page) {
  const tab = root.closest("[role=tabpanel]");
  const draw = () => {
    if (tab.hidden) return;
    const held = placeOf(document.activeElement);
    root.replaceChildren(...store.document.sections.map((section, rank) => sectionRow(store, section, rank)));
    focusAgain(root, held);
  };
  // A list that does not show costs nothing; it is drawn when its tab opens.
  new MutationObserver(draw).observe(tab, { attributes: true, attributeFilter: ["hidden"] });
  store.addEventListener("change", draw);
  store.addEventListener("select", draw);
  root.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    const panel = button?.closest("[data-outline-panel]")?.dataset.outlinePanel;
    if (panel && button.dataset.do) panels.run(button.dataset.do, panel);
    else if (panel) store.select(panel, "settings");
    else if (button) sectionAction(page, button);
  });
}

function sectionAction(page, button) {
  const rank = Number(button.closest("[data-outline-section]").dataset.outlineSection);
  if ("sectionUp" in button.dataset) page.moveSection(rank, -1);
  else if ("sectionDown" in button.dataset) page.moveSection(rank, 1);
  else if ("sectionRemove" in button.dataset) page.removeSection(rank);
}

function sectionRow(store, section, rank) {
  const row = part("outline-section");
  row.dataset.outlineSection = rank;
  row.querySelector("[data-name]").textContent = store.nameOfSection(section);
  const last = store.document.sections.length - 1;
  row.querySelector("[data-section-up]").setAttribute("aria-disabled", String(rank === 0));
  row.querySelector("[data-section-down]").setAttribute("aria-disabled", String(rank === last));
  row.querySelector("[data-list]").append(...(section.panels ?? []).map((panel) => panelRow(store, panel)));
  return row;
}

function panelRow(store, panel) {
  const row = part("outline-panel");
  row.dataset.outlinePanel = panel.id;
  row.querySelector("[data-icon]").append(kindIcon(panel.kind));
  row.querySelector("[data-name]").textContent = store.nameOf(panel);
  row.querySelector("[data-size]").textContent = sizeWords(panel, store.words.said);
  if (panel.id === store.selected) {
    row.querySelector(".outline-row").classList.add("is-chosen");
    row.querySelector("[data-select]").setAttribute("aria-current", "true");
  }
  return row;
}

/** Which button of which row has the focus, so that it has it again in the list drawn anew. */
function placeOf(element) {
  const row = element?.closest?.("[data-outline-panel], [data-outline-section]");
  if (!row) return null;
  const buttons = [...row.querySelectorAll("button")];
  return { ...row.dataset, at: buttons.indexOf(element) };
}

function focusAgain(root, held) {
  if (!held) return;
  const { outlinePanel, outlineSection, at } = held;
  const row = outlinePanel
    ? root.querySelector(`[data-outline-panel="${outlinePanel}"]`)
    : root.querySelector(`[data-outline-section="${outlineSection}"]`);
  const button = row?.querySelectorAll("button")[at] ?? root.querySelector("button");
  button?.focus();
}
