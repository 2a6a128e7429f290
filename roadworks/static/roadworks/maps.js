/** Works on a map: lines by their look, pictograms in their middle, the place of who looks and the circle around it. */

import { onSchemeChange } from "../interface/map/palette.js";
import { createMap } from "../interface/map/view.js";
import { Marker } from "../vendor/maplibre-gl/maplibre-gl.mjs";

/** @import { FeatureCollection, LineString, MultiLineString, Polygon } from "geojson" */
/** @import { AddLayerObject, ExpressionSpecification } from "maplibre-gl" */
/** @import { MapConfig, MapView } from "../interface/map/view.js" */
/** @import { Palette } from "../interface/map/colours.js" */

/** @typedef {"closed" | "alternate" | "narrow" | "free"} Look */
/** @typedef {{ title: string, look: Look, isToCome: boolean, middle: [number, number], number: number }} SiteProperties */
/** @typedef {FeatureCollection<LineString | MultiLineString, SiteProperties>} Sites */
/** @typedef {MapConfig & { sites: Sites, place: [number, number] | null, radius: number }} WorksConfig */

export const DEGREE_M = 111_195;
const CIRCLE_SIDES = 64;
const STREETS_PERCENT = 60;

/**
 * A circle of so many metres around a position, as a polygon.
 *
 * @param {[number, number]} centre - longitude, latitude
 * @param {number} metres
 * @returns {Polygon}
 */
export function circle([longitude, latitude], metres) {
  const north = metres / DEGREE_M;
  const east = north / Math.cos((latitude * Math.PI) / 180);
  const ring = Array.from({ length: CIRCLE_SIDES + 1 }, (_, index) => {
    const angle = (2 * Math.PI * index) / CIRCLE_SIDES;
    return [longitude + east * Math.cos(angle), latitude + north * Math.sin(angle)];
  });
  return { type: "Polygon", coordinates: [ring] };
}

/**
 * The box of some lines and of a circle, null for nothing.
 *
 * @param {Sites} sites
 * @param {[number, number] | null} place
 * @param {number} radius
 * @returns {[number, number, number, number] | null}
 */
export function boxOf(sites, place, radius) {
  const points = place
    ? circle(place, radius).coordinates[0]
    : sites.features.flatMap(
        ({ geometry }) =>
          /** @type {number[][]} */ (geometry.coordinates.flat(geometry.type === "LineString" ? 0 : 1)),
      );
  if (points.length === 0) return null;
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

/**
 * @param {Palette} palette
 * @returns {ExpressionSpecification}
 */
function colour(palette) {
  return [
    "match",
    ["get", "look"],
    "closed",
    palette.bad,
    "alternate",
    palette.warn,
    "narrow",
    palette["t-people"],
    palette.ok,
  ];
}

/**
 * The style layers of sites: a rim, the line, dashes for what alternates, dots for what is to come.
 *
 * @param {string} source
 * @param {Palette} palette
 * @returns {AddLayerObject[]}
 */
export function siteLayers(source, palette) {
  /** @type {(id: string, filter: ExpressionSpecification, paint: object) => AddLayerObject} */
  const line = (id, filter, paint) => ({
    id: `${source}-${id}`,
    type: "line",
    source,
    filter,
    layout: { "line-cap": "round", "line-join": "round" },
    paint,
  });
  /** @type {ExpressionSpecification} */
  const isToCome = ["==", ["get", "isToCome"], true];
  /** @type {ExpressionSpecification} */
  const isDashed = ["all", ["!", isToCome], ["==", ["get", "look"], "alternate"]];
  return [
    line("rim", ["literal", true], { "line-color": palette.paper, "line-width": 9 }),
    line("whole", ["all", ["!", isToCome], ["!=", ["get", "look"], "alternate"]], {
      "line-color": colour(palette),
      "line-width": ["match", ["get", "look"], "narrow", 4, 6],
    }),
    line("dashed", isDashed, {
      "line-color": colour(palette),
      "line-width": 6,
      "line-dasharray": [0.6, 1.6],
    }),
    line("to-come", isToCome, {
      "line-color": palette["ink-3"],
      "line-width": 4,
      "line-dasharray": [0.1, 1.8],
    }),
  ];
}

/**
 * Make the map of a page, with its sites.
 *
 * @param {HTMLElement} element
 * @param {WorksConfig} config
 * @returns {Promise<MapView>}
 */
export async function worksMap(element, config) {
  const box = boxOf(config.sites, config.place, config.radius);
  const view = createMap(element, config, {
    ...(box ? { bounds: box, fitBoundsOptions: { padding: 40, maxZoom: 17 } } : {}),
    communes: config.lit ? [config.lit] : [],
    cooperativeGestures: true,
  });
  await view.start();
  drawStreets(view, config);
  drawSites(view, config);
  onSchemeChange((palette) => view.repaint(palette));
  return view;
}

/**
 * Draw the streets that the configuration has, faint: works lie over them.
 *
 * @param {MapView} view
 * @param {MapConfig} config
 */
export function drawStreets(view, { layers = [] }) {
  const slugs = layers.map(({ slug }) => slug);
  view.draw({ layers: slugs, opacity: Object.fromEntries(slugs.map((slug) => [slug, STREETS_PERCENT])) });
}

/**
 * @param {MapView} view
 * @param {Pick<WorksConfig, "sites" | "place" | "radius">} config
 */
function drawSites(view, { sites, place, radius }) {
  if (place) {
    const around = { type: /** @type {const} */ ("geojson"), data: circle(place, radius) };
    view.drawOwn("around", { around }, (palette) => [
      {
        id: "around-fill",
        type: "fill",
        source: "around",
        paint: { "fill-color": palette.brand, "fill-opacity": 0.08 },
      },
      {
        id: "around-line",
        type: "line",
        source: "around",
        paint: { "line-color": palette.brand, "line-width": 2 },
      },
    ]);
    new Marker({ element: mark("home", "") }).setLngLat(place).addTo(view.map);
  }
  view.drawOwn("sites", { sites: { type: "geojson", data: sites } }, (palette) =>
    siteLayers("sites", palette),
  );
  for (const { properties } of sites.features) {
    if (properties.isToCome && !properties.number) continue;
    new Marker({ element: mark(properties.look, properties.number ? String(properties.number) : "") })
      .setLngLat(properties.middle)
      .addTo(view.map);
  }
}

/**
 * A mark over the map, from the template that the page has for this look; decorative, for the list says the same.
 *
 * @param {string} look
 * @param {string} words
 * @returns {HTMLElement}
 */
export function mark(look, words) {
  const element = document.createElement("span");
  element.className = look === "home" ? "works-mark is-home" : "works-mark";
  element.dataset.look = look;
  element.ariaHidden = "true";
  const template = document.querySelector(`template[data-mark="${look}"]`);
  if (words) element.textContent = words;
  else if (template instanceof HTMLTemplateElement) element.append(template.content.cloneNode(true));
  return element;
}
