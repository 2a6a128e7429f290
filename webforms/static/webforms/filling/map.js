/** The map where a form takes its position, loaded when somebody opens it: a touch places, Enter places the middle. */

import { onSchemeChange } from "../../interface/map/palette.js";
import { createMap } from "../../interface/map/view.js";
import { drawnShape, positionText, verticesOf } from "./positions.js";

/** @import {MapConfig, MapView} from "../../interface/map/view.js" */
/** @import {Position} from "./positions.js" */

/**
 * @typedef {object} PlaceMap
 * @property {(position: Position, isPlaced: boolean) => void} show - frame a position, and place it
 * @property {() => void} undo - remove the last vertex
 */

/**
 * @typedef {object} PlaceOptions
 * @property {string} address - of the configuration
 * @property {string} drawn - `point`, `line` or `surface`
 * @property {string} text - what the input holds
 * @property {(text: string, middle: Position, count: number) => void} onChange
 */

const SHAPE = "webform-shape";
const CLOSE = 16.5;

/**
 * @param {HTMLElement} element
 * @param {PlaceOptions} options
 * @returns {Promise<PlaceMap>}
 */
export async function openPlaceMap(element, { address, drawn, text, onChange }) {
  await loadSheet(element);
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  /** @type {MapConfig} */
  const config = await response.json();
  let vertices = verticesOf(drawn, text);
  const view = createMap(element, config, {
    cooperativeGestures: false,
    ...(vertices[0] && { camera: { center: vertices[0], zoom: CLOSE } }),
  });
  await view.start();
  view.draw({ layers: (config.layers ?? []).map(({ slug }) => slug) });
  redraw(view, drawn, vertices);

  /** @param {Position[]} next */
  const change = (next) => {
    vertices = next;
    redraw(view, drawn, vertices);
    const last = vertices.at(-1);
    if (!last) return;
    const shape = drawnShape(drawn, vertices);
    const written = shape ? JSON.stringify(shape) : "";
    onChange(drawn === "point" ? positionText(last) : written, last, vertices.length);
  };
  /** @param {Position} position */
  const add = (position) => change(drawn === "point" ? [position] : [...vertices, position]);

  view.map.on("click", ({ lngLat }) => add(rounded([lngLat.lng, lngLat.lat])));
  view.map.getCanvas().addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const { lng, lat } = view.map.getCenter();
    add(rounded([lng, lat]));
  });
  onSchemeChange((palette) => view.repaint(palette));
  element.dataset.state = "ready";
  return {
    show(position, isPlaced) {
      view.map.jumpTo({ center: position, zoom: Math.max(view.map.getZoom(), CLOSE) });
      if (isPlaced && drawn === "point") {
        vertices = [position];
        redraw(view, drawn, vertices);
      }
    },
    undo: () => change(vertices.slice(0, -1)),
  };
}

/** @param {Position} position @returns {Position} */
function rounded([longitude, latitude]) {
  return [Number(longitude.toFixed(6)), Number(latitude.toFixed(6))];
}

/**
 * @param {MapView} view
 * @param {string} drawn
 * @param {Position[]} vertices
 */
function redraw(view, drawn, vertices) {
  const shape = drawnShape(drawn, vertices);
  view.drawOwn(
    SHAPE,
    {
      [`${SHAPE}-points`]: {
        type: "geojson",
        data: { type: "Feature", properties: {}, geometry: { type: "MultiPoint", coordinates: vertices } },
      },
      [`${SHAPE}-line`]: {
        type: "geojson",
        data: {
          type: "FeatureCollection",
          features: shape ? [{ type: "Feature", properties: {}, geometry: shape }] : [],
        },
      },
    },
    (palette) => [
      {
        id: `${SHAPE}-line`,
        type: "line",
        source: `${SHAPE}-line`,
        paint: { "line-color": palette.brand, "line-width": 4 },
      },
      {
        id: `${SHAPE}-points`,
        type: "circle",
        source: `${SHAPE}-points`,
        paint: {
          "circle-radius": 9,
          "circle-color": palette.brand,
          "circle-stroke-color": palette.paper,
          "circle-stroke-width": 3,
        },
      },
    ],
  );
}

/**
 * Load the style sheet of MapLibre, which the page does without until here.
 *
 * @param {HTMLElement} element
 */
async function loadSheet(element) {
  const href = element.dataset.sheet;
  if (!href || document.querySelector(`link[href="${href}"]`)) return;
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = href;
  await new Promise((resolve) => {
    link.addEventListener("load", resolve);
    link.addEventListener("error", resolve);
    document.head.append(link);
  });
}
