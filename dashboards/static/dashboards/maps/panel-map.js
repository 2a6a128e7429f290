/** One map on the page: the kit's view, what the panel draws on it, and what is under the pointer or the keyboard. */
import { find, findAll } from "../../interface/dom.js";
import { readGeoJson } from "../../interface/map/ground.js";
import { onSchemeChange } from "../../interface/map/palette.js";
import { around } from "../../interface/map/picking.js";
import { createMap } from "../../interface/map/view.js";
import { hitOf } from "./hits.js";
import { addShape, circleScale, drawingOf, HOVER, hoverFilter, NAME_PLACES, pickable } from "./layers.js";

/** @import { Feature } from "geojson" */
/** @import { GeoJSONSource } from "maplibre-gl" */
/** @import { Palette } from "../../interface/map/colours.js" */
/** @import { Box } from "../../interface/map/geometry.js" */
/** @import { DashboardMap } from "./element.js" */
/** @import { Hit } from "./hits.js" */
/** @import { PanelMapConfig } from "./layers.js" */

/** @typedef {{ x: number, y: number }} Point - in pixels of the map */

const OWN = "panel";
const REACH_PX = 4;
const KEYBOARD_REACH_PX = 16;
const EDGE_PX = 14;
const KEPT_MS = 3000;
/** @type {Set<PanelMap>} */
const open = new Set();
/**
 * Maps whose element has just gone: the page asks for the same panel again at each filter.
 *
 * @type {Map<string, { panel: PanelMap, timer: ReturnType<typeof setTimeout> }>}
 */
const parted = new Map();

onSchemeChange((palette) => {
  for (const panel of open) panel.repaint(palette);
});

/**
 * The map of an element: that of the panel's last element when it has just gone, else a new one.
 *
 * @param {DashboardMap} element
 */
export function openMap(element) {
  const last = parted.get(element.key);
  if (!last) return new PanelMap(element);
  clearTimeout(last.timer);
  parted.delete(element.key);
  return last.panel;
}

/**
 * Draw the circles of a legend as large as those of its map.
 *
 * @param {DashboardMap} element
 * @param {number} scale
 */
function scaleLegend(element, scale) {
  const panel = element.parentElement;
  if (!panel) return;
  for (const circle of findAll(panel, ".dashboard-map-circle", SVGSVGElement)) {
    const size = `${(circle.viewBox.baseVal.width * scale).toFixed(1)}px`;
    circle.style.width = size;
    circle.style.height = size;
  }
}

/** The map of a panel, under one element after the other. */
export class PanelMap {
  #view;
  #stage;
  #host;
  #config;
  /** @type {Promise<void> | null} */
  #started = null;
  #end = () => {};
  #closed = new Promise((/** @type {(value?: undefined) => void} */ resolve) => {
    this.#end = resolve;
  });

  /** @param {DashboardMap} element */
  constructor(element) {
    const config = element.config;
    this.#host = element;
    this.#config = config;
    this.#stage = find(element, "[data-map]");
    this.#view = createMap(this.#stage, config, {
      communes: config.lights,
      fitBoundsOptions: { padding: EDGE_PX },
      ...(config.bbox && { bounds: config.bbox, fitBoundsOptions: { padding: 0 } }),
      cooperativeGestures: true,
      addImage: (map, name) => addShape(map, name, this.#config.layer?.categories ?? []),
    });
    this.#view.padding = () => EDGE_PX;
    this.#bind();
    open.add(this);
  }

  /**
   * Draw what an element says; kept once it is drawn, or the map is gone.
   *
   * @param {DashboardMap} element
   */
  async show(element) {
    const { bbox } = this.#config;
    this.#host = element;
    this.#config = element.config;
    const place = find(element, "[data-map]");
    if (place !== this.#stage) place.replaceWith(this.#stage);
    if (String(bbox) !== String(this.#config.bbox)) this.#frame();
    this.#view.map.getCanvas().setAttribute("aria-label", this.#config.title); // each region has its own name
    this.#started ??= this.#view.start();
    await this.#started;
    await this.#draw();
    await Promise.race([this.#view.map.once("idle"), this.#closed]);
    if (this.#host === element) element.tell("ready");
  }

  /** Come back to what the panel frames at first: it has changed. */
  #frame() {
    const { bbox, lights } = this.#config;
    if (bbox) this.#view.map.fitBounds(bbox, { padding: 0, animate: false });
    else this.#view.frame(lights);
  }

  /**
   * What the map shows: west, south, east and north, in degrees.
   *
   * @returns {Box}
   */
  get bounds() {
    const bounds = this.#view.map.getBounds();
    const sides = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
    return /** @type {Box} */ (sides.map((side) => Number(side.toFixed(5))));
  }

  async #draw() {
    const config = this.#config;
    const features = config.features ? await readGeoJson(config.features) : null;
    if (config !== this.#config || !open.has(this)) return;
    const { clientWidth: width, clientHeight: height } = this.#stage;
    const scale = circleScale(config, { width, height });
    scaleLegend(this.#host, scale);
    const own = { ...config, radius: config.radius * scale };
    const { sources, layersOf, ...place } = drawingOf(own, features);
    this.#view.know([...(config.layer ? [config.layer] : []), ...(config.context ?? [])]);
    this.#view.draw({ communes: config.lights });
    this.#view.drawOwn(OWN, sources, layersOf, place);
    this.#placeNames();
    this.#view.map.triggerRepaint();
  }

  /** Let the names of communes stand further from their middle, where what is drawn takes its room. */
  #placeNames() {
    const { map } = this.#view;
    for (const id of ["names", "names-around"])
      if (map.getLayer(id)) map.setLayoutProperty(id, "text-variable-anchor-offset", NAME_PLACES);
  }

  /**
   * Draw again in the colours of another scheme.
   *
   * @param {Palette} palette
   */
  repaint(palette) {
    this.#started?.then(() => {
      if (!open.has(this)) return;
      this.#view.repaint(palette);
      this.#placeNames();
    });
  }

  /**
   * The element goes: keep the map a moment, for the next element of the panel.
   *
   * @param {string} key
   */
  part(key) {
    parted.set(key, { panel: this, timer: setTimeout(() => this.#forget(key), KEPT_MS) });
  }

  /** @param {string} key */
  #forget(key) {
    parted.delete(key);
    this.close();
  }

  /** Give the map up. */
  close() {
    if (!open.delete(this)) return;
    this.#end();
    this.#view.map.remove();
  }

  #bind() {
    const { map } = this.#view;
    const canvas = map.getCanvas();
    const middle = () => ({ x: canvas.clientWidth / 2, y: canvas.clientHeight / 2 });
    map.on("click", ({ point }) => this.#choose(this.#under(point, REACH_PX)));
    map.on("mousemove", ({ point }) => this.#tip(this.#under(point, REACH_PX), point));
    map.on("mouseout", () => this.#tip(null));
    map.on("moveend", () => {
      if (document.activeElement === canvas) this.#say(this.#under(middle(), KEYBOARD_REACH_PX), middle());
    });
    canvas.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      this.#choose(this.#under(middle(), KEYBOARD_REACH_PX));
    });
  }

  /** @param {Point} point @param {number} reach */
  #under(point, reach) {
    const { map } = this.#view;
    const layers = pickable(this.#config).filter((id) => map.getLayer(id));
    if (!layers.length) return null;
    const [first] = map.queryRenderedFeatures(around(point, reach), { layers });
    return first ? hitOf(this.#config, first) : null;
  }

  /** @param {Hit | null} hit @param {Point} [point] */
  #tip(hit, point) {
    const tip = find(this.#host, "[data-map-tip]");
    const { map } = this.#view;
    map.getCanvas().classList.toggle("is-pickable", Boolean(hit));
    if (map.getLayer(HOVER)) map.setFilter(HOVER, hoverFilter(this.#config, hit));
    tip.hidden = !hit || !point;
    if (!hit || !point) return;
    tip.textContent = hit.words;
    tip.style.transform = `translate(${point.x + 14}px, ${point.y + 14}px)`;
  }

  /** @param {Hit | null} hit @param {Point} point */
  #say(hit, point) {
    this.#tip(hit, point);
    find(this.#host, "[data-map-picked]").textContent = hit?.words ?? "";
  }

  /** @param {Hit | null} hit */
  async #choose(hit) {
    if (!hit) return;
    if (hit.cluster !== undefined) return this.#enter(hit);
    const value = hit.value ?? (await this.#ask(hit));
    if (value !== undefined && value !== null) this.#host.ask(this.#config.field, String(value));
  }

  /**
   * Come nearer until a gathering of features parts.
   *
   * @param {Hit} hit
   */
  async #enter({ cluster, place }) {
    if (!place) return;
    if (cluster === null || cluster === undefined) return this.#view.open(place);
    const source = /** @type {GeoJSONSource} */ (this.#view.map.getSource(OWN));
    const zoom = await source.getClusterExpansionZoom(cluster);
    this.#view.map.easeTo({ center: place, zoom });
  }

  /**
   * Read of the feature itself what its drawing does not carry.
   *
   * @param {Hit} hit
   */
  async #ask({ id }) {
    const { feature, field } = this.#config;
    if (id === undefined || !feature) return null;
    /** @type {Feature} */
    const { properties } = await readGeoJson(feature.replace("{id}", String(id)));
    return properties?.[field];
  }
}
