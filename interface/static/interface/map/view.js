/** The map of any page: ground, layers, documents and what lies over them, drawn from the page's configuration. */
import * as maplibregl from "../../vendor/maplibre-gl/maplibre-gl.mjs";
import { addBackdrop, layersAround } from "./backdrop.js";
import { documentLayers } from "./documents.js";
import { boxAround } from "./geometry.js";
import { Ground } from "./ground.js";
import { MapImages } from "./images.js";
import { OwnLayers } from "./own-layers.js";
import { paddingIn } from "./padding.js";
import { Painter } from "./painter.js";
import { readPalette } from "./palette.js";
import { RasterPainter, rasterId } from "./rasters.js";
import { leaveSkyOut } from "./sky.js";
import { emptyStyle } from "./style.js";
import { SwipeSides } from "./swipe.js";

const [EDGE, ENOUGH_TO_TELL, NEARER] = [24, 13, 2];

/**
 * Make a map in an element from what `interface/map_config.py` wrote in the page. Call `start()` at once, then `draw()`.
 *
 * Options: `palette` (that of the page), `camera` (`{ zoom, center }`) or else `communes` (codes to frame at first),
 * `addImage(map, name)` (gives the map an image that the page's own style layers name), `imageRatio` (pixels of images
 * for one of the page), `needsGround` (false: a map without its communes still draws); any other is MapLibre's own.
 * Throws where the browser has no WebGL.
 */
export function createMap(element, config, options = {}) {
  return new MapView(element, config, options);
}

/** A MapLibre map of the portal; `map` is MapLibre's own. */
class MapView {
  #config;
  #palette;
  #painter;
  #rasters;
  sides; // the divider: `move(percent)` while it is dragged
  backdrop; // a promise: it is drawn after the data, or there is none
  #needsGround;
  padding = () => paddingIn(this.map.getContainer()); // what framing leaves free at each edge: a page that covers its map says otherwise
  images; // pictures of style layers: `know(layers)` of those that come later
  #ground;
  #own;
  #drawing = { layers: [], opacity: {}, communes: [], selected: null, queries: {}, swipe: null };

  constructor(container, config, options) {
    const { palette, camera, communes, addImage, imageRatio, needsGround = true, ...own } = options;
    this.#config = { communes: [], layers: [], rasters: [], lit: "", ...config };
    [this.#palette, this.#needsGround] = [palette ?? readPalette(), needsGround];
    maplibregl.setWorkerUrl(new URL(config.worker, document.baseURI).href);
    const fitBoundsOptions = { padding: paddingIn(container) };
    this.map = new maplibregl.Map({
      container,
      style: emptyStyle(this.#palette),
      locale: config.words,
      attributionControl: false, // sources are long: the page links to them
      maxPitch: 0,
      fadeDuration: 0, // names appear at once: a fade would draw the whole map twenty times
      dragRotate: false,
      pitchWithRotate: false,
      maxZoom: 20,
      minZoom: 8,
      ...(camera ?? { bounds: this.#boundsOf(communes ?? []), fitBoundsOptions }),
      ...own,
    });
    this.images = new MapImages(this.map, this.#palette, { more: addImage, ratio: imageRatio });
    this.images.know(this.#config.layers);
    leaveSkyOut(this.map);
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    this.#ground = new Ground(this.map, this.#config.credentials);
    this.#own = new OwnLayers(this.map, this.#palette);
    this.#painter = new Painter(this.map, this.#config, this.#palette);
    this.#rasters = new RasterPainter(this.map, this.#config.rasters);
    const idsOf = (...of) => [rasterId(of[0]), ...this.#painter.idsOf(...of)];
    this.sides = new SwipeSides(this.map, idsOf);
  }

  #boundsOf(codes) {
    const boxes = this.#config.communes.filter(({ code }) => codes.includes(code));
    return boxAround(boxes.map(({ bounds }) => bounds)) ?? this.#config.bounds;
  }

  /** Wait for the style and the ground, then draw what lies under and over the layers. */
  async start() {
    await Promise.all([
      this.map.once("style.load"),
      this.#ground.load(this.#config.ground, this.#needsGround),
    ]);
    this.#ground.addSources(this.#config.communes);
    this.backdrop = addBackdrop(this.map, this.#config.backdrop, () => this.#palette, this.#own);
    for (const layer of layersAround(this.map, this.#palette)) this.map.addLayer(layer);
    this.map.once("idle", () => performance.mark("map:drawn"));
  }

  /**
   * Draw layers of the portal from their tiles. What is not given stays as it was: `layers` (slugs, the first above),
   * `opacity` (percents by slug), `communes` (codes lit), `selected` (`{ layer, id }`), `queries` (what is asked of
   * each layer, as a query string by slug: the rest of it is dimmed), `swipe` (`{ left, right, percent }` or null),
   * `variants` (what is drawn otherwise: see `drawn` of `sources.js`).
   */
  draw(drawing) {
    Object.assign(this.#drawing, drawing);
    const { communes, queries, variants = {}, swipe } = this.#drawing;
    this.#painter.queries = queries;
    this.#painter.variants = swipe ? variants : { ...variants, sides: [] };
    this.#rasters.paint(this.#drawing);
    this.#painter.paint(this.#drawing);
    this.sides.place(swipe);
    this.#ground.light(communes.length ? communes : [this.#config.lit], this.#palette);
  }

  /** Know the images of layers that the page draws itself, as `layer_config` writes them. */
  know(layers) {
    this.images.know(layers);
  }

  /** Draw a layer otherwise: `layer` as `layer_config` writes it, with another drawing. */
  restyle(layer) {
    this.images.know([layer]);
    this.#painter.restyle(layer);
    this.draw({});
  }

  /** Draw a GeoJSON document, `colourOf(palette)` being a colour or an expression of MapLibre. */
  drawDocument(name, features, colourOf) {
    this.drawOwn(name, { [name]: { type: "geojson", data: features } }, (palette) =>
      documentLayers(name, colourOf(palette), palette),
    );
  }

  /**
   * Draw what only this page draws, over the features and under the veil: `sources` by id, and the style layers that
   * `layersOf(palette)` makes of them, or of the ground; above all names where `isAbove`, under all where `isGround`.
   */
  drawOwn(name, sources, layersOf, { isAbove = false, isGround = false } = {}) {
    this.#own.draw(name, sources, layersOf, { isAbove, isGround });
  }

  /** Draw everything again in the colours of another scheme, keeping sources and view. */
  repaint(palette) {
    this.#palette = palette;
    this.#painter.palette = palette;
    this.map.setPaintProperty("sea", "background-color", palette["paper-3"]);
    this.#painter.clear();
    this.#rasters.clear();
    this.images.palette = palette;
    this.images.forget();
    const around = layersAround(this.map, palette);
    for (const { id } of around) this.map.removeLayer(id);
    for (const layer of around) this.map.addLayer(layer);
    this.#own.repaint(palette);
    this.draw({});
  }

  /** Ids of the style layers that answer to a click. */
  get pickable() {
    return this.#painter.pickable;
  }

  /** Light the feature that the pointer is on in a list or a table, none for null. */
  hover(feature) {
    this.#painter.hover(feature);
  }

  /** Frame communes by their codes, or what the configuration frames when none is named. */
  frame(codes = []) {
    this.map.fitBounds(this.#boundsOf(codes), { padding: this.padding() });
  }

  /** Frame a box: west, south, east, north in degrees. */
  frameBox(box) {
    this.map.fitBounds(box, { padding: this.padding(), maxZoom: 17 });
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

  /** Come nearer to what the tiles gather at a place, until it parts. */
  open(place) {
    this.map.easeTo({ center: place, zoom: Math.min(this.map.getZoom() + NEARER, this.map.getMaxZoom()) });
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
