/** The map of the sheet: the place over the plan and the cadastre; a click, or the position, opens another sheet. */
import { find, findOptional } from "../interface/dom.js";
import { onSchemeChange } from "../interface/map/palette.js";
import { createMap } from "../interface/map/view.js";

/** @import { Geometry } from "geojson" */
/** @import { MapConfig } from "../interface/map/view.js" */

/** @typedef {MapConfig & { location: Geometry | null, box: [number, number, number, number] | null }} SheetMapConfig */

const TIMEOUT_MS = 15_000;
const NEAREST_ZOOM = 18;
const CADASTRE_ZOOM = 15;

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
  const view = createMap(element, config, {
    ...(config.box ? { bounds: config.box, fitBoundsOptions: { padding: 90, maxZoom: NEAREST_ZOOM } } : {}),
    communes: config.lit ? [config.lit] : [],
    cooperativeGestures: true,
  });
  await view.start();
  view.draw({ layers: (config.layers ?? []).map(({ slug }) => slug) });
  const { location: place } = config;
  if (place) {
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
  view.map.on("click", ({ lngLat }) => {
    if (view.map.getZoom() < CADASTRE_ZOOM - 1) view.map.easeTo({ center: lngLat, zoom: CADASTRE_ZOOM + 1 });
    else openSheet(lngLat.lng, lngLat.lat);
  });
  onSchemeChange((palette) => view.repaint(palette));
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
