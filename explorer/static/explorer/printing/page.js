/** The print page: draws the map at the size of the paper, replaces it by its picture, and prints it. */

import { find, findAll, findOptional } from "../../interface/dom.js";
import { showBackdrop } from "../../interface/map/backdrop.js";
import { lightPalette } from "../../interface/map/palette.js";
import { addBasemap } from "../../interface/map/rasters.js";
import { createMap } from "../../interface/map/view.js";
import { drawBuffers } from "../buffers/buffers.js";
import { showZoom } from "../legend/legend.js";
import { bindOverview } from "../map/overview-marks.js";
import { readConfig, withDefaultLayers } from "../map_state/config.js";
import { drawingOf, readScreen, readState, Store } from "../map_state/state.js";
import { zoomOf } from "../map_tools/measures.js";
import { drawScale, drawShape, fit, layOut, middleOf, replaceByPicture } from "./paper.js";

/** @import {PrintConfig} from "../map_state/config.js" */
/** @import {Box} from "../../interface/map/geometry.js" */
/** @import {Camera} from "../map_state/state.js" */

const desk = find(document, "[data-desk]");
const paper = find(document, "[data-paper]");
const form = find(document, "[data-print-form]", HTMLFormElement);
const button = find(document, "[data-print-now]", HTMLButtonElement);
/** @type {PrintConfig} */
const config = readConfig();

const SHARPNESS = 3; // pixels of the picture for one of the screen: about 288 dots an inch
const LARGEST_PX = 8192;
const AROUND_PX = 72; // around what answers, for marks and names at its edges
const CLOSEST = 16;
const MOST_PIXELS = 6e6; // what a machine without a graphics card draws in some seconds

/** @param {HTMLElement} element */
function sharpnessOf({ clientWidth, clientHeight }) {
  return Math.min(SHARPNESS, Math.sqrt(MOST_PIXELS / (clientWidth * clientHeight)));
}

/** @param {PrintConfig} config @returns {Camera | null} */
function cameraOf({ view, scale, box }) {
  const center = box ? middleOf(box) : null;
  if (center && scale) return { zoom: zoomOf(scale, center[1]), center };
  if (center || !view) return null;
  const zoom = scale ? zoomOf(scale, view.latitude) : view.zoom;
  return { zoom, center: [view.longitude, view.latitude] };
}

/** @param {Box} box - of what answers: framed whole, whatever the side of the paper */
const framed = (box) => ({ bounds: box, fitBoundsOptions: { padding: AROUND_PX, maxZoom: CLOSEST } });

async function draw() {
  const palette = lightPalette(paper);
  layOut(paper);
  const state = { ...withDefaultLayers(readState(location.search, ""), config), feature: null };
  const drawing = drawingOf(state);
  const live = find(paper, "[data-live]");
  const view = createMap(live, config, {
    palette,
    imageRatio: SHARPNESS,
    camera: cameraOf(config),
    ...(config.box && !config.scale ? framed(config.box) : {}),
    communes: drawing.communes,
    interactive: false,
    minZoom: 4,
    maxZoom: 22,
    pixelRatio: 1,
    maxCanvasSize: [LARGEST_PX, LARGEST_PX],
    canvasContextAttributes: { preserveDrawingBuffer: true, antialias: true },
  });
  await view.start();
  const queries = findAll(paper, "[data-drawn]").map(({ dataset }) => [dataset.slug, dataset.drawn]);
  view.draw({ ...drawing, queries: Object.fromEntries(queries) });
  await bindOverview(
    paper,
    view,
    new Store({ ...state, ...readScreen("", [], { hasViews: false }) }),
    config,
  );
  if (config.scale) view.map.jumpTo({ zoom: zoomOf(config.scale, view.map.getCenter().lat) });
  const basemap = findOptional(paper, "[data-basemap]");
  if (basemap) addBasemap(view.map, basemap.dataset);
  showBackdrop(view.map, paper.querySelector("[data-backdrop]") !== null);
  await drawShape(paper, view.map, state);
  await drawBuffers(paper, view, state);
  drawScale(paper, view.map);
  showZoom(paper, view.map.getZoom());
  await view.map.once("idle");
  await view.backdrop;
  view.map.setPixelRatio(sharpnessOf(live)); // once all is there: each frame on the way would cost a second
  await view.map.once("idle");
  await replaceByPicture(paper, view.map);
  desk.dataset.state = "ready";
  const status = find(desk, "[data-print-message]");
  status.textContent = status.dataset.ready ?? "";
  button.disabled = false;
}

/** @param {unknown} error */
function fail(error) {
  desk.dataset.state = "error";
  find(desk, "[data-print-error]").hidden = false;
  button.disabled = false;
  console.warn(error);
}

const title = find(form, "[data-title-input]", HTMLInputElement);
title.addEventListener("input", () => {
  find(paper, "[data-paper-title]").textContent = title.value || title.placeholder;
});
for (const field of findAll(form, "[data-relays]"))
  field.addEventListener("change", () => form.requestSubmit());
button.addEventListener("click", () => print());
draw()
  .catch(fail)
  .finally(() => fit(desk, paper));
addEventListener("resize", () => fit(desk, paper));
