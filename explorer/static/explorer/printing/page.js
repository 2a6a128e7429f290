/** The print page: draws the map at the size of the paper, keeps its picture, and prints it. */
import { showBackdrop } from "../../interface/map/backdrop.js";
import { addBasemap } from "../../interface/map/basemap.js";
import { lightPalette } from "../../interface/map/palette.js";
import { createMap } from "../../interface/map/view.js";
import { drawSurroundings } from "../buffers/buffers.js";
import { showZoom } from "../legend/zoom.js";
import { drawingOf } from "../map_state/drawing.js";
import { readState } from "../map_state/state.js";
import { zoomOf } from "../map_tools/figures.js";
import { drawAsked, drawScale, fit, keepPicture } from "./paper.js";

const desk = document.querySelector("[data-desk]");
const paper = document.querySelector("[data-paper]");
const form = document.querySelector("[data-print-form]");
const config = JSON.parse(document.getElementById("map-config").textContent);
const asked = readState(location.search, "");

const SHARPNESS = 3; // pixels of the picture for one of the screen: about 288 dots an inch
const LARGEST_PX = 8192;
const MOST_PIXELS = 6e6; // what a machine without a graphics card draws in some seconds

function sharpnessOf({ clientWidth, clientHeight }) {
  return Math.min(SHARPNESS, Math.sqrt(MOST_PIXELS / (clientWidth * clientHeight)));
}

function cameraOf({ view, scale }) {
  if (!view) return null;
  const zoom = scale ? zoomOf(scale, view.latitude) : view.zoom;
  return { zoom, center: [view.longitude, view.latitude] };
}

async function draw() {
  const palette = lightPalette(paper);
  const state = {
    ...asked,
    layers:
      asked.layers ??
      [...config.layers, ...config.rasters].filter(({ isOn }) => isOn).map(({ slug }) => slug),
    feature: null,
  };
  const drawing = drawingOf(state);
  const live = paper.querySelector("[data-live]");
  const view = createMap(live, config, {
    palette,
    imageRatio: SHARPNESS,
    camera: cameraOf(config),
    communes: drawing.communes,
    interactive: false,
    minZoom: 4,
    maxZoom: 22,
    pixelRatio: 1,
    maxCanvasSize: [LARGEST_PX, LARGEST_PX],
    canvasContextAttributes: { preserveDrawingBuffer: true, antialias: true },
  });
  await view.start();
  const said = [...paper.querySelectorAll("[data-drawn]")];
  const queries = Object.fromEntries(said.map(({ dataset }) => [dataset.slug, dataset.drawn]));
  view.draw({ ...drawing, queries });
  if (config.scale) view.map.jumpTo({ zoom: zoomOf(config.scale, view.map.getCenter().lat) });
  const basemap = paper.querySelector("[data-basemap]");
  if (basemap) addBasemap(view.map, basemap.dataset);
  showBackdrop(view.map, paper.querySelector("[data-backdrop]") !== null);
  await drawAsked(paper, view.map, state);
  await drawSurroundings(paper, view, state);
  drawScale(paper, view.map);
  showZoom(paper, view.map.getZoom());
  await view.map.once("idle");
  await view.backdrop;
  view.map.setPixelRatio(sharpnessOf(live)); // once all is there: each frame on the way would cost a second
  await view.map.once("idle");
  await keepPicture(paper, view.map);
  desk.dataset.state = "ready";
  const says = desk.querySelector("[data-print-says]");
  says.textContent = says.dataset.ready;
  document.querySelector("[data-print-now]").disabled = false;
}

function fail(error) {
  desk.dataset.state = "error";
  desk.querySelector("[data-print-error]").hidden = false;
  document.querySelector("[data-print-now]").disabled = false;
  console.warn(error);
}

form.querySelector("[data-title-input]").addEventListener("input", ({ target }) => {
  paper.querySelector("[data-paper-title]").textContent = target.value || target.placeholder;
});
for (const field of form.querySelectorAll("[data-relays]"))
  field.addEventListener("change", () => form.requestSubmit());
document.querySelector("[data-print-now]").addEventListener("click", () => print());
draw()
  .catch(fail)
  .finally(() => fit(desk, paper));
addEventListener("resize", () => fit(desk, paper));
