/** The map page: wiring between the state, the map, the panel and what accompanies them. */

import { BACKDROP } from "../../interface/map/backdrop.js";
import { BASEMAP } from "../../interface/map/basemap.js";
import { onSchemeChange } from "../../interface/map/palette.js";
import { bindPointer, bindTip } from "../../interface/map/pointer.js";
import { createMap } from "../../interface/map/view.js";
import { deviceStorage, tabStorage } from "../../interface/storage.js";
import { bindSurroundings } from "../buffers/buffers.js";
import { bindChips } from "../filters/chips.js";
import { sayTooFar } from "../layer_panel/layers.js";
import { bindLegend } from "../legend/legend.js";
import { bindLegendZoom } from "../legend/zoom.js";
import { offerPicture } from "../map_export/offer.js";
import { drawingOf } from "../map_state/drawing.js";
import { keep, recall } from "../map_state/memory.js";
import { bindMissing, withoutMissing } from "../map_state/missing.js";
import { readScreen, withScreen } from "../map_state/screen.js";
import { hasChanged, readState, Store, writeState } from "../map_state/state.js";
import { bindTools, tellState } from "../map_tools/tools.js";
import { bindSearchOnMap } from "../search/on-map.js";
import { bindSheetScreen } from "../sheet/screen.js";
import { bindComparison } from "../swipe/dialog.js";
import { bindSwipe } from "../swipe/swipe.js";
import { bindTimeBar } from "../timeline/bar.js";
import { coveredOf } from "./covered.js";
import { Panels } from "./panels.js";
import { keepInView } from "./reframing.js";
import { isPlaced } from "./results.js";
import { bindSide } from "./side.js";

const UNDER = [BASEMAP, BACKDROP]; // the map is right without them: the first says so itself
const root = document.querySelector("[data-explorer]");
const config = JSON.parse(document.getElementById("map-config").textContent);
const kept = location.search || location.hash ? "" : recall(tabStorage, config.person);
if (kept) history.replaceState(null, "", location.pathname + kept);
const slugs = config.layers.map(({ slug }) => slug);
const linked = withoutMissing(readState(location.search, location.hash), config.missing);
const asked = { ...linked, ...readScreen(location.search, slugs) };
const drawable = [...config.layers, ...config.rasters];
const onByDefault = drawable.filter(({ isOn }) => isOn).map(({ slug }) => slug);
const store = new Store({ ...asked, layers: asked.layers ?? onByDefault });
const beside = new Panels(root, config, store);
bindSheetScreen(root, store, config.layers);

function remember() {
  const { state } = store;
  const address = withScreen(writeState({ ...state, camera: beside.view?.camera ?? asked.camera }), state);
  history.replaceState(null, "", address);
  keep(tabStorage, config.person, address);
}

function measure() {
  if (beside.view) sayTooFar(root, drawable, store.state, beside.view.camera.zoom);
}

function fail(error) {
  root.querySelector("[data-map-error]").hidden = false;
  root.dataset.state = "error";
  console.warn(error);
}

async function draw() {
  const { camera } = store.state;
  const { communes } = drawingOf(store.state);
  const view = createMap(root.querySelector("[data-map]"), config, {
    camera,
    communes,
    fitBoundsOptions: { padding: coveredOf(root) },
  });
  view.padding = () => coveredOf(root);
  view.map.on("error", ({ error, sourceId }) => UNDER.includes(sourceId) || fail(error));
  await view.start();
  beside.view = view;
  beside.tellMap();
  bindLegendZoom(root, view.map);
  offerPicture(root, view.map);
  const under = bindPointer(view, config.layers, (...picked) => beside.pick(...picked));
  bindTip(view.map, root.querySelector("[data-tip]"), under);
  nearby.attach(view, bindTools(root, view, store));
  bindSwipe(root, view, store, drawable);
  bindTimeBar(root, config, store);
  bindComparison(root, store);
  bindSurroundings(root, view, store);
  let isResize = false; // a drawer or a sheet that opens makes the map smaller, and asks nothing else
  view.map.on("resize", () => {
    isResize = true;
    queueMicrotask(() => {
      isResize = false;
    });
  });
  keepInView(view);
  view.map.on("moveend", () => {
    remember();
    measure();
    if (isResize) return;
    if (!isPlaced(store.state)) beside.refresh();
  });
  onSchemeChange((palette) => view.repaint(palette));
  if (kept || (asked.camera && !asked.commune)) beside.refresh();
  beside.reach();
  remember();
  measure();
  tellState(root, view.map);
}

const nearby = bindSide(root, config, store, () => beside.view);
bindLegend(root, deviceStorage);
bindChips(root);
bindSearchOnMap(root, store, config, (near, radius) => nearby.around(near, radius), tabStorage);
bindMissing(document);
store.addEventListener("portal:state", ({ detail }) => {
  remember();
  if (hasChanged(detail, "layers", "opacity", "renderings", "commune", "feature", "swipe"))
    beside.view?.draw(drawingOf(detail.after));
  measure();
  if (hasChanged(detail, "commune")) beside.view?.frame(drawingOf(detail.after).communes);
});
if (store.state.feature) beside.open();
draw().catch(fail);
