/** The parts of the settings as tabs: each `section[data-tab]` is one, named by its label, with a count when it has one. */
import { tabLists } from "../../interface/controls/tabs.js";

/** The name of the chosen tab; null when there is none yet. */
export function chosenTab(place) {
  return place.querySelector('[role="tab"][aria-selected="true"]')?.dataset.of ?? null;
}

/** Draw the tabs of a form; `chosen` is the name of the one that shows, the first by default. */
export function drawTabs(place, chosen) {
  const sections = [...place.querySelectorAll("section[data-tab]")];
  if (!sections.length) return;
  const list = document.createElement("div");
  list.className = "builder-tabs";
  list.setAttribute("role", "tablist");
  list.dataset.tabs = "";
  list.setAttribute("aria-label", place.closest("aside").querySelector("h2").textContent);
  const shown = sections.some(({ dataset }) => dataset.tab === chosen) ? chosen : sections[0].dataset.tab;
  for (const section of sections) list.append(tab(section, section.dataset.tab === shown));
  place.prepend(list);
  tabLists(place);
}

function tab(section, isChosen) {
  const { tab: name, count } = section.dataset;
  const button = document.createElement("button");
  const label = section.getAttribute("aria-label");
  section.id ||= `reglage-volet-${name}`;
  section.setAttribute("role", "tabpanel");
  section.removeAttribute("aria-label");
  button.type = "button";
  button.id = `reglage-onglet-${name}`;
  button.dataset.of = name;
  button.textContent = count && count !== "0" ? `${label} (${count})` : label;
  button.setAttribute("role", "tab");
  button.setAttribute("aria-controls", section.id);
  button.setAttribute("aria-selected", String(isChosen));
  section.setAttribute("aria-labelledby", button.id);
  return button;
}
