/** The map of the queue or of a row, and the choice of several rows. */
import { closest, find, findAll, findOptional } from "../interface/dom.js";
import { boundsOf } from "../interface/map/geometry.js";
import { readGeoJson } from "../interface/map/ground.js";
import { onSchemeChange } from "../interface/map/palette.js";
import { createMap } from "../interface/map/view.js";

/** @import { FeatureCollection } from "geojson" */
/** @import { MapConfig, MapView } from "../interface/map/view.js" */

/** What `features_map_config` writes. @typedef {MapConfig & { features: string }} FeaturesMapConfig */

const PADDING = 40;
const ROWS = "rows";
const LIT = "lit";

bindChoice(document);
bindMap(document);

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
