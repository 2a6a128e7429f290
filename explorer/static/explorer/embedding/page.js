/** A map inside another site: what its address asks, without the session of who looks. */

import { TABLET_PX } from "../../interface/breakpoints.js";
import { find, findOptional } from "../../interface/dom.js";
import { showBackdrop } from "../../interface/map/backdrop.js";
import { onSchemeChange } from "../../interface/map/palette.js";
import { bindPointer, bindTip } from "../../interface/map/pointer.js";
import { addBasemap, BASEMAP } from "../../interface/map/rasters.js";
import { createMap } from "../../interface/map/view.js";
import { deviceStorage } from "../../interface/storage.js";
import { followBuffers } from "../buffers/buffers.js";
import { bindLegend, bindLegendZoom } from "../legend/legend.js";
import { bindOverview } from "../map/overview-marks.js";
import { drawableOf, readConfig, titlesOf, withDefaultLayers } from "../map_state/config.js";
import { withoutMissing } from "../map_state/missing.js";
import { cameraText, drawingOf, layerOfSide, readScreen, readState, Store } from "../map_state/state.js";
import { drawShape } from "../printing/paper.js";
import { SwipeHandle } from "../swipe/handle.js";
import { handleIn } from "../swipe/swipe.js";

/** @import {Choice} from "../../interface/map/picking.js" */
/** @import {MapView} from "../../interface/map/view.js" */
/** @import {EmbedConfig} from "../map_state/config.js" */
/** @import {Camera, Swipe} from "../map_state/state.js" */

const root = find(document, "[data-embed]");
/** @type {EmbedConfig} */
const config = readConfig();
const linked = withoutMissing(readState(location.search, location.hash), config.missing);
const state = withDefaultLayers(linked, config);

async function draw() {
  const drawing = drawingOf(state);
  const view = createMap(find(root, "[data-map]"), config, {
    camera: state.camera,
    communes: drawing.communes,
    cooperativeGestures: true, // the wheel and one finger belong to the page around
    // @ts-expect-error MapLibre gives the credentials to Request, which knows "omit"; its own type leaves that out.
    transformRequest: (url) => ({ url, credentials: config.credentials }),
  });
  view.map.on("error", (event) => {
    if (!("sourceId" in event) || event.sourceId !== BASEMAP) fail(event.error);
  });
  await view.start();
  bindLegendZoom(root, view.map);
  view.draw({ ...drawing, queries: config.queries, variants: config.variants });
  bindOverview(root, view, new Store({ ...state, ...readScreen("", [], { hasViews: false }) }), config, () =>
    Object.values(config.queries),
  );
  const basemap = findOptional(root, "[data-basemap]");
  if (basemap) addBasemap(view.map, basemap.dataset);
  showBackdrop(view.map, !basemap && state.basemap === "");
  if (state.swipe) bindSwipe(view, state.swipe);
  await drawShape(root, view.map, state);
  followBuffers(root, view, state, { credentials: config.credentials });
  const under = bindPointer(view, config.layers, ([choice]) => showPicked(view, choice));
  bindTip(view.map, find(root, "[data-tip]"), under);
  find(root, "[data-zoom-in]").addEventListener("click", () => view.map.zoomIn());
  find(root, "[data-zoom-out]").addEventListener("click", () => view.map.zoomOut());
  onSchemeChange((palette) => view.repaint(palette));
  view.map.on("moveend", () => follow(view.camera));
  view.map.once("idle", () => {
    root.dataset.state = "ready";
  });
  follow(view.camera);
}

/**
 * Say what was chosen, with the way to its sheet; nothing under the click closes that.
 *
 * @param {MapView} view
 * @param {Choice | undefined} choice
 */
function showPicked(view, choice) {
  const card = find(root, "[data-picked]");
  const { id, layer: slug } = choice ?? {};
  const layer = config.layers.find((one) => one.slug === slug);
  card.hidden = !choice;
  view.draw({ selected: slug !== undefined && id !== undefined ? { layer: slug, id } : null });
  if (!choice || !layer) return;
  find(card, "[data-picked-title]").textContent = choice.title;
  find(card, "[data-picked-link]", HTMLAnchorElement).href = layer.sheet.replace("{id}", String(id));
}

/**
 * The divider is moved, and nothing is stored: the page around has the address.
 *
 * @param {MapView} view
 * @param {Swipe} swipe
 */
function bindSwipe(view, { left, percent }) {
  const box = findOptional(root, "[data-swipe]");
  if (!box) return;
  const title = titlesOf(drawableOf(config))[layerOfSide(left)] ?? "";
  new SwipeHandle(handleIn(box), { onMove: (share) => view.sides.move(share) }).show(percent, title);
  box.hidden = false;
}

/**
 * The whole map opens where the frame is.
 *
 * @param {Camera} camera
 */
function follow(camera) {
  find(root, "[data-full]", HTMLAnchorElement).hash = cameraText(camera);
}

/** @param {unknown} error */
function fail(error) {
  find(root, "[data-map-error]").hidden = false;
  root.dataset.state = "error";
  console.warn(error);
}

bindLegend(
  findOptional(root, "[data-legend]", HTMLDetailsElement),
  deviceStorage,
  matchMedia(`(width > ${TABLET_PX}px)`),
);
draw().catch(fail);
