/** The review of a delivery: a row is put in place without reading the page again; arrows, c and a in the table. */
import "../../publication/review/page.js";
import { closest, find, findAll, findOptional, isPlainClick } from "../../interface/dom.js";
import { drawChanges } from "./changes-map.js";

/** @import { ChangesMap, ReviewMapConfig } from "./changes-map.js" */

const configText = document.getElementById("review-map")?.textContent;
/** @type {ReviewMapConfig | null} */
const config = configText ? JSON.parse(configText) : null;
/** @type {ChangesMap | null} */
let changesMap = null;
let reading = new AbortController();

const table = findOptional(document, "[data-review-rows]");
const place = findOptional(document, "[data-review-detail]");
if (table && place) bindRows(table, place);
const dashboards = findOptional(document, "[data-review-part]");
if (dashboards) readPart(dashboards);
if (config)
  drawChanges(document, config, openRow)
    .then((map) => {
      changesMap = map;
      changesMap?.select(currentRow());
    })
    .catch(console.warn);

/**
 * Put a part that takes its time in place of the link to it, which stays where it cannot be read.
 *
 * @param {HTMLElement} part
 */
async function readPart(part) {
  const status = find(part, "[role=status]");
  status.hidden = false;
  try {
    const answer = await fetch(part.dataset.reviewPart ?? "", { headers: { "HX-Request": "true" } });
    if (!answer.ok) throw new Error(`${answer.status}`);
    const { head, body } = new DOMParser().parseFromString(await answer.text(), "text/html");
    part.replaceChildren(...head.childNodes, ...body.childNodes); // a sheet that comes first is in the head
  } catch (error) {
    console.warn(error);
    status.hidden = true;
  }
}

/** @param {HTMLElement} rows @param {HTMLElement} detail */
function bindRows(rows, detail) {
  for (const root of [rows, detail])
    root.addEventListener("click", (event) => {
      const link = closest(event, "[data-row-link], [data-row-step], [data-remark-link]", HTMLAnchorElement);
      if (!link || !isPlainClick(event)) return;
      event.preventDefault();
      const isRemark = "remarkLink" in link.dataset;
      const step = "rowStep" in link.dataset ? link.rel : "";
      readRow(link.href).then(() => {
        if (isRemark) focusRemark();
        else if (step) (findOptional(detail, `[rel=${step}]`) ?? find(detail, "#detail-title")).focus();
      });
    });
  rows.addEventListener("keydown", (event) => pressed(event, rows));
}

/**
 * What a key does while the focus is in the table.
 *
 * @param {KeyboardEvent} event
 * @param {HTMLElement} rows
 */
function pressed(event, rows) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  /** @type {Record<string, () => void>} */
  const actions = {
    ArrowDown: () => step(rows, 1),
    ArrowUp: () => step(rows, -1),
    c: focusRemark,
    a: focusAcceptance,
  };
  const action = actions[event.key];
  if (!action) return;
  event.preventDefault();
  action();
}

/** @param {HTMLElement} rows @param {number} by */
function step(rows, by) {
  const links = findAll(rows, "[data-row-link]", HTMLAnchorElement);
  const at = links.findIndex((link) => link.ariaCurrent === "true");
  const link = links[Math.min(Math.max(at + by, 0), links.length - 1)];
  link.focus();
  readRow(link.href);
}

function focusRemark() {
  findOptional(document, "#row-remark")?.focus();
}

/** Go to the first check that waits to be accepted, else to the button that publishes. */
function focusAcceptance() {
  const check = findOptional(document, "[data-review-check]");
  const fold = check?.closest("details");
  if (fold) fold.open = true;
  (fold ? find(fold, "textarea") : findOptional(document, "[data-review-accept]"))?.focus();
}

/** @param {number} row */
function openRow(row) {
  const link = findOptional(document, `tr[data-row="${row}"] [data-row-link]`, HTMLAnchorElement);
  const search = new URLSearchParams(location.search);
  search.set("ligne", String(row));
  readRow(link?.href ?? `?${search}`);
}

/**
 * Put the detail of a row in place; where it cannot be read the whole page is.
 *
 * @param {string} address - of the page with this row
 */
async function readRow(address) {
  const { search } = new URL(address, location.href);
  const row = Number(new URLSearchParams(search).get("ligne"));
  markRow(row);
  reading.abort();
  reading = new AbortController();
  try {
    const answer = await fetch(`${location.pathname}ligne/${search}`, { signal: reading.signal });
    if (!answer.ok) throw new Error(`${answer.status}`);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    find(document, "[data-review-detail]").replaceChildren(...page.body.childNodes);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") return;
    location.assign(address);
    return;
  }
  history.replaceState(null, "", search);
  changesMap?.select(row);
}

/** @param {number} row */
function markRow(row) {
  for (const line of findAll(document, "tr[data-row]")) {
    const isCurrent = line.dataset.row === String(row);
    line.classList.toggle("on", isCurrent);
    const link = find(line, "[data-row-link]");
    if (isCurrent) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

function currentRow() {
  return Number(findOptional(document, "[data-review-detail] [data-row]")?.dataset.row);
}
