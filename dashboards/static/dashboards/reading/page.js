/** The page of a dashboard, and those that show it elsewhere: wiring, actions of panels, refresh. */
import "../maps/element.js";
import "../panels/element.js";
import { closest, find, findAll, findOptional } from "../../interface/dom.js";
import { followFilters } from "./filters.js";
import { openKiosk } from "./kiosk.js";
import { Panels } from "./panels.js";

const TYPED = "input, select, textarea, [contenteditable]";

const root = findOptional(document, "[data-dashboard]");
if (root) {
  const panels = new Panels(root);
  const filters = followFilters(root, panels);
  panelActions(root);
  if (root.dataset.kiosk) openKiosk(root, Number(root.dataset.kiosk));
  else endAtRows(root);
  refreshing(root, Number(root.dataset.refresh), () => filters.show());
}

/**
 * What a panel offers beside its chart: its table by one key, the whole screen.
 *
 * @param {HTMLElement} root
 */
function panelActions(root) {
  const reveal = () => {
    for (const button of findAll(root, "[data-full-screen]")) button.hidden = !document.fullscreenEnabled;
  };
  reveal();
  root.addEventListener("dashboard:panel", reveal);
  root.addEventListener("click", (event) => {
    if (closest(event, "[data-full-screen]")) closest(event, "[data-panel]")?.requestFullscreen();
  });
  // One key, and only while something of the panel has the focus (WCAG 2.1.4).
  root.addEventListener("keydown", (event) => {
    if (event.key !== "t" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target instanceof Element && event.target.matches(TYPED)) return;
    const panel = closest(event, "[data-panel]");
    const table = panel && findOptional(panel, "details.panel-data", HTMLDetailsElement);
    if (!table) return;
    event.preventDefault();
    table.open = !table.open;
    if (table.open) find(table, "summary").focus();
  });
}

/**
 * A dashboard that its authors want fresh: call `ask` every `seconds` while the page is seen; the button of `root`, if
 * any, suspends it.
 *
 * @param {HTMLElement} root
 * @param {number} seconds
 * @param {() => void} ask
 */
function refreshing(root, seconds, ask) {
  if (!(seconds > 0)) return;
  const button = findOptional(root, "[data-refresh-toggle]");
  let isOn = true;
  if (button) {
    const { pause = "", play = "" } = button.dataset;
    button.hidden = false;
    button.title = pause;
    button.addEventListener("click", () => {
      isOn = !isOn;
      button.title = isOn ? pause : play;
      find(button, "[data-label]").textContent = button.title;
      button.toggleAttribute("data-suspended", !isOn);
    });
  }
  setInterval(() => {
    if (isOn && !document.hidden) ask();
  }, seconds * 1000);
}

/**
 * End each table that scrolls in its panel at the last row that is whole, whatever the width of the page.
 *
 * @param {HTMLElement} root
 */
function endAtRows(root) {
  const end = (/** @type {HTMLElement} */ part) => {
    for (const scroll of findAll(part, ".panel-scroll")) endAtRow(scroll);
  };
  requestAnimationFrame(() => end(root));
  root.addEventListener("dashboard:panel", ({ target }) => target instanceof HTMLElement && end(target));
  root.addEventListener("toggle", ({ target }) => target instanceof HTMLElement && end(target), true);
  addEventListener("resize", () => requestAnimationFrame(() => end(root)));
}

/** @param {HTMLElement} scroll */
function endAtRow(scroll) {
  scroll.style.removeProperty("max-height");
  delete scroll.dataset.more;
  const { clientHeight, offsetHeight } = scroll;
  if (!clientHeight || scroll.scrollHeight <= clientHeight + 1) return;
  const top = scroll.getBoundingClientRect().top - scroll.scrollTop;
  const ends = findAll(scroll, "tbody > tr").map((row) => row.getBoundingClientRect().bottom - top);
  const last = ends.findLast((height) => height <= clientHeight);
  if (!last) return;
  scroll.style.setProperty("max-height", `${Math.ceil(last) + offsetHeight - clientHeight}px`);
  scroll.dataset.more = "";
}
