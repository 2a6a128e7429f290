/** A small map of what a file holds or of what a version changes. */

import { onSchemeChange, readPalette } from "../interface/map/palette.js";
import * as maplibregl from "../vendor/maplibre-gl/maplibre-gl.mjs";
import { boundsOf, layersOf } from "./preview-style.js";

const PADDING = 30;

/** Draw the map that the page configures, when it does: `features`, `ground` and `worker` are addresses. */
export async function bindMap(root) {
  const config = root.getElementById("dataset-map");
  const figure = root.querySelector("[data-dataset-map]");
  if (!config || !figure) return;
  try {
    await draw(figure, JSON.parse(config.textContent));
  } catch (error) {
    tell(figure, "error", "failed");
    throw error;
  }
}

async function draw(figure, config) {
  const features = await read(config.features);
  const bounds = boundsOf(features);
  if (!bounds) return tell(figure, "empty", "empty");
  maplibregl.setWorkerUrl(new URL(config.worker, document.baseURI).href);
  const map = new maplibregl.Map({
    container: figure.querySelector("[data-map]"),
    style: { version: 8, sources: {}, layers: [] },
    bounds,
    fitBoundsOptions: { padding: PADDING, maxZoom: 16 },
    locale: config.words,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    cooperativeGestures: true,
  });
  await map.once("load");
  map.addSource("ground", { type: "geojson", data: await ground(config.ground) });
  map.addSource("features", { type: "geojson", data: features });
  paint(map, readPalette());
  onSchemeChange((palette) => paint(map, palette));
  map.once("idle", () => tell(figure, "ready", "ready"));
}

function paint(map, palette) {
  for (const layer of layersOf(palette)) {
    if (map.getLayer(layer.id)) map.removeLayer(layer.id);
    map.addLayer(layer);
  }
}

async function read(address) {
  const answer = await fetch(address, { headers: { Accept: "application/geo+json" } });
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer.json();
}

/** The communes under the features; a map without them still says what it has to. */
async function ground(address) {
  try {
    return await read(address);
  } catch {
    return { type: "FeatureCollection", features: [] };
  }
}

function tell(figure, state, words) {
  const caption = figure.querySelector("[data-map-words]");
  figure.dataset.state = state;
  caption.textContent = caption.dataset[words];
}
