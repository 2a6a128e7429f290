/** The map itself: sources and style layers that follow the state. */
import * as maplibregl from "../../vendor/maplibre-gl/maplibre-gl.mjs";
import { labelsOf, outsideOf } from "./geometry.js";
import { addIcons } from "./icons.js";
import { Painter } from "./painter.js";
import { coverLayers, emptyStyle, groundLayers } from "./style.js";

const NOTHING = { type: "FeatureCollection", features: [] };
const PADDING = 40;
const EDGE = 24;
const ENOUGH_TO_TELL = 13;

/** A MapLibre map drawn from the configuration of the page and a palette; `options` are more of MapLibre's own. */
export class MapView {
  #config;
  #palette;
  #painter;
  #ground = NOTHING;
  #lit = "";

  constructor(container, config, palette, state, options = {}) {
    this.#config = config;
    this.#palette = palette;
    maplibregl.setWorkerUrl(new URL(config.worker, document.baseURI).href);
    this.map = new maplibregl.Map({
      container,
      style: emptyStyle(palette),
      locale: config.words.map,
      attributionControl: false, // sources are long: the page links to them
      maxPitch: 0,
      fadeDuration: 0, // names appear at once: a fade would draw the whole map twenty times
      dragRotate: false,
      pitchWithRotate: false,
      maxZoom: 20,
      minZoom: 8,
      ...(state.camera ?? { bounds: this.#boundsOf(state), fitBoundsOptions: { padding: PADDING } }),
      ...options,
    });
    leaveSkyOut(this.map);
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    this.#painter = new Painter(this.map, config, palette);
  }

  #boundsOf({ commune }) {
    const asked = commune.split(",");
    const boxes = this.#config.communes
      .filter(({ code }) => asked.includes(code))
      .map(({ bounds }) => bounds);
    if (boxes.length === 0) return this.#config.bounds;
    const [wests, souths, easts, norths] = [0, 1, 2, 3].map((at) => boxes.map((box) => box[at]));
    return [Math.min(...wests), Math.min(...souths), Math.max(...easts), Math.max(...norths)];
  }

  /** Wait for the style and the ground, then draw what lies under and over the layers. Call it at once. */
  async start() {
    await Promise.all([this.map.once("style.load"), this.#loadGround()]);
    const { map } = this;
    map.addSource("ground", { type: "geojson", data: this.#ground });
    map.addSource("veil", { type: "geojson", data: NOTHING });
    map.addSource("names", { type: "geojson", data: labelsOf(this.#config.communes) });
    addIcons(map, this.#config.layers, this.#palette.paper);
    for (const layer of groundLayers(this.#palette)) map.addLayer(layer);
    for (const layer of coverLayers(this.#palette)) map.addLayer(layer);
  }

  async #loadGround() {
    if (!this.#config.ground) return;
    const answer = await fetch(this.#config.ground, { headers: { Accept: "application/geo+json" } });
    if (!answer.ok) throw new Error(`ground: ${answer.status}`);
    this.#ground = await answer.json();
  }

  /** Repaint in the colours of another scheme, keeping sources and view. */
  repaint(palette, state) {
    this.#palette = palette;
    const { map } = this;
    map.setPaintProperty("sea", "background-color", palette["paper-3"]);
    this.#painter.clear();
    for (const { slug } of this.#config.layers)
      if (map.hasImage(`icon:${slug}`)) map.removeImage(`icon:${slug}`);
    addIcons(map, this.#config.layers, palette.paper);
    const around = [...groundLayers(palette), ...coverLayers(palette)];
    for (const { id } of around) map.removeLayer(id);
    for (const layer of around) map.addLayer(layer);
    this.#painter.palette = palette;
    this.show(state);
  }

  /** Say what is asked of each layer, as the query strings of its tiles by slug; then show it. */
  ask(queries, state) {
    this.#painter.queries = queries;
    this.show(state);
  }

  /** Show what the state says: layers that are on, communes that are lit, feature that is selected. */
  show(state) {
    this.#painter.paint(state);
    const asked = (state.commune || this.#config.lit).split(",");
    if (this.#lit !== asked.join()) this.#cover(asked);
    const [lightened, plain] = [this.#palette.paper, this.#palette["paper-2"]];
    const isLit = ["in", ["get", "code"], ["literal", asked]];
    this.map.setPaintProperty("ground", "fill-color", ["case", isLit, lightened, plain]);
  }

  #cover(asked) {
    this.#lit = asked.join();
    const lit = this.#ground.features.filter(({ properties }) => asked.includes(properties.code));
    const veil = { type: "Feature", properties: {}, geometry: outsideOf(...lit.map((one) => one.geometry)) };
    this.map.getSource("veil").setData(lit.length ? veil : NOTHING);
  }

  /** Ids of the style layers that answer to a click. */
  get pickable() {
    return this.#painter.pickable;
  }

  /** Light the feature that the pointer is on in a list or a table, none for null. */
  hover(feature) {
    this.#painter.hover(feature);
  }

  /** Frame the communes of the state, or the whole territory. */
  frame(state) {
    this.map.fitBounds(this.#boundsOf(state), { padding: PADDING });
  }

  /** Frame a box: west, south, east, north in degrees. */
  frameBox(box) {
    this.map.fitBounds(box, { padding: PADDING, maxZoom: 17 });
  }

  /** Bring a place into view when it is out of it, or under the `covered` pixels at the foot of the map. */
  reach(place, covered) {
    const { x, y } = this.map.project(place);
    const { clientWidth, clientHeight } = this.map.getContainer();
    const isSeen = x > EDGE && y > EDGE && x < clientWidth - EDGE && y < clientHeight - covered - EDGE;
    if (isSeen) return;
    const zoom = Math.max(this.map.getZoom(), ENOUGH_TO_TELL);
    this.map.easeTo({ center: place, zoom, offset: [0, -covered / 2] });
  }

  /** Where the person looks: zoom and centre. */
  get camera() {
    const { lng, lat } = this.map.getCenter();
    return {
      zoom: Number(this.map.getZoom().toFixed(2)),
      center: [Number(lng.toFixed(5)), Number(lat.toFixed(5))],
    };
  }
}

/**
 * MapLibre draws a sky behind every map, flat ones too: a quarter of each frame where no graphics card helps, and one
 * more program to compile before the first. It has no option for it; where its insides are others, the sky stays.
 */
function leaveSkyOut({ painter }) {
  if (painter?.drawFunctions?.sky) painter.drawFunctions.sky = () => {};
}
