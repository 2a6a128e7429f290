/** The map of a review: signs of each kind of change, before, after or both; a click on a sign opens its row. */
import { find, findAll, findOptional } from "../../interface/dom.js";
import { boundsOf } from "../../interface/map/geometry.js";
import { readGeoJson } from "../../interface/map/ground.js";
import { onSchemeChange, readPalette } from "../../interface/map/palette.js";
import { createMap } from "../../interface/map/view.js";
import { colourOf, IMAGE, MANY, signLayers, sourcesOf } from "./signs.js";

/** @import { Map as MapLibreMap, MapMouseEvent } from "maplibre-gl" */
/** @import { Palette } from "../../interface/map/colours.js" */
/** @import { MapConfig, MapView } from "../../interface/map/view.js" */
/** @import { ChangePoints, Side, Sign } from "./signs.js" */

/** @typedef {MapConfig & { features: string }} ReviewMapConfig */
/** @typedef {{ select: (row: number) => void }} ChangesMap */

const MOST = 20_000;
const PADDING = 44;
const SIZE = 22;
const RATIO = 2;

/**
 * Draw the map of the page; `open` is called with the row of a sign that is clicked.
 *
 * @param {Document} root
 * @param {ReviewMapConfig} config
 * @param {(row: number) => void} open
 * @returns {Promise<ChangesMap | null>}
 */
export async function drawChanges(root, config, open) {
  const figure = findOptional(root, "[data-review-map]");
  if (!figure) return null;
  try {
    return await draw(figure, config, open);
  } catch (error) {
    showState(figure, "error", "failed");
    throw error;
  }
}

/** @param {HTMLElement} figure @param {ReviewMapConfig} config @param {(row: number) => void} open */
async function draw(figure, config, open) {
  /** @type {ChangePoints} */
  const points = await readGeoJson(config.features);
  const changes = points.features.filter(({ properties }) => properties.change !== "same");
  const bounds = boundsOf({ type: "FeatureCollection", features: changes });
  if (!bounds) {
    showState(figure, "empty", "empty");
    return null;
  }
  let palette = readPalette();
  const view = createMap(find(figure, "[data-map]"), config, {
    bounds,
    fitBoundsOptions: { padding: PADDING, maxZoom: 16 },
    minZoom: 0, // a file may lie anywhere
    needsGround: false,
    cooperativeGestures: true,
    addImage: (map, name) => addSign(map, name, palette),
  });
  await view.start();
  /** @type {Side} */
  let side = "both";
  const show = () => drawSide(view, points, side);
  for (const input of findAll(figure, "input[type=radio]", HTMLInputElement))
    input.addEventListener("change", () => {
      side = /** @type {Side} */ (input.value);
      show();
    });
  show();
  bindClicks(view, open);
  onSchemeChange((newer) => {
    palette = newer;
    for (const name of view.map.listImages()) if (name.startsWith(IMAGE)) view.map.removeImage(name);
    view.repaint(newer);
  });
  find(figure, "[data-map-same]").hidden = changes.length === points.features.length;
  const words = changes.length >= MOST ? "most" : "ready";
  view.map.once("idle", () => showState(figure, "ready", words));
  return { select: (/** @type {number} */ row) => ring(view, points, row) };
}

/** @param {MapView} view @param {ChangePoints} points @param {Side} side */
function drawSide(view, points, side) {
  const sources = sourcesOf(points, side);
  const moves = points.features.filter(({ properties }) => properties.from).length;
  view.drawOwn("changes", sources, (palette) => signLayers(Object.keys(sources), palette, moves > MANY));
}

/**
 * Ring the row in detail, and come to it where it is out of sight.
 *
 * @param {MapView} view
 * @param {ChangePoints} points
 * @param {number} row
 */
function ring(view, points, row) {
  const features = points.features.filter(({ id }) => id === row);
  const data = { type: /** @type {const} */ ("FeatureCollection"), features };
  view.drawOwn("ring", { "review:ring": { type: "geojson", data } }, ({ signal }) => [
    {
      id: "review:ring",
      type: "circle",
      source: "review:ring",
      paint: {
        "circle-radius": 15,
        "circle-opacity": 0,
        "circle-stroke-color": signal,
        "circle-stroke-width": 3,
      },
    },
  ]);
  const [first] = features;
  if (first) view.reach(/** @type {[number, number]} */ (first.geometry.coordinates), 0);
}

/** @param {MapView} view @param {(row: number) => void} open */
function bindClicks(view, open) {
  const { map } = view;
  /** @param {MapMouseEvent} event */
  const signs = ({ point }) => {
    const layers = map.getStyle().layers.map(({ id }) => id);
    return map.queryRenderedFeatures(point, {
      layers: layers.filter((id) => /^review:(added|changed|moved|removed|origin)/.test(id)),
    });
  };
  map.on("click", (event) => {
    const [top] = signs(event);
    if (!top) return;
    if (top.properties.point_count) view.open(event.lngLat);
    else open(Number(top.properties.row));
  });
  map.on("mousemove", (event) => {
    map.getCanvas().style.cursor = signs(event).length ? "pointer" : "";
  });
}

/** @param {HTMLElement} figure @param {string} state @param {string} words */
function showState(figure, state, words) {
  const caption = find(figure, "[data-map-words]");
  figure.dataset.state = state;
  caption.textContent = caption.dataset[words] ?? "";
}

/**
 * Give the map the image of a sign, or of the count of gathered ones.
 *
 * @param {MapLibreMap} map
 * @param {string} name - `review <sign>[ <count>]`
 * @param {Palette} palette
 */
function addSign(map, name, palette) {
  if (!name.startsWith(IMAGE) || map.hasImage(name)) return;
  const [sign, count = ""] = name.slice(IMAGE.length).split(" ");
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = (count ? 2 : 1) * SIZE * RATIO;
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")); // null for another kind of context
  pen.scale(RATIO, RATIO);
  if (count) drawCount(pen, count, palette);
  else drawSign(pen, /** @type {Sign} */ (sign), palette);
  map.addImage(name, pen.getImageData(0, 0, canvas.width, canvas.height), { pixelRatio: RATIO });
}

/** @param {CanvasRenderingContext2D} pen @param {string} count @param {Palette} palette */
function drawCount(pen, count, palette) {
  pen.font = `650 13px ${getComputedStyle(document.body).fontFamily}`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillStyle = palette.ink;
  pen.fillText(count, SIZE, SIZE + 1);
}

/** @param {CanvasRenderingContext2D} pen @param {Sign} sign @param {Palette} palette */
function drawSign(pen, sign, palette) {
  const colour = colourOf(sign, palette);
  const { paper } = palette;
  if (sign === "removed") {
    cross(pen, paper, 7);
    cross(pen, colour, 3.4);
  } else if (sign === "same") disc(pen, 3.6, colour, paper, 1);
  else if (sign === "changed") disc(pen, 5.4, paper, colour, 3.4);
  else if (sign === "origin") disc(pen, 4.6, paper, colour, 2);
  else disc(pen, sign === "added" ? 8 : 6.4, colour, paper, 1.8);
  if (sign === "added") plus(pen, paper);
}

/** @param {CanvasRenderingContext2D} pen @param {number} radius @param {string} fill @param {string} stroke @param {number} width */
function disc(pen, radius, fill, stroke, width) {
  pen.beginPath();
  pen.arc(SIZE / 2, SIZE / 2, radius, 0, 2 * Math.PI);
  Object.assign(pen, { fillStyle: fill, strokeStyle: stroke, lineWidth: width });
  pen.fill();
  pen.stroke();
}

/** @param {CanvasRenderingContext2D} pen @param {string} colour @param {number} width */
function cross(pen, colour, width) {
  const [near, far] = [SIZE / 2 - 5, SIZE / 2 + 5];
  Object.assign(pen, { strokeStyle: colour, lineWidth: width, lineCap: "round" });
  pen.beginPath();
  pen.moveTo(near, near);
  pen.lineTo(far, far);
  pen.moveTo(far, near);
  pen.lineTo(near, far);
  pen.stroke();
}

/** @param {CanvasRenderingContext2D} pen @param {string} colour */
function plus(pen, colour) {
  const [near, middle, far] = [SIZE / 2 - 4, SIZE / 2, SIZE / 2 + 4];
  Object.assign(pen, { strokeStyle: colour, lineWidth: 2, lineCap: "round" });
  pen.beginPath();
  pen.moveTo(near, middle);
  pen.lineTo(far, middle);
  pen.moveTo(middle, near);
  pen.lineTo(middle, far);
  pen.stroke();
}
