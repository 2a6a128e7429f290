/**
 * The map of the sheet: the place over the plan, the cadastre and what applies. A click, or the position, opens another
 * sheet; what is under the pointer is lit in the list, and what a reader comes to in the list is lit on the map.
 */
import { closest, find, findOptional } from "../interface/dom.js";
import { onSchemeChange } from "../interface/map/palette.js";
import { around, choicesOf } from "../interface/map/picking.js";
import { createMap } from "../interface/map/view.js";
import { featureOf, namesOf } from "./features.js";

/** @import { Geometry } from "geojson" */
/** @import { Box } from "../interface/map/geometry.js" */
/** @import { MapConfig, MapView } from "../interface/map/view.js" */

/**
 * `bases` are the query strings of the tiles of layers that are drawn at another day.
 *
 * @typedef {MapConfig & { location: Geometry | null, box: Box | null, bases: Record<string, string> }} SheetMapConfig
 */

const TIMEOUT_MS = 15_000;
const NEAREST_ZOOM = 18;
const CADASTRE_ZOOM = 15;
const REACH_PX = 3;

/**
 * Open the sheet of a position.
 *
 * @param {number} longitude
 * @param {number} latitude
 */
function openSheet(longitude, latitude) {
  const query = new URLSearchParams({ point: `${longitude.toFixed(6)},${latitude.toFixed(6)}` });
  location.assign(`${find(document, "[data-applies-map]").dataset.sheet}?${query}`);
}

/**
 * @param {HTMLElement} element
 * @param {SheetMapConfig} config
 */
async function drawMap(element, config) {
  const layers = config.layers ?? [];
  const slugs = layers.map(({ slug }) => slug);
  const view = createMap(element, config, {
    ...(config.box ? { bounds: config.box, fitBoundsOptions: { padding: 90, maxZoom: NEAREST_ZOOM } } : {}),
    communes: config.lit ? [config.lit] : [],
    cooperativeGestures: true,
  });
  await view.start(slugs);
  view.draw({ layers: slugs, queries: config.bases, variants: { bases: config.bases } });
  if (config.location) drawPlace(view, config.location);
  view.map.on("click", ({ lngLat }) => {
    if (view.map.getZoom() < CADASTRE_ZOOM - 1) view.map.easeTo({ center: lngLat, zoom: CADASTRE_ZOOM + 1 });
    else openSheet(lngLat.lng, lngLat.lat);
  });
  onSchemeChange((palette) => view.repaint(palette));
  const list = findOptional(document, "[data-applies-list]");
  if (list) bindList(list, view, layers);
}

/** @param {MapView} view @param {Geometry} place */
function drawPlace(view, place) {
  /** @type {import("maplibre-gl").SourceSpecification} */
  const source = { type: "geojson", data: { type: "Feature", properties: {}, geometry: place } };
  view.drawOwn("place", { place: source }, (palette) =>
    place.type.endsWith("Point")
      ? [
          {
            id: "place-point",
            type: "circle",
            source: "place",
            paint: {
              "circle-color": palette.signal,
              "circle-radius": 8,
              "circle-stroke-color": palette.paper,
              "circle-stroke-width": 3,
            },
          },
        ]
      : [
          {
            id: "place-halo",
            type: "line",
            source: "place",
            paint: { "line-color": palette.paper, "line-width": 7 },
          },
          {
            id: "place-line",
            type: "line",
            source: "place",
            paint: { "line-color": palette.signal, "line-width": 4 },
          },
        ],
  );
}

/**
 * Light the same feature in the list and on the map.
 *
 * @param {HTMLElement} list
 * @param {MapView} view
 * @param {NonNullable<MapConfig["layers"]>} layers
 */
function bindList(list, view, layers) {
  /** @param {Event} event */
  const light = (event) => view.hover(featureOf(closest(event, "[data-feature]")?.dataset.feature));
  for (const start of ["pointerover", "focusin"]) list.addEventListener(start, light);
  for (const end of ["pointerleave", "focusout"]) list.addEventListener(end, () => view.hover(null));
  /** @param {Set<string>} names */
  const mark = (names) => {
    for (const row of list.querySelectorAll("[data-feature]"))
      if (row instanceof HTMLElement)
        row.classList.toggle("is-hovered", names.has(row.dataset.feature ?? ""));
  };
  view.map.on("mousemove", ({ point }) => {
    const rendered = view.map.queryRenderedFeatures(around(point, REACH_PX), { layers: view.pickable });
    mark(namesOf(choicesOf(rendered, layers)));
  });
  for (const end of /** @type {const} */ (["mouseout", "movestart"])) view.map.on(end, () => mark(new Set()));
}

const element = findOptional(document, "[data-applies-map]");
const config = document.getElementById("applies-map")?.textContent;
if (element && config) drawMap(element, JSON.parse(config));

const button = findOptional(document, "[data-locate]");
button?.addEventListener("click", () => {
  const refuse = () => {
    const status = find(document, "[data-located]");
    button.ariaBusy = "false";
    status.textContent = status.dataset.refused ?? "";
  };
  if (!navigator.geolocation || !isSecureContext) return refuse();
  button.ariaBusy = "true";
  navigator.geolocation.getCurrentPosition(
    ({ coords: { longitude, latitude } }) => openSheet(longitude, latitude),
    refuse,
    { enableHighAccuracy: true, timeout: TIMEOUT_MS },
  );
});
