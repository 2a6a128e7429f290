/** The geometry of a row on the map: drawn, moved vertex by vertex, cut; by pointer, finger or keyboard. */

import { find, findOptional } from "../../interface/dom.js";
import * as maplibregl from "../../vendor/maplibre-gl/maplibre-gl.mjs";
import {
  boxOf,
  chainsOf,
  drawnShape,
  inserted,
  isPoints,
  middles,
  moved,
  nearest,
  parseShape,
  without,
} from "./shape.js";

/** @import { FeatureCollection } from "geojson" */
/** @import { GeoJSONSource } from "maplibre-gl" */
/** @import { MapView } from "../../interface/map/view.js" */
/** @import { LonLat, Place, Shape } from "./shape.js" */

const SOURCE = "edited-shape";
const MAX_HANDLES = 150; // vertices in view; beyond, a person comes nearer
const MAX_MIDDLES = 60;
const FRAMED_ZOOM = 16;
const STEP_PX = 1;
const FAR_STEP_PX = 10;
/** @type {Record<string, LonLat>} */
const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

/** The shape of the row whose form is open. */
export class ShapeEditor {
  #view;
  #map;
  #bar;
  #words;
  /** @type {HTMLTextAreaElement | null} */
  #text = null;
  #first = "";
  #kind;
  /** @type {"move" | "draw" | "split"} */
  #mode = "move";
  /** @type {LonLat[]} */
  #drawn = [];
  /** @type {maplibregl.Marker[]} */
  #handles = [];
  /** @type {((at: LonLat) => void) | null} */
  #onSplit = null;
  #isLocked = false;

  /**
   * @param {MapView} view
   * @param {string} kind - of geometry of the layer
   * @param {HTMLElement} bar
   * @param {Record<string, string>} words
   */
  constructor(view, kind, bar, words) {
    this.#view = view;
    this.#map = view.map;
    this.#kind = kind;
    this.#bar = bar;
    this.#words = words;
    find(bar, "[data-shape-draw]").textContent = isPoints(kind) ? words.place : words.draw;
    for (const [name, act] of Object.entries({
      draw: () => this.#toggle("draw"),
      split: () => this.#toggle("split"),
      finish: () => this.#finish(),
      reset: () => this.#write(this.#first),
    }))
      this.#button(name).addEventListener("click", act);
    this.#map.on("click", ({ lngLat }) => this.#put([lngLat.lng, lngLat.lat]));
    this.#map.on("moveend", () => this.#drawHandles());
    this.#map.getCanvas().addEventListener("keydown", (event) => this.#key(event), { capture: true });
  }

  /** @param {string} name */
  #button(name) {
    return find(this.#bar, `[data-shape="${name}"]`, HTMLButtonElement);
  }

  get #shape() {
    return this.#text ? parseShape(this.#text.value) : null;
  }

  /**
   * Edit the shape that a text holds as GeoJSON; `onSplit` takes the place where a person cuts the line, if they may.
   *
   * @param {HTMLTextAreaElement} text
   * @param {{ isLocked: boolean, isFramed: boolean, onSplit: ((at: LonLat) => void) | null }} options
   */
  open(text, { isLocked, isFramed, onSplit }) {
    this.#text = text;
    this.#first = text.value;
    this.#onSplit = onSplit;
    this.#isLocked = isLocked;
    this.#bar.hidden = isLocked;
    text.addEventListener("change", () => this.#redraw());
    const shape = this.#shape;
    this.#setMode(shape || isLocked ? "move" : "draw");
    if (shape && isFramed) this.#view.frameBox(boxOf(shape), FRAMED_ZOOM);
  }

  /** Nothing is edited any more. */
  close() {
    this.#text = null;
    this.#bar.hidden = true;
    this.#setMode("move");
  }

  /** @param {"draw" | "split"} mode */
  #toggle(mode) {
    this.#setMode(this.#mode === mode ? "move" : mode);
    if (this.#mode === mode) this.#map.getCanvas().focus();
  }

  /** @param {"move" | "draw" | "split"} mode */
  #setMode(mode) {
    this.#mode = mode;
    this.#drawn = [];
    const container = this.#map.getContainer();
    if (mode === "move") delete container.dataset.tool;
    else container.dataset.tool = mode;
    this.#button("draw").setAttribute("aria-pressed", String(mode === "draw"));
    this.#button("split").setAttribute("aria-pressed", String(mode === "split"));
    this.#redraw();
  }

  /** @param {LonLat} at */
  #put(at) {
    if (!this.#text || this.#isLocked) return;
    if (this.#mode === "split") return this.#cut(at);
    if (this.#mode !== "draw") return;
    this.#drawn = isPoints(this.#kind) && !this.#kind.startsWith("Multi") ? [at] : [...this.#drawn, at];
    if (this.#kind === "Point") return this.#finish();
    this.#redraw();
  }

  /** @param {LonLat} at */
  #cut(at) {
    const shape = this.#shape;
    const place = shape && nearest(shape, at);
    if (!place) return;
    this.#setMode("move");
    this.#onSplit?.(place);
  }

  #finish() {
    const shape = drawnShape(this.#kind, this.#drawn);
    if (!shape) return;
    this.#setMode("move");
    this.#write(JSON.stringify(shape));
  }

  /** @param {string} value */
  #write(value) {
    if (!this.#text) return;
    this.#text.value = value;
    this.#text.dispatchEvent(new Event("input", { bubbles: true }));
    this.#redraw();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (this.#mode === "move") return;
    const { lng, lat } = this.#map.getCenter();
    if (event.key === "Enter") this.#put([lng, lat]);
    else if (event.key === "Escape") this.#setMode("move");
    else if (event.key === "Backspace") {
      this.#drawn = this.#drawn.slice(0, -1);
      this.#redraw();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #redraw() {
    const shape = this.#mode === "draw" && this.#drawn.length ? this.#sketch() : this.#shape;
    const source = /** @type {GeoJSONSource | undefined} */ (this.#map.getSource(SOURCE));
    /** @type {FeatureCollection} */
    const features = {
      type: "FeatureCollection",
      features: shape ? [{ type: "Feature", properties: {}, geometry: shape }] : [],
    };
    if (source) source.setData(features);
    else this.#view.drawDocument(SOURCE, features, ({ signal }) => signal);
    this.#drawHandles();
    this.#say();
  }

  /** @returns {Shape | null} what is drawn so far */
  #sketch() {
    const isReady = drawnShape(this.#kind, this.#drawn);
    if (isReady) return isReady;
    return this.#drawn.length > 1
      ? { type: "LineString", coordinates: this.#drawn }
      : { type: "Point", coordinates: this.#drawn[0] };
  }

  #say() {
    const shape = this.#shape;
    const isDrawing = this.#mode === "draw";
    const isLine = this.#kind.endsWith("LineString");
    this.#button("finish").hidden =
      !isDrawing || this.#kind === "Point" || !drawnShape(this.#kind, this.#drawn);
    this.#button("split").hidden = !this.#onSplit || !isLine || !shape || isDrawing;
    this.#button("reset").hidden = !this.#text || this.#text.value === this.#first || !this.#first;
    const point = this.#kind === "Point";
    const words = isDrawing
      ? point
        ? this.#words.placing
        : this.#words.drawing.replace("{n}", String(this.#drawn.length))
      : this.#mode === "split"
        ? this.#words.splitting
        : shape
          ? point
            ? this.#words.movable
            : this.#words.vertices
          : "";
    find(this.#bar, "[data-shape-words]").textContent = words;
  }

  #drawHandles() {
    for (const handle of this.#handles) handle.remove();
    this.#handles = [];
    const shape = this.#shape;
    if (!shape || this.#isLocked || this.#mode === "draw") return;
    const bounds = this.#map.getBounds();
    const chains = chainsOf(shape);
    const visible = chains.flatMap(({ points }, chain) =>
      points.flatMap((at, index) => (bounds.contains(at) ? [{ place: { chain, index }, at }] : [])),
    );
    if (visible.length > MAX_HANDLES) {
      find(this.#bar, "[data-shape-words]").textContent = this.#words.nearer;
      return;
    }
    const count = chains.reduce((sum, { points }) => sum + points.length, 0);
    visible.forEach(({ place, at }, rank) => {
      this.#handle(
        at,
        "vertex",
        this.#words.vertex.replace("{rank}", String(rank + 1)).replace("{n}", String(count)),
        place,
      );
    });
    const inside = middles(shape).filter(({ at }) => bounds.contains(at));
    if (this.#mode === "move" && visible.length <= MAX_MIDDLES)
      for (const { place, at } of inside) this.#handle(at, "middle", this.#words.middle, place);
  }

  /**
   * A vertex, or the middle of a side, as a button on the map.
   *
   * @param {LonLat} at
   * @param {"vertex" | "middle"} look
   * @param {string} label
   * @param {Place} place
   */
  #handle(at, look, label, place) {
    const element = document.createElement("button");
    element.type = "button";
    element.className = `shape-handle is-${look}`;
    element.setAttribute("aria-label", label);
    element.dataset.place = `${look}:${place.chain}:${place.index}`;
    const isMovable = look === "vertex" && this.#mode === "move";
    const marker = new maplibregl.Marker({ element, draggable: isMovable }).setLngLat(at).addTo(this.#map);
    marker.on("drag", () => this.#preview(place, marker));
    marker.on("dragend", () => {
      const { lng, lat } = marker.getLngLat();
      this.#change(moved(/** @type {Shape} */ (this.#shape), place, [lng, lat]), element.dataset.place ?? "");
    });
    element.addEventListener("click", (event) => {
      event.stopPropagation();
      if (this.#mode === "split") this.#cut(at);
      else if (look === "middle")
        this.#change(
          inserted(/** @type {Shape} */ (this.#shape), place, at),
          `vertex:${place.chain}:${place.index + 1}`,
        );
    });
    if (isMovable) element.addEventListener("keydown", (event) => this.#moveByKey(event, place, at));
    this.#handles.push(marker);
  }

  /** @param {Place} place @param {maplibregl.Marker} marker */
  #preview(place, marker) {
    const shape = this.#shape;
    const source = /** @type {GeoJSONSource | undefined} */ (this.#map.getSource(SOURCE));
    if (!shape || !source) return;
    const { lng, lat } = marker.getLngLat();
    source.setData({ type: "Feature", properties: {}, geometry: moved(shape, place, [lng, lat]) });
  }

  /** @param {KeyboardEvent} event @param {Place} place @param {LonLat} at */
  #moveByKey(event, place, at) {
    const arrow = ARROWS[event.key];
    const shape = this.#shape;
    if (!shape) return;
    if (arrow) {
      const far = event.shiftKey ? FAR_STEP_PX : STEP_PX;
      const { x, y } = this.#map.project(at);
      const { lng, lat } = this.#map.unproject([x + arrow[0] * far, y + arrow[1] * far]);
      this.#change(moved(shape, place, [lng, lat]), `vertex:${place.chain}:${place.index}`);
    } else if (event.key === "Delete" || event.key === "Backspace") {
      this.#change(without(shape, place), `vertex:${place.chain}:${Math.max(place.index - 1, 0)}`);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {Shape} shape @param {string} focused - the handle that has the focus afterwards */
  #change(shape, focused) {
    this.#write(JSON.stringify(shape));
    const handle = findOptional(this.#map.getContainer(), `[data-place="${focused}"]`);
    handle?.focus();
  }
}
