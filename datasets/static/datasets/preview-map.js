/** A small map of what a file holds or of what a version changes. */
import { find, findOptional } from "../interface/dom.js";
import { boundsOf } from "../interface/map/geometry.js";
import { readGeoJson } from "../interface/map/ground.js";
import { onSchemeChange } from "../interface/map/palette.js";
import { createMap } from "../interface/map/view.js";
import { changeColours, endsOfMoves, moveLayers } from "./changes.js";

/** @import { FeatureCollection } from "geojson" */
/** @import { Map as MapLibreMap } from "maplibre-gl" */
/** @import { MapConfig, MapView } from "../interface/map/view.js" */
/** @import { Changes } from "./changes.js" */

/** What `features_map_config` writes. @typedef {MapConfig & { features: string }} FeaturesMapConfig */

const PADDING = 30;
const ARROW = "arrowhead";

/**
 * Draw the map that the page configures, when it does: `features` is the address of what it shows.
 *
 * @param {Document} root
 */
export async function bindMap(root) {
  const config = root.getElementById("dataset-map");
  const figure = findOptional(root, "[data-dataset-map]");
  if (!config || !figure) return;
  try {
    await draw(figure, JSON.parse(config.textContent));
  } catch (error) {
    showState(figure, "error", "failed");
    throw error;
  }
}

/** @param {HTMLElement} figure @param {FeaturesMapConfig} config */
async function draw(figure, config) {
  /** @type {Changes} */
  const features = await readGeoJson(config.features);
  const bounds = boundsOf(features);
  if (!bounds) return showState(figure, "empty", "empty");
  const view = createMap(find(figure, "[data-map]"), config, {
    bounds,
    fitBoundsOptions: { padding: PADDING, maxZoom: 16 },
    minZoom: 0, // a file may lie anywhere
    needsGround: false, // without its communes it still says what it has to
    cooperativeGestures: true,
  });
  await view.start();
  view.drawDocument("features", features, changeColours);
  drawMoves(view, endsOfMoves(features));
  onSchemeChange((palette) => view.repaint(palette));
  view.map.once("idle", () => showState(figure, "ready", "ready"));
}

/**
 * Draw where rows that move come from and go to, over their lines.
 *
 * @param {MapView} view
 * @param {FeatureCollection} ends
 */
function drawMoves(view, ends) {
  if (ends.features.length === 0) return;
  view.drawOwn("moves", { moves: { type: "geojson", data: ends } }, (palette) => {
    putArrowhead(view.map, ARROW, palette.warn, palette.paper);
    return moveLayers("moves", ARROW, palette);
  });
}

/** @param {HTMLElement} figure @param {string} state @param {string} words */
function showState(figure, state, words) {
  const caption = find(figure, "[data-map-words]");
  figure.dataset.state = state;
  caption.textContent = caption.dataset[words] ?? "";
}

const SIZE = 28;
const RATIO = 2;

/**
 * Put the head of an arrow, pointing north, under `name`, in a colour with an outline; what had this name before goes.
 *
 * @param {MapLibreMap} map
 * @param {string} name
 * @param {string} colour
 * @param {string} outline
 */
function putArrowhead(map, name, colour, outline) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIZE;
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")); // null for another kind of context
  pen.beginPath();
  pen.moveTo(SIZE / 2, 2);
  pen.lineTo(SIZE - 4, SIZE - 4);
  pen.lineTo(SIZE / 2, SIZE - 9);
  pen.lineTo(4, SIZE - 4);
  pen.closePath();
  pen.lineWidth = 3;
  pen.lineJoin = "round";
  pen.strokeStyle = outline;
  pen.fillStyle = colour;
  pen.stroke();
  pen.fill();
  if (map.hasImage(name)) map.removeImage(name);
  map.addImage(name, pen.getImageData(0, 0, SIZE, SIZE), { pixelRatio: RATIO });
}
