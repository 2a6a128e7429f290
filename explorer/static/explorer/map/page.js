/** The map page: wiring between the state, the map, the panel and what accompanies them. */

import { PHONE_PX, TABLET_PX } from "../../interface/breakpoints.js";
import { find, findOptional } from "../../interface/dom.js";
import { BACKDROP } from "../../interface/map/backdrop.js";
import { onSchemeChange } from "../../interface/map/palette.js";
import { bindPointer, bindTip } from "../../interface/map/pointer.js";
import { BASEMAP } from "../../interface/map/rasters.js";
import { createMap } from "../../interface/map/view.js";
import { deviceStorage, tabStorage } from "../../interface/storage.js";
import { bindBuffers } from "../buffers/buffers.js";
import { bindChips } from "../filters/chips.js";
import { FiltersPane } from "../filters/pane.js";
import {
  bindExtent,
  bindLayerCount,
  bindLayersOnFirst,
  bindOpacity,
  describeRows,
  markOutOfScale,
} from "../layer_panel/layers.js";
import { bindOrder } from "../layer_panel/order.js";
import { bindConditionLinks, bindEscape, bindGrip, bindPanel, Tabs } from "../layer_panel/panel.js";
import { bindSettings } from "../layer_panel/settings.js";
import { bindLegend, bindLegendZoom, hideSwitchedOff } from "../legend/legend.js";
import {
  drawableOf,
  ranksOf,
  readConfig,
  shapesOf,
  titlesOf,
  withDefaultLayers,
} from "../map_state/config.js";
import { hereRadius } from "../map_state/here.js";
import { withoutMissing } from "../map_state/missing.js";
import {
  drawingOf,
  hasChanged,
  isQuestion,
  QUESTION,
  readScreen,
  readState,
  Store,
  withScreen,
  writeState,
} from "../map_state/state.js";
import { restoreAddress, storeAddress } from "../map_state/storage.js";
import { bindMapState, bindTools } from "../map_tools/tools.js";
import { bindAskForm, bindTypedQuestion } from "../natural_language/typed-question.js";
import { NearbyPane } from "../nearby/pane.js";
import { bindPlanDates } from "../plan_dates/plan-dates.js";
import { QuestionMenus } from "../question/question.js";
import { bindRasterFrames, bindRenderings } from "../rasters/values.js";
import { bindViews } from "../saved_views/pane.js";
import { bindSearchOnMap } from "../search/on-map.js";
import { bindSheetState } from "../sheet/panel.js";
import { bindComparison } from "../swipe/dialog.js";
import { bindSwipe } from "../swipe/swipe.js";
import { withTableOrder } from "../table/columns.js";
import { bindTimeBar } from "../timeline/bar.js";
import { bindCovers, COVERS } from "./covers.js";
import { framingPadding, isLost, keepInView, readBox } from "./framing.js";
import { bindOverview, markFirstZoom } from "./overview-marks.js";
import { isPlaced, Panels } from "./panels.js";

/** @import {Map as MapLibreMap} from "maplibre-gl" */
/** @import {MapView} from "../../interface/map/view.js" */
/** @import {ExplorerConfig} from "../map_state/config.js" */

const NEAREST_ANSWERS = 16; // what lies around an answer stays in view
const UNDER = [BASEMAP, BACKDROP]; // the map is right without them: the first says so itself
const root = find(document, "[data-explorer]");
const element = find(root, "[data-map]");
/** @type {ExplorerConfig} */
const config = readConfig();
const stored = location.search || location.hash ? "" : restoreAddress(tabStorage, config.person);
// Who opens the map has the map: the question of before is a choice.
const former = isQuestion(stored) ? stored : "";
const restored = former ? "" : stored;
const resume = find(root, "[data-resume]", HTMLAnchorElement);
resume.hidden = !former;
resume.href = location.pathname + former;
if (restored) history.replaceState(null, "", location.pathname + restored);
const drawable = drawableOf(config);
const here = hereRadius(new URLSearchParams(location.search));
const linked = withTableOrder(withoutMissing(readState(location.search, location.hash), config.missing));
const slugs = config.layers.map(({ slug }) => slug);
const store = new Store({
  ...withDefaultLayers(linked, config),
  ...readScreen(location.search, slugs, { hasViews: config.person !== "" }),
});
markFirstZoom(root, config, store.state);
const panels = new Panels(root, config, store);
bindSheetState(root, store, config.layers);

function remember() {
  const { state } = store;
  const camera = panels.view?.camera ?? linked.camera;
  const address = withScreen(writeState({ ...state, camera }), state);
  history.replaceState(null, "", address);
  if (resume.hidden) storeAddress(tabStorage, config.person, address);
}

function markScale() {
  if (panels.view) markOutOfScale(root, drawable, store.state, panels.view.camera.zoom);
}

/** @param {unknown} error */
function fail(error) {
  find(root, "[data-map-error]").hidden = false;
  root.dataset.state = "error";
  console.warn(error);
}

/** Bind the whole panel. Returns the tab that looks around, to be given the map. */
function bindSide() {
  const form = find(root, "#map-form", HTMLFormElement);
  describeRows(form);
  const [shapes, ranks] = [shapesOf(drawable), ranksOf(config.layers)];
  const view = () => panels.view;
  const tabs = new Tabs(root, store);
  /** @param {string} tab */
  const show = (tab) => tabs.open("open", tab);
  bindSkip(show);
  bindPanel(form, store, shapes, ranks);
  bindLayerCount(form, store);
  bindSettings(form, store, config.layers);
  bindOpacity(form, store);
  bindExtent(form, store, view);
  bindLayersOnFirst(form, root, store);
  bindOrder(form, store, titlesOf(drawable), shapes);
  bindRenderings(form, config.rasters, store);
  bindRasterFrames(form, config.rasters, view);
  bindConditionLinks(root, store, shapes, ranks);
  bindTypedQuestion(store, shapes, ranks, () => show("tab-filters"));
  bindPlanDates(root);
  bindEscape(root);
  bindGrip(root, find(root, "p[data-message]"));
  bindViews(root);
  new QuestionMenus(root, store);
  bindAskForm(root, store);
  new FiltersPane(root, store, show);
  return new NearbyPane(root, config, store, show, here);
}

/** The link that skips to the list brings the panel forward on it. @param {(tab: string) => void} show */
function bindSkip(show) {
  find(document, "[data-skip-list]").addEventListener("click", (event) => {
    event.preventDefault();
    show("tab-filters");
    find(root, "[data-list]").focus();
  });
}

/** Say the notice of what the link names and is not here, close it, and sign in to the place that the map shows. */
function bindMissing() {
  const notice = findOptional(document, "[data-missing]");
  if (!notice) return;
  notice.replaceChildren(...notice.childNodes); // it came with the page: only what changes is said
  find(notice, "[data-missing-close]").addEventListener("click", () => {
    notice.remove();
    find(document, "#contenu").focus({ preventScroll: true });
  });
  const link = findOptional(notice, "[data-missing-sign-in]", HTMLAnchorElement);
  link?.addEventListener("click", () => {
    const address = new URL(link.href);
    const [back] = (address.searchParams.get("next") ?? "").split("#");
    address.searchParams.set("next", back + location.hash);
    link.href = address.href;
  });
}

/**
 * Answer `portal:picture`, from the dialog of sharing: what draws the picture comes when somebody wants one.
 *
 * @param {MapLibreMap} map
 */
function bindPicture(map) {
  element.dataset.makesPicture = "";
  document.addEventListener("portal:picture", async ({ detail }) => {
    try {
      const { savePicture } = await import("../map_export/picture.js");
      detail.resolve(await savePicture(root, map, detail));
    } catch (error) {
      detail.reject(error);
    }
  });
}

/** The box of what answers the question, as the page says it. */
const answerBox = () => readBox(find(document, "#map-summary").dataset.box);

/** @param {MapView} view */
function frameAnswers(view) {
  const box = answerBox();
  if (!box) return;
  const [[west, south], [east, north]] = view.map.getBounds().toArray();
  if (isLost(box, [west, south, east, north])) view.frameBox(box, NEAREST_ANSWERS);
}

async function draw() {
  const { camera } = store.state;
  const { communes } = drawingOf(store.state);
  const padding = () => framingPadding(root, element, PHONE_PX);
  const box = camera || communes.length ? null : answerBox();
  const view = createMap(element, config, {
    camera,
    communes,
    fitBoundsOptions: { padding: padding(), maxZoom: NEAREST_ANSWERS },
    ...(box ? { bounds: box } : {}),
  });
  view.padding = padding;
  view.map.on("error", (event) => {
    if (!("sourceId" in event) || !UNDER.includes(String(event.sourceId))) fail(event.error);
  });
  await view.start(store.state.layers);
  panels.view = view;
  bindOverview(root, view, store, config);
  panels.drawResults();
  bindLegendZoom(root, view.map);
  bindPicture(view.map);
  const under = bindPointer(view, config.layers, (choices, point) => panels.pick(choices, point));
  bindTip(view.map, find(root, "[data-tip]"), under);
  nearby.attach(view, bindTools(root, view, store));
  bindSwipe(root, view, store, drawable);
  bindTimeBar(root, config, store);
  bindComparison(root, store);
  bindBuffers(root, view, store);
  let isResize = false; // a drawer or a sheet that opens makes the map smaller, and asks nothing else
  view.map.on("resize", () => {
    isResize = true;
    queueMicrotask(() => {
      isResize = false;
    });
  });
  keepInView(view, padding);
  root.addEventListener("portal:answered", () => frameAnswers(view));
  view.map.on("moveend", () => {
    remember();
    markScale();
    if (isResize) return;
    if (!isPlaced(store.state)) panels.refresh();
  });
  onSchemeChange((palette) => view.repaint(palette));
  if (restored || (linked.camera && !linked.commune)) panels.refresh();
  panels.reach();
  remember();
  markScale();
  bindMapState(root, view.map, [BACKDROP, COVERS]);
  bindCovers(root, view);
}

const nearby = bindSide();
bindLegend(
  findOptional(root, "[data-legend]", HTMLDetailsElement),
  deviceStorage,
  matchMedia(`(width > ${TABLET_PX}px)`),
);
bindChips(root, {
  chips: find(root, "#map-chips"),
  more: find(root, "[data-chips-more]"),
  count: find(root, "[data-chips-count]"),
});
bindSearchOnMap(root, store, config, (near, radius) => nearby.around(near, radius));
bindMissing();
store.addEventListener("portal:state", ({ detail }) => {
  if (hasChanged(detail, "layers", ...QUESTION)) resume.hidden = true; // something else is looked at
  hideSwitchedOff(root, detail.after.layers);
  remember();
  if (hasChanged(detail, "layers", "opacity", "renderings", "commune", "feature", "swipe"))
    panels.view?.draw(drawingOf(detail.after));
  markScale();
  if (hasChanged(detail, "commune")) panels.view?.frame(drawingOf(detail.after).communes);
});
if (store.state.feature) panels.open();
draw().catch(fail);
