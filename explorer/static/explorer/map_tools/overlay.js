/** Lines and areas drawn above the map, whatever its style: an SVG that follows the camera and the colours of the page. */

import { tabStorage } from "../../interface/storage.js";
import { isUserLocation, userLocation } from "../map_state/storage.js";
import { lengthText } from "./measures.js";
import { outlinesOf, pointOf } from "./shapes.js";

/** @import {Map as MapLibreMap} from "maplibre-gl" */
/** @import {LonLat, Store} from "../map_state/state.js" */
/** @import {Earth} from "./geodesy.js" */

/**
 * What is drawn; `look` is a class of tools.css.
 *
 * @typedef {{ shape: "area" | "line", points: LonLat[], look?: string }} Path
 * @typedef {{ shape: "dot", point: LonLat, radius?: number, look?: string }} Dot
 * @typedef {{ shape: "label", point: LonLat, text: string, look?: string }} Label
 * @typedef {Path | Dot | Label} Item
 */

const SVG = "http://www.w3.org/2000/svg";
const ELEMENTS = /** @type {const} */ ({ area: "path", line: "path", dot: "circle", label: "text" });

/** Groups of items by name. */
export class Overlay {
  #svg;
  #map;
  /** @type {Map<string, { group: SVGGElement, drawn: { item: Item, element: SVGElement }[] }>} */
  #groups = new Map();

  /** @param {SVGSVGElement} svg @param {MapLibreMap} map */
  constructor(svg, map) {
    this.#svg = svg;
    this.#map = map;
    map.on("move", () => this.#follow());
    map.on("resize", () => this.#follow());
  }

  /**
   * Show these items under a name, instead of those it had.
   *
   * @param {string} name
   * @param {Item[]} items
   */
  set(name, items) {
    this.#groups.get(name)?.group.remove();
    this.#groups.delete(name);
    if (!items.length) return;
    const group = document.createElementNS(SVG, "g");
    const drawn = items.map((item) => {
      const element = document.createElementNS(SVG, ELEMENTS[item.shape]);
      element.setAttribute("class", `overlay-${item.shape} ${item.look ?? ""}`);
      if (item.shape === "label") element.textContent = item.text;
      if (item.shape === "dot") element.setAttribute("r", String(item.radius ?? 6));
      group.append(element);
      return { item, element };
    });
    this.#groups.set(name, { group, drawn });
    this.#svg.append(group);
    for (const { item, element } of drawn) this.#place(item, element);
  }

  #follow() {
    for (const { drawn } of this.#groups.values())
      for (const { item, element } of drawn) this.#place(item, element);
  }

  /** @param {Item} item @param {SVGElement} element */
  #place(item, element) {
    if ("points" in item) {
      const points = item.points
        .map((point) => this.#map.project(point))
        .map(({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`);
      const end = item.shape === "area" ? "Z" : "";
      element.setAttribute("d", points.length ? `M${points.join("L")}${end}` : "");
      return;
    }
    const { x, y } = this.#map.project(item.point);
    const [across, down] = item.shape === "dot" ? ["cx", "cy"] : ["x", "y"];
    element.setAttribute(across, x.toFixed(1));
    element.setAttribute(down, y.toFixed(1));
  }
}

/**
 * A circle that tells its radius at its top, and its centre: a person and how sure their device is, or a point.
 *
 * @param {Earth} earth
 * @param {LonLat} centre
 * @param {number} radius
 * @param {string} near - the centre as the address writes it
 * @returns {Item[]}
 */
function aroundItems(earth, centre, radius, near) {
  const top = earth.destination(centre, 0, radius);
  const language = document.documentElement.lang;
  /** @type {Item[]} */
  const circle = [
    { shape: "area", points: earth.circle(centre, radius), look: "is-near" },
    { shape: "label", point: top, text: lengthText(radius, language), look: "is-near" },
  ];
  const location = isUserLocation(tabStorage, near) ? userLocation(tabStorage) : null;
  if (!location) return [...circle, { shape: "dot", point: centre, radius: 5, look: "is-filter" }];
  return [
    ...circle,
    { shape: "area", points: earth.circle(centre, location.accuracy), look: "is-accuracy" },
    { shape: "dot", point: centre, radius: 8, look: "is-me" },
  ];
}

/**
 * Draw the shape that the map is asked with: keep the overlay in step with `within`, `near` and `radius` of the store.
 *
 * @param {Store} store
 * @param {Overlay} overlay
 */
export function bindSpatialFilter(store, overlay) {
  /** @param {{ within: string, near: string, radius: string }} state */
  const follow = async ({ within, near, radius }) => {
    if (near && radius) {
      const { earth } = await import("./earth.js");
      if (store.state.near !== near || store.state.radius !== radius) return;
      overlay.set("filter", aroundItems(earth, pointOf(near), Number(radius), near));
      return;
    }
    const outlines = outlinesOf(within);
    overlay.set(
      "filter",
      outlines.map((points) => ({ shape: "area", points, look: "is-filter" })),
    );
  };
  store.addEventListener("portal:state", ({ detail }) => follow(detail.after));
  follow(store.state);
}
