/** The map of a list of findings or changes: a button of the list shows the place, a click on the map the row. */
import { closest, find, findAll, findOptional } from "../../interface/dom.js";
import { boundsOf } from "../../interface/map/geometry.js";
import { onSchemeChange } from "../../interface/map/palette.js";
import { createMap } from "../../interface/map/view.js";
import { itemLayers, placeOf, selectedLayers, withItem } from "./items.js";

/** @import { FeatureCollection } from "geojson" */
/** @import { MapConfig, MapView } from "../../interface/map/view.js" */

/** @typedef {MapConfig & { items: FeatureCollection }} PlanMapConfig */

const PADDING = 48;
const NEAREST_ZOOM = 18;
const FAINT = 40;

/** @param {HTMLElement} figure @param {PlanMapConfig} config */
async function draw(figure, config) {
  const { items } = config;
  const bounds = boundsOf(items);
  const view = createMap(find(figure, "[data-plan-map]"), config, {
    ...(bounds ? { bounds, fitBoundsOptions: { padding: PADDING, maxZoom: NEAREST_ZOOM } } : {}),
    needsGround: false,
    cooperativeGestures: true,
  });
  await view.start();
  const layers = (config.layers ?? []).map(({ slug }) => slug);
  view.draw({ layers, opacity: Object.fromEntries(layers.map((slug) => [slug, FAINT])) });
  view.drawOwn("items", { "plan:items": { type: "geojson", data: items } }, itemLayers);
  bindMap(view, items);
  bindList(view, items, figure);
  onSchemeChange((palette) => view.repaint(palette));
  view.map.once("idle", () => showWords(figure, "ready"));
}

/** @param {MapView} view @param {FeatureCollection} items */
function bindMap(view, items) {
  const { map } = view;
  /** @param {import("maplibre-gl").MapMouseEvent} event */
  const itemAt = ({ point }) => {
    const layers = map
      .getStyle()
      .layers.map(({ id }) => id)
      .filter((id) => id.startsWith("plan:item"));
    return map.queryRenderedFeatures(point, { layers })[0];
  };
  map.on("click", (event) => {
    const feature = itemAt(event);
    if (feature) select(view, items, Number(feature.properties.item), { isRowShown: true });
  });
  map.on("mousemove", (event) => {
    map.getCanvas().style.cursor = itemAt(event) ? "pointer" : "";
  });
}

/** @param {MapView} view @param {FeatureCollection} items @param {HTMLElement} figure */
function bindList(view, items, figure) {
  document.addEventListener("click", (event) => {
    const button = closest(event, "[data-reach]", HTMLButtonElement);
    if (!button) return;
    const item = Number(button.dataset.reach);
    select(view, items, item, { isRowShown: false });
    const place = placeOf(items, item);
    if (place) view.frameBox(place, NEAREST_ZOOM);
    figure.scrollIntoView({ block: "nearest" });
  });
}

/**
 * Light a row and its ground.
 *
 * @param {MapView} view
 * @param {FeatureCollection} items
 * @param {number} item
 * @param {{ isRowShown: boolean }} options
 */
function select(view, items, item, { isRowShown }) {
  for (const row of findAll(document, "[data-item]"))
    row.classList.toggle("on", row.dataset.item === String(item));
  view.drawOwn(
    "selected",
    { "plan:selected": { type: "geojson", data: withItem(items, item) } },
    selectedLayers,
  );
  if (!isRowShown) return;
  const row = findOptional(document, `[data-item="${item}"]`);
  row?.scrollIntoView({ block: "center" });
  if (row) findOptional(row, "[data-reach]")?.focus({ preventScroll: true });
}

/** @param {HTMLElement} figure @param {string} words */
function showWords(figure, words) {
  const caption = find(figure, "[data-map-words]");
  figure.dataset.state = words;
  caption.textContent = caption.dataset[words] ?? "";
}

const figure = findOptional(document, "[data-plan-figure]");
const text = document.getElementById("plan-map")?.textContent;
if (figure && text)
  draw(figure, JSON.parse(text)).catch((error) => {
    showWords(figure, "failed");
    console.warn(error);
  });
