/** The map of any page: ground, layers, documents and what lies over them, drawn from the page's configuration. */
import * as maplibregl from "../../vendor/maplibre-gl/maplibre-gl.mjs";
import { addBackdrop, coverOf, coverWoods, layersAround } from "./backdrop.js";
import { documentLayers } from "./documents.js";
import { boxAround } from "./geometry.js";
import { Ground } from "./ground.js";
import { MapImages } from "./images.js";
import { paddingIn } from "./padding.js";
import { Painter } from "./painter.js";
import { readPalette } from "./palette.js";
import { PartLabels } from "./part-labels.js";
import { RasterPainter, rasterId } from "./rasters.js";
import { MovingResolution } from "./resolution.js";
import { emptyStyle } from "./style.js";
import { SwipeSides } from "./swipe.js";

/** @import { FeatureCollection } from "geojson" */
/** @import { AddLayerObject, DataDrivenPropertyValueSpecification, LngLatLike } from "maplibre-gl" */
/** @import { Map as MapLibreMap, MapOptions, PaddingOptions, SourceSpecification } from "maplibre-gl" */
/** @import { Placement } from "./backdrop.js" */
/** @import { Palette } from "./colours.js" */
/** @import { Box } from "./geometry.js" */
/** @import { AddImage } from "./images.js" */
/** @import { Side, Variants } from "./sources.js" */
/** @import { CompiledLayer } from "./style.js" */
/** @import { Swipe } from "./swipe.js" */

/**
 * @typedef {object} CommuneConfig
 * @property {string} code
 * @property {string} name
 * @property {[number, number]} label - the middle of the largest ellipse inside it
 * @property {number} room - half the height of this ellipse, in degrees of longitude
 * @property {Box} bounds
 */

/** @typedef {{ zoom: number, center: [number, number] }} Camera */
/** @typedef {{ layer: string, id: string | number }} FeatureRef */
/** @typedef {(palette: Palette) => AddLayerObject[]} LayersOf - makes style layers in a palette */

/**
 * A layer as `layer_config` of `interface/map_config.py` writes it.
 *
 * @typedef {object} LayerConfig
 * @property {string} slug
 * @property {string} title
 * @property {string} singular
 * @property {"point" | "line" | "surface"} shape
 * @property {string} language
 * @property {string} titleField - empty when the visitor does not read it
 * @property {number} minZoom
 * @property {number} maxZoom
 * @property {string} token
 * @property {string} icon
 * @property {number} rank
 * @property {CompiledLayer[]} drawing
 * @property {Record<string, string>} images - SVG by name
 * @property {string} [drawingAddress] - where `drawing` and `images` are read before the layer is drawn; empty: they are here
 */

/**
 * A raster as `raster_config` writes it.
 *
 * @typedef {object} RasterConfig
 * @property {string} slug
 * @property {string} title
 * @property {"raster"} shape
 * @property {string} tiles
 * @property {string} otherTiles
 * @property {number} minZoom
 * @property {number} maxZoom
 * @property {Box} bounds
 * @property {boolean} isSharp
 */

/**
 * What `map_config` or `features_map_config` writes in a page, with the layers and rasters that the page adds.
 *
 * @typedef {object} MapConfig
 * @property {CommuneConfig[]} [communes]
 * @property {Box} [bounds]
 * @property {string} [lit]
 * @property {string} ground
 * @property {string} backdrop
 * @property {string} [tiles]
 * @property {string} worker
 * @property {Record<string, string>} words
 * @property {LayerConfig[]} [layers]
 * @property {string} [drawings] - where those of the first layers are read together
 * @property {RasterConfig[]} [rasters]
 * @property {RequestCredentials} [credentials] - of the request for the communes
 */

/**
 * What is drawn from tiles: see `draw`.
 *
 * @typedef {object} Drawing
 * @property {string[]} layers
 * @property {Record<string, number>} opacity
 * @property {string[]} communes
 * @property {FeatureRef | null} selected
 * @property {Record<string, string>} queries
 * @property {Swipe | null} swipe
 * @property {Variants} [variants]
 * @property {Record<string, string>} [renderings] - `lisse` or `exact`, by raster
 * @property {number} [pointsFrom] - the zoom from which points and the names of communes are drawn
 */

/**
 * @typedef {object} ViewOptions
 * @property {Palette} [palette]
 * @property {Camera | null} [camera]
 * @property {string[]} [communes]
 * @property {AddImage} [addImage]
 * @property {number} [imageRatio]
 * @property {boolean} [needsGround]
 */

const [EDGE, ENOUGH_TO_TELL, NEARER] = [24, 13, 2];

/**
 * Make a map in an element from what `interface/map_config.py` wrote in the page. Call `start()` at once, then `draw()`.
 *
 * Options: `palette` (that of the page), `camera` (`{ zoom, center }`) or else `communes` (codes to frame at first),
 * `addImage(map, name)` (gives the map an image that the page's own style layers name), `imageRatio` (pixels of images
 * for one of the page), `needsGround` (false: a map without its communes still draws); any other is MapLibre's own.
 * Throws where the browser has no WebGL.
 *
 * @param {HTMLElement} element
 * @param {MapConfig} config
 * @param {ViewOptions & Partial<MapOptions>} [options]
 * @returns {MapView}
 */
export function createMap(element, config, options = {}) {
  return new MapView(element, config, options);
}

/** A MapLibre map of the portal; `map` is MapLibre's own. */
export class MapView {
  #config;
  #palette;
  #painter;
  #rasters;
  #partLabels;
  sides; // the divider: `move(percent)` while it is dragged
  /** @type {Promise<void> | undefined} */
  backdrop; // it is drawn after the data, or there is none
  #needsGround;
  /** @type {() => number | PaddingOptions} */
  padding = () => paddingIn(this.map.getContainer()); // what framing leaves free at each edge: a page that covers its map says otherwise
  images; // pictures of style layers: `know(layers)` of those that come later
  #ground;
  #own;
  /** @type {Map<string, Promise<void>>} of drawings, by slug of the layer */
  #readings = new Map();
  /** @type {Promise<{ layers: Record<string, Pick<LayerConfig, "drawing" | "images">> }> | undefined} */
  #gathered;
  /** @type {Drawing} */
  #drawing = { layers: [], opacity: {}, communes: [], selected: null, queries: {}, swipe: null };

  /**
   * @param {HTMLElement} container
   * @param {MapConfig} config
   * @param {ViewOptions & Partial<MapOptions>} options
   */
  constructor(container, config, options) {
    const { palette, camera, communes, addImage, imageRatio, needsGround = true, ...own } = options;
    this.#config = { communes: [], layers: [], rasters: [], lit: "", ...config };
    this.#palette = palette ?? readPalette();
    this.#needsGround = needsGround;
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
    if (own.interactive !== false) new MovingResolution(this.map);
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    this.#ground = new Ground(this.map, this.#config.credentials);
    this.#own = new OwnLayers(this.map, this.#palette);
    this.#painter = new Painter(this.map, this.#config, this.#palette);
    this.#partLabels = new PartLabels(this.map, this.#painter);
    this.#rasters = new RasterPainter(this.map, this.#config.rasters);
    /** @param {string} slug @param {Side} side */
    const idsOf = (slug, side) => [
      rasterId(slug),
      ...this.#painter.idsOf(slug, side),
      ...(areOfOneLayer(this.#drawing.swipe) ? [] : this.#own.idsOf(slug)),
    ];
    this.sides = new SwipeSides(this.map, idsOf);
  }

  /** @param {string[]} codes */
  #boundsOf(codes) {
    const boxes = this.#config.communes.filter(({ code }) => codes.includes(code));
    return boxAround(boxes.map(({ bounds }) => bounds)) ?? this.#config.bounds;
  }

  /**
   * Wait for the style, the ground and the drawings of the first layers, then draw what lies under and over the layers.
   *
   * @param {string[]} [layers] - slugs
   */
  async start(layers = []) {
    await Promise.all([
      this.map.once("style.load"),
      this.#ground.load(this.#config.ground, this.#needsGround),
      this.prepare(layers).catch(() => {}), // `draw` reads it again, and says the error
    ]);
    this.#ground.addSources(this.#config.communes);
    this.backdrop = addBackdrop(this.map, this.#config.backdrop, () => this.#palette, this.#own);
    for (const layer of layersAround(this.map, this.#palette)) this.map.addLayer(layer);
    this.map.once("idle", () => performance.mark("map:drawn"));
    this.map.on("idle", () => this.#partLabels.refresh());
  }

  /**
   * Draw layers of the portal from their tiles. What is not given stays as it was: `layers` (slugs, the first above),
   * `opacity` (percents by slug), `communes` (codes lit), `selected` (`{ layer, id }`), `queries` (what is asked of
   * each layer, as a query string by slug: the rest of it is dimmed), `swipe` (`{ left, right, percent }` or null),
   * `variants` (what is drawn otherwise: see `drawn` of `sources.js`), `pointsFrom` (the zoom from which points and
   * the names of communes are drawn: a page that counts points from afar draws both itself).
   *
   * @param {Partial<Drawing>} drawing
   */
  draw(drawing) {
    Object.assign(this.#drawing, drawing);
    const { communes, queries, variants = {}, swipe, pointsFrom = 0 } = this.#drawing;
    this.#painter.queries = queries;
    this.#painter.variants = swipe ? variants : { ...variants, sides: [] };
    this.#rasters.paint(this.#drawing);
    this.#painter.paint(this.#drawing);
    this.sides.divide(swipe);
    this.#ground.light(communes.length ? communes : [this.#config.lit], this.#palette);
    this.#ground.nameFrom(pointsFrom);
    coverWoods(this.map, this.#painter.hasFills);
    this.#drawWaiting();
  }

  /** Read the drawings of layers that have an address of it, each once. @param {string[]} slugs */
  async prepare(slugs) {
    await this.#readGathered(this.#waiting(slugs));
    await Promise.all(this.#waiting(slugs).map((layer) => this.#reading(layer)));
  }

  /** @param {string[]} slugs */
  #waiting(slugs) {
    return this.#config.layers.filter(({ slug, drawingAddress }) => drawingAddress && slugs.includes(slug));
  }

  /** Draw layers once their drawings are read: what has its drawing is there already. */
  async #drawWaiting() {
    if (this.#waiting(this.#drawing.layers).length === 0) return;
    try {
      await this.prepare(this.#drawing.layers);
    } catch (error) {
      this.map.fire("error", { error });
      return;
    }
    this.draw({});
  }

  /**
   * Read the drawings that the page gathers at one address, once; those of layers that it lacks are read apart.
   *
   * @param {LayerConfig[]} waiting
   */
  async #readGathered(waiting) {
    const address = this.#config.drawings;
    if (!address || waiting.length < 2) return;
    this.#gathered ??= fetch(address, { credentials: this.#config.credentials ?? "same-origin" })
      .then((answer) => (answer.ok ? answer.json() : { layers: {} }))
      .catch(() => ({ layers: {} })); // each layer then says its own fault
    const { layers } = await this.#gathered;
    for (const layer of waiting)
      if (layer.drawingAddress && layers[layer.slug]) this.#know(layer, layers[layer.slug]);
  }

  /**
   * Know how a layer is drawn.
   *
   * @param {LayerConfig} layer
   * @param {Pick<LayerConfig, "drawing" | "images">} drawing
   */
  #know(layer, drawing) {
    Object.assign(layer, drawing, { drawingAddress: "" });
    this.images.know([layer]);
  }

  /** @param {LayerConfig} layer */
  #reading(layer) {
    const reading =
      this.#readings.get(layer.slug) ?? this.#read(layer).finally(() => this.#readings.delete(layer.slug));
    this.#readings.set(layer.slug, reading);
    return reading;
  }

  /** @param {LayerConfig} layer */
  async #read(layer) {
    const answer = await fetch(layer.drawingAddress ?? "", {
      credentials: this.#config.credentials ?? "same-origin",
    });
    if (!answer.ok) throw new Error(`${layer.drawingAddress}: ${answer.status}`);
    this.#know(layer, await answer.json());
  }

  /**
   * Know the images of layers that the page draws itself, as `layer_config` writes them.
   *
   * @param {Pick<LayerConfig, "images">[]} layers
   */
  know(layers) {
    this.images.know(layers);
  }

  /**
   * Draw a layer otherwise: `layer` as `layer_config` writes it, with another drawing.
   *
   * @param {LayerConfig} layer
   */
  restyle(layer) {
    this.images.know([layer]);
    this.#painter.restyle(layer);
    this.draw({});
  }

  /**
   * Draw a GeoJSON document, `colourOf(palette)` being a colour or an expression of MapLibre.
   *
   * @param {string} name
   * @param {FeatureCollection} features
   * @param {(palette: Palette) => DataDrivenPropertyValueSpecification<string>} colourOf
   */
  drawDocument(name, features, colourOf) {
    this.drawOwn(name, { [name]: { type: "geojson", data: features } }, (palette) =>
      documentLayers(name, colourOf(palette), palette),
    );
  }

  /**
   * Draw what only this page draws, over the features and under the veil: `sources` by id, and the style layers that
   * `layersOf(palette)` makes of them, or of the ground; above all names where `isAbove`, under all where `isGround`. What
   * is of a layer (`slug`) is on the side of the divider that this layer has.
   *
   * @param {string} name
   * @param {Record<string, SourceSpecification>} sources
   * @param {LayersOf} layersOf
   * @param {Placement} [placement]
   */
  drawOwn(name, sources, layersOf, { isAbove = false, isGround = false, slug = "" } = {}) {
    this.#own.draw(name, sources, layersOf, { isAbove, isGround, slug });
    if (this.#drawing.swipe) this.sides.divide(this.#drawing.swipe);
  }

  /**
   * Draw everything again in the colours of another scheme, keeping sources and view.
   *
   * @param {Palette} palette
   */
  repaint(palette) {
    this.#palette = palette;
    this.#painter.palette = palette;
    this.map.setPaintProperty("sea", "background-color", palette["paper-3"]);
    this.#painter.clear();
    this.#partLabels.clear();
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

  /**
   * Light the feature that the pointer is on in a list or a table, none for null.
   *
   * @param {FeatureRef | null} feature
   */
  hover(feature) {
    this.#painter.hover(feature);
  }

  /**
   * Frame communes by their codes, or what the configuration frames when none is named.
   *
   * @param {string[]} [codes]
   */
  frame(codes = []) {
    const bounds = this.#boundsOf(codes);
    if (bounds) this.map.fitBounds(bounds, { padding: this.padding() });
  }

  /**
   * Frame a box: west, south, east, north in degrees.
   *
   * @param {Box} box
   * @param {number} [maxZoom]
   */
  frameBox(box, maxZoom = 17) {
    this.map.fitBounds(box, { padding: this.padding(), maxZoom });
  }

  /**
   * Bring a place into view when it is out of it, or under the `covered` pixels at the foot of the map, and a point
   * when it is not drawn so far away.
   *
   * @param {LngLatLike} position
   * @param {number} covered
   * @param {{ isPoint?: boolean }} [options]
   */
  reach(position, covered, { isPoint = false } = {}) {
    const { x, y } = this.map.project(position);
    const { clientWidth, clientHeight } = this.map.getContainer();
    const isSeen = x > EDGE && y > EDGE && x < clientWidth - EDGE && y < clientHeight - covered - EDGE;
    const isNear = !isPoint || this.map.getZoom() >= (this.#drawing.pointsFrom ?? 0);
    if (isSeen && isNear) return;
    const zoom = Math.max(this.map.getZoom(), ENOUGH_TO_TELL);
    this.map.easeTo({ center: position, zoom, offset: [0, -covered / 2] });
  }

  /**
   * Come nearer to what the tiles gather at a place, until it parts.
   *
   * @param {LngLatLike} position
   */
  open(position) {
    this.map.easeTo({ center: position, zoom: Math.min(this.map.getZoom() + NEARER, this.map.getMaxZoom()) });
  }

  /**
   * Where the person looks: zoom and centre.
   *
   * @returns {Camera}
   */
  get camera() {
    const { lng, lat } = this.map.getCenter();
    return {
      zoom: Number(this.map.getZoom().toFixed(2)),
      center: [Number(lng.toFixed(5)), Number(lat.toFixed(5))],
    };
  }
}

/** Whether both sides of the divider are of one layer: periods, or versions. @param {Swipe | null} swipe */
const areOfOneLayer = (swipe) => swipe !== null && swipe.left.split("@")[0] === swipe.right.split("@")[0];

/** The drawings of a page on a map, in a palette. */
class OwnLayers {
  #map;
  #palette;
  /** @type {Map<string, { sources: string[], layersOf: LayersOf, placement: Placement, layers: string[] }>} */
  #drawn = new Map();

  /** @param {MapLibreMap} map @param {Palette} palette */
  constructor(map, palette) {
    this.#map = map;
    this.#palette = palette;
  }

  /**
   * Draw `sources` by id and what `layersOf(palette)` makes of them instead of what had this name: above all names where
   * `placement.isAbove`, under all where `placement.isGround`.
   *
   * @param {string} name
   * @param {Record<string, SourceSpecification>} sources
   * @param {LayersOf} layersOf
   * @param {Placement} placement
   */
  draw(name, sources, layersOf, placement) {
    this.#erase(name);
    for (const [id, source] of Object.entries(sources)) this.#map.addSource(id, source);
    this.#drawn.set(name, { sources: Object.keys(sources), layersOf, placement, layers: [] });
    this.#paint(name);
  }

  /** Ids of the style layers that names of the backdrop lie over. */
  get surfaces() {
    return [...this.#drawn.values()].flatMap(({ placement, layers }) => (placement.isGround ? layers : []));
  }

  /** Ids of the style layers that are of a layer. @param {string} slug */
  idsOf(slug) {
    return [...this.#drawn.values()].flatMap(({ placement, layers }) =>
      slug && placement.slug === slug ? layers : [],
    );
  }

  /**
   * Draw everything again in another palette.
   *
   * @param {Palette} palette
   */
  repaint(palette) {
    this.#palette = palette;
    for (const name of this.#drawn.keys()) this.#paint(name);
  }

  /** @param {string} name */
  #paint(name) {
    const own = this.#drawn.get(name);
    if (!own) return;
    for (const id of own.layers) this.#map.removeLayer(id);
    const layers = own.layersOf(this.#palette);
    for (const layer of layers)
      this.#map.addLayer(layer, coverOf(placementOf(layer, own.placement), this.#map));
    own.layers = layers.map(({ id }) => id);
  }

  /** @param {string} name */
  #erase(name) {
    const { layers = [], sources = [] } = this.#drawn.get(name) ?? {};
    for (const id of layers) this.#map.removeLayer(id);
    for (const id of sources) this.#map.removeSource(id);
    this.#drawn.delete(name);
  }
}

/**
 * Where a style layer lies: what takes room for points is above the names, which MapLibre then places around it.
 *
 * @param {AddLayerObject} layer
 * @param {Placement} placement
 * @returns {Placement}
 */
function placementOf(layer, placement) {
  const metadata = /** @type {{ role?: string } | undefined} */ (
    "metadata" in layer ? layer.metadata : undefined
  );
  return metadata?.role === "room" ? { isAbove: true } : placement;
}

/**
 * MapLibre draws a sky behind every map, flat ones too: a quarter of each frame where no graphics card helps, and one
 * more program to compile before the first. It has no option for it; where its insides are others, the sky stays.
 *
 * @param {MapLibreMap} map
 */
function leaveSkyOut({ painter }) {
  if (painter?.drawFunctions?.sky) painter.drawFunctions.sky = () => {};
}
