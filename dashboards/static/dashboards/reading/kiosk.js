/** A kiosk, the screen of a hall: sections in turn, and panels as large as their cells. */
import { closest, find, findAll } from "../../interface/dom.js";

/**
 * A kiosk, the screen of a hall: the sections of `root` in turn, each for `seconds`, until somebody pauses it
 * (WCAG 2.2.2); still at first where people ask for it.
 *
 * @param {HTMLElement} root
 * @param {number} seconds
 */
export function openKiosk(root, seconds) {
  const sections = findAll(root, ".dashboard-section");
  if (!sections.length) return;
  const pause = find(root, "[data-kiosk-pause]");
  let current = 0;
  let isOn = sections.length > 1 && !matchMedia("(prefers-reduced-motion: reduce)").matches;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  /** @param {number} number */
  const show = (number) => {
    current = (number + sections.length) % sections.length;
    for (const [index, section] of sections.entries()) section.hidden = index !== current;
    fill(sections[current]);
    plan();
  };
  const plan = () => {
    clearTimeout(timer);
    if (isOn) timer = setTimeout(() => show(current + 1), seconds * 1000);
    const { pause: toPause = "", play: toPlay = "" } = pause.dataset;
    find(pause, "[data-label]").textContent = isOn ? toPause : toPlay;
  };

  pause.addEventListener("click", () => {
    isOn = !isOn;
    plan();
  });
  find(root, "[data-kiosk-next]").addEventListener("click", () => show(current + 1));
  find(root, "[data-kiosk-previous]").addEventListener("click", () => show(current - 1));
  root.addEventListener("keydown", (event) => {
    if (closest(event, "[data-panel]")) return;
    if (event.key === "ArrowRight") show(current + 1);
    if (event.key === "ArrowLeft") show(current - 1);
  });
  root.addEventListener("dashboard:panel", () => fill(sections[current]));
  globalThis.addEventListener("resize", () => fill(sections[current]));
  find(root, "[data-kiosk-controls]").hidden = false;
  show(0);
}

const LARGEST = 1.6;
const STEP = 0.1;
const DRAWN = "panel-chart, .dashboard-map, .panel-figure";

// What is written larger is laid out again, sometimes a frame later: it shrinks until it is within its cell.
const sizes = new ResizeObserver((entries) => {
  requestAnimationFrame(() => {
    for (const body of new Set(entries.map(({ target }) => target.closest(".panel-body"))))
      if (body instanceof HTMLElement) shrink(body);
  });
});

/**
 * Write what is read of a section as large as its cells allow; charts, maps and figures fill theirs by themselves.
 *
 * @param {HTMLElement} section
 */
function fill(section) {
  for (const value of findAll(section, ".panel-value strong"))
    value.style.setProperty("--letters", String(value.textContent.trim().length));
  const isWide = getComputedStyle(section).overflow === "hidden";
  for (const body of findAll(section, ".panel-body")) {
    const [read] = findAll(body, ".panel-read");
    if (!read || body.querySelector(DRAWN)) continue;
    showRows(body);
    read.style.setProperty("zoom", String(isWide ? LARGEST : 1));
    for (const part of [read, ...read.children]) sizes.observe(part);
    requestAnimationFrame(() => shrink(body));
  }
}

/**
 * Write a panel smaller where a part of it is outside its cell, down to its usual size; then with fewer rows.
 *
 * @param {HTMLElement} body
 */
function shrink(body) {
  const [read] = findAll(body, ".panel-read");
  const zoom = Number(read?.style.zoom);
  if (!read || !zoom || isWhole(body)) return;
  if (zoom <= 1) {
    if (getComputedStyle(closestSection(body)).overflow === "hidden") cutRows(body, read);
    return;
  }
  read.style.setProperty("zoom", Math.max(zoom - STEP, 1).toFixed(1));
  requestAnimationFrame(() => shrink(body));
}

const ROWS = "tbody > tr, .panel-outline > li, .panel-due li, .tracking-cards > li";

/** @param {HTMLElement} body */
const closestSection = (body) => body.closest(".dashboard-section") ?? body;

/**
 * Leave the lowest rows out until the others are whole in their cell, and say how many they are.
 *
 * @param {HTMLElement} body
 * @param {HTMLElement} read
 */
function cutRows(body, read) {
  const rows = findAll(body, ROWS);
  if (!rows.length) return;
  let [more] = findAll(body, ".kiosk-more");
  more ??= document.createElement("p");
  more.className = "panel-note kiosk-more";
  read.append(more);
  let left = rows.filter(({ hidden }) => hidden).length;
  const bottom = (/** @type {HTMLElement} */ row) => row.getBoundingClientRect().bottom;
  while (!isWhole(body)) {
    const visible = rows.filter(({ hidden }) => !hidden);
    if (visible.length < 2) break;
    visible.reduce((low, row) => (bottom(row) >= bottom(low) ? row : low)).hidden = true;
    left += 1;
    more.textContent = `+ ${left}`;
  }
  if (!left) more.remove();
}

/**
 * Show again the rows that were left out.
 *
 * @param {HTMLElement} body
 */
function showRows(body) {
  for (const more of findAll(body, ".kiosk-more")) more.remove();
  for (const row of findAll(body, ROWS)) row.hidden = false;
}

/**
 * Whether all of a panel is within its cell.
 *
 * @param {HTMLElement} body
 */
function isWhole(body) {
  const cell = body.getBoundingClientRect();
  return findAll(body, "*", Element).every((part) => {
    const { right, bottom } = part.getBoundingClientRect();
    return right <= cell.right + 1 && bottom <= cell.bottom + 1;
  });
}
