/** A map inside another site: what its address asks, without the session of who looks. */

import { showBackdrop } from "../../interface/map/backdrop.js";
import { addBasemap, BASEMAP } from "../../interface/map/basemap.js";
import { onSchemeChange } from "../../interface/map/palette.js";
import { bindPointer, bindTip } from "../../interface/map/pointer.js";
import { createMap } from "../../interface/map/view.js";
import { deviceStorage } from "../../interface/storage.js";
import { followSurroundings } from "../buffers/buffers.js";
import { bindLegend } from "../legend/legend.js";
import { bindLegendZoom } from "../legend/zoom.js";
import { drawingOf } from "../map_state/drawing.js";
import { withoutMissing } from "../map_state/missing.js";
import { readState } from "../map_state/state.js";
import { layerOfSide } from "../map_state/variants.js";
import { drawAsked } from "../printing/paper.js";
import { SwipeHandle } from "../swipe/handle.js";

const root = document.querySelector("[data-embed]");
const config = JSON.parse(document.getElementById("map-config").textContent);
const linked = withoutMissing(readState(location.search, location.hash), config.missing);
const on = [...config.layers, ...config.rasters].filter(({ isOn }) => isOn).map(({ slug }) => slug);
const state = { ...linked, layers: linked.layers ?? on };

async function draw() {
  const drawing = drawingOf(state);
  const view = createMap(root.querySelector("[data-map]"), config, {
    camera: state.camera,
    communes: drawing.communes,
    cooperativeGestures: true, // the wheel and one finger belong to the page around
    transformRequest: (url) => ({ url, credentials: config.credentials }),
  });
  view.map.on("error", ({ error, sourceId }) => sourceId === BASEMAP || fail(error));
  await view.start();
  bindLegendZoom(root, view.map);
  view.draw({ ...drawing, queries: config.queries, variants: config.variants });
  const basemap = root.querySelector("[data-basemap]");
  if (basemap) addBasemap(view.map, basemap.dataset);
  showBackdrop(view.map, !basemap && state.basemap === "");
  if (state.swipe) bindSwipe(view, state.swipe);
  await drawAsked(root, view.map, state);
  followSurroundings(root, view, state, { credentials: config.credentials });
  bindTip(view.map, root.querySelector("[data-tip]"), bindPointer(view, config.layers, tell));
  root.querySelector("[data-zoom-in]").addEventListener("click", () => view.map.zoomIn());
  root.querySelector("[data-zoom-out]").addEventListener("click", () => view.map.zoomOut());
  onSchemeChange((palette) => view.repaint(palette));
  view.map.on("moveend", () => follow(view.camera));
  view.map.once("idle", () => {
    root.dataset.state = "ready";
  });
  follow(view.camera);

  /** Say what was chosen, with the way to its sheet; nothing under the click closes that. */
  function tell([choice]) {
    const card = root.querySelector("[data-picked]");
    card.hidden = !choice;
    view.draw({ selected: choice ? { layer: choice.layer, id: choice.id } : null });
    if (!choice) return;
    card.querySelector("[data-picked-title]").textContent = choice.title;
    const { sheet } = config.layers.find(({ slug }) => slug === choice.layer);
    card.querySelector("[data-picked-link]").href = sheet.replace("{id}", choice.id);
  }
}

/** The divider is moved, and nothing is kept: its page around has the address. */
function bindSwipe(view, { left, percent }) {
  const box = root.querySelector("[data-swipe]");
  if (!box) return;
  const title = [...config.layers, ...config.rasters].find(({ slug }) => slug === layerOfSide(left))?.title;
  new SwipeHandle(box, { onMove: (share) => view.sides.move(share) }).show(percent, title ?? "");
  box.hidden = false;
}

/** The whole map opens where the frame is. */
function follow({ zoom, center: [longitude, latitude] }) {
  root.querySelector("[data-full]").hash =
    `${zoom.toFixed(2)}/${latitude.toFixed(5)}/${longitude.toFixed(5)}`;
}

function fail(error) {
  root.querySelector("[data-map-error]").hidden = false;
  root.dataset.state = "error";
  console.warn(error);
}

bindLegend(root, deviceStorage);
draw().catch(fail);
