/** The map of the queue or of a row, the choice of several rows, and the keys of the pages. */
import { closest, find, findAll, findOptional } from "../interface/dom.js";
import { boundsOf } from "../interface/map/geometry.js";
import { readGeoJson } from "../interface/map/ground.js";
import { onSchemeChange } from "../interface/map/palette.js";
import { createMap } from "../interface/map/view.js";
import { deviceStorage } from "../interface/storage.js";
import { keyAction, nextIndex, TYPED } from "./keys.js";

/** @import { FeatureCollection } from "geojson" */
/** @import { MapConfig, MapView } from "../interface/map/view.js" */

/** What `features_map_config` writes. @typedef {MapConfig & { features: string }} FeaturesMapConfig */

const PADDING = 40;
const ROWS = "rows";
const LIT = "lit";

const KEYS_OFF = "moderation-keys-off";

bindChoice(document);
bindKeys(document);
bindMap(document);

/**
 * Letters press what has `data-key`; those of a list go from line to line.
 *
 * @param {Document} root
 */
function bindKeys(root) {
  const help = findOptional(root, "#raccourcis", HTMLDialogElement);
  const box = findOptional(root, "[data-keys]", HTMLInputElement);
  if (box) {
    box.checked = deviceStorage.getItem(KEYS_OFF) === null;
    box.addEventListener("change", () => {
      if (box.checked) deviceStorage.removeItem(KEYS_OFF);
      else deviceStorage.setItem(KEYS_OFF, "1");
    });
  }
  root.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || root.querySelector("dialog[open]")) return;
    const { target } = event;
    const field = target instanceof HTMLElement && target.matches(TYPED) ? target : null;
    const action = keyAction(event, field !== null);
    const isLetter = action.length === 1;
    if (!action || (isLetter && deviceStorage.getItem(KEYS_OFF) !== null)) return;
    if (action === "leave") field?.blur();
    else if (action === "help") help?.showModal();
    else if (action === "send") send(field);
    else if (!goToLine(root, action) && !press(root, action)) return;
    event.preventDefault();
  });
}

/** @param {Document} root @param {string} letter @returns {boolean} */
function goToLine(root, letter) {
  const list = findOptional(root, ".moderation-list");
  if (!list || !["j", "k", "x"].includes(letter)) return false;
  const lines = findAll(list, "[data-row]");
  const index = lines.findIndex((line) => line.contains(root.activeElement));
  if (letter === "x") {
    if (index >= 0) find(lines[index], "input[name=rows]", HTMLInputElement).click();
    return index >= 0;
  }
  const next = nextIndex(index, lines.length, letter === "j" ? 1 : -1);
  if (next >= 0) find(lines[next], "a").focus();
  return next >= 0;
}

/**
 * Press the first thing that a letter names. A decision about no chosen row chooses the one that has the focus; one that
 * needs a reason goes to write it first.
 *
 * @param {Document} root
 * @param {string} letter
 * @returns {boolean}
 */
function press(root, letter) {
  const element = findOptional(root, `[data-key="${letter}"]`);
  if (!element) return false;
  if (element instanceof HTMLTextAreaElement) {
    element.focus();
    return true;
  }
  if (element instanceof HTMLButtonElement && element.form) {
    chooseFocused(root, element.form);
    const reason = findOptional(element.form, "textarea[name=reason]", HTMLTextAreaElement);
    if ("needsReason" in element.dataset && reason && !reason.value.trim()) {
      element.form.dataset.pending = letter;
      reason.focus();
      return true;
    }
  }
  element.click();
  return true;
}

/** @param {Document} root @param {HTMLFormElement} form */
function chooseFocused(root, form) {
  if (!("bulk" in form.dataset) || form.querySelector("input[name=rows]:checked")) return;
  const line = root.activeElement?.closest("[data-row]");
  if (line) find(line, "input[name=rows]", HTMLInputElement).click();
}

/**
 * Send the form of a field: by the button that waited for its reason, if one did.
 *
 * @param {HTMLElement | null} field
 */
function send(field) {
  const form = field?.closest("form");
  if (!form) return;
  const { pending } = form.dataset;
  const button = pending ? findOptional(form, `[data-key="${pending}"]`, HTMLButtonElement) : null;
  form.requestSubmit(button ?? findOptional(form, "button[type=submit]", HTMLButtonElement));
}

/**
 * Choose all the rows of the page at once, and say how many are chosen.
 *
 * @param {Document} root
 */
function bindChoice(root) {
  const form = findOptional(root, "[data-bulk]", HTMLFormElement);
  if (!form) return;
  const all = find(form, "[data-all]", HTMLInputElement);
  const boxes = findAll(form, "input[name=rows]", HTMLInputElement);
  const words = find(form, "[data-chosen]");
  const tell = () => {
    const count = boxes.filter((box) => box.checked).length;
    all.checked = count === boxes.length;
    all.indeterminate = count > 0 && !all.checked;
    const { none = "", one = "", many = "" } = words.dataset;
    words.textContent = count === 0 ? none : count === 1 ? one : many.replace("{n}", String(count));
  };
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    tell();
  });
  form.addEventListener("change", tell);
  tell();
}

/** @param {Document} root */
async function bindMap(root) {
  const config = root.getElementById("moderation-map");
  const figure = findOptional(root, "[data-moderation-map]");
  if (!config || !figure) return;
  try {
    await draw(root, figure, JSON.parse(config.textContent));
  } catch (error) {
    showState(figure, "error", "failed");
    throw error;
  }
}

/**
 * @param {Document} root
 * @param {HTMLElement} figure
 * @param {FeaturesMapConfig} config
 */
async function draw(root, figure, config) {
  const features = await readGeoJson(config.features);
  const bounds = boundsOf(features);
  if (!bounds) return showState(figure, "empty", "empty");
  const view = createMap(find(figure, "[data-map]"), config, {
    bounds,
    fitBoundsOptions: { padding: PADDING, maxZoom: 17 },
    needsGround: false, // without its communes it still shows the rows
    cooperativeGestures: true,
  });
  await view.start();
  view.drawDocument(ROWS, features, ({ brand }) => brand);
  onSchemeChange((palette) => view.repaint(palette));
  bindRows(root, view, features);
  view.map.once("idle", () => showState(figure, "ready", "ready"));
}

/**
 * Light on the map the row that is pointed at or has the focus; a click on the map leads to its line.
 *
 * @param {Document} root
 * @param {MapView} view
 * @param {FeatureCollection} features
 */
function bindRows(root, view, features) {
  const list = findOptional(root, ".moderation-list");
  if (!list) return;
  /** @param {string | undefined} id */
  const light = (id) => {
    const lit = features.features.filter((feature) => String(feature.id) === id);
    view.drawDocument(LIT, { type: "FeatureCollection", features: lit }, ({ accent, bad }) => accent ?? bad);
  };
  /** @param {Event} event */
  const lightLine = (event) => light(closest(event, "[data-row]")?.dataset.row);
  list.addEventListener("focusin", lightLine);
  list.addEventListener("pointerover", lightLine);
  view.map.on("click", ({ point }) => {
    const near = /** @type {[[number, number], [number, number]]} */ ([
      [point.x - 6, point.y - 6],
      [point.x + 6, point.y + 6],
    ]);
    const layers = ["fill", "line", "point"].map((kind) => `${ROWS}:${kind}`);
    const [hit] = view.map.queryRenderedFeatures(near, { layers });
    const line = hit && findOptional(root, `[data-row="${hit.id}"]`);
    if (!line) return;
    for (const other of findAll(list, ".is-lit")) other.classList.remove("is-lit");
    line.classList.add("is-lit");
    find(line, "a").focus();
    line.scrollIntoView({ block: "nearest" });
  });
}

/** @param {HTMLElement} figure @param {string} state @param {string} words */
function showState(figure, state, words) {
  const caption = find(figure, "[data-map-words]");
  figure.dataset.state = state;
  caption.textContent = caption.dataset[words] ?? "";
}
