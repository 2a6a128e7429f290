/** Rasters on the map: pictures that the portal draws, under every feature and over the ground. */
import { absolute } from "./painter.js";

/** @import { Map as MapLibreMap, RasterSourceSpecification, RasterTileSource } from "maplibre-gl" */
/** @import { Box } from "./geometry.js" */
/** @import { Drawing, RasterConfig } from "./view.js" */

/** @typedef {Pick<Drawing, "layers" | "opacity" | "renderings">} RasterDrawing */
/** @typedef {{ tiles: string, isSharp: boolean }} Rendering */

const ABOVE = "limits";
const TILE = 256;

/**
 * The id of the source and of the style layer of a raster.
 *
 * @param {string} slug
 */
export const rasterId = (slug) => `raster:${slug}`;

/**
 * What is drawn, from the lowest to the highest: rasters among `layers` (the first above), from 0 to 1. Pure.
 *
 * @param {RasterDrawing} drawing
 * @param {string[]} slugs
 */
export function rastersDrawn({ layers, opacity = {} }, slugs) {
  const on = layers.filter((slug) => slugs.includes(slug)).reverse();
  return on.map((slug) => ({ slug, opacity: (opacity[slug] ?? 100) / 100 }));
}

/**
 * The tiles of a raster and whether its cells have sharp edges: as its style says, or as the reader asked (`lisse`,
 * `exact`). Pure.
 *
 * @param {Pick<RasterConfig, "tiles" | "otherTiles" | "isSharp">} raster
 * @param {string} [rendering]
 * @returns {Rendering}
 */
export function renderingOf({ tiles, otherTiles, isSharp }, rendering) {
  const isExact = rendering ? rendering === "exact" : isSharp;
  return { tiles: isExact === isSharp ? tiles : otherTiles, isSharp: isExact };
}

/**
 * The style layer under which a basemap lies: the lowest raster, or the limits of the communes.
 *
 * @param {MapLibreMap} map
 */
export function lowestRaster(map) {
  return map.getLayersOrder().find((id) => id.startsWith(rasterId(""))) ?? ABOVE;
}

/** Keeps the rasters of a map in step with what is to be drawn; `rasters` are those of the configuration. */
export class RasterPainter {
  #map;
  #rasters;
  /** @type {string[]} */
  #painted = [];
  /** @type {Map<string, string>} */
  #tiles = new Map(); // of each source, as it was last asked

  /** @param {MapLibreMap} map @param {RasterConfig[]} rasters */
  constructor(map, rasters) {
    this.#map = map;
    this.#rasters = new Map(rasters.map((raster) => [raster.slug, raster]));
  }

  /**
   * Draw the rasters among `layers` at their `opacity`, as their `renderings` ask.
   *
   * @param {RasterDrawing} drawing
   */
  paint(drawing) {
    const entries = rastersDrawn(drawing, [...this.#rasters.keys()]);
    const wanted = entries.map(({ slug }) => slug);
    for (const slug of this.#painted) if (!wanted.includes(slug)) this.#remove(slug);
    const isMoved = this.#painted.filter((slug) => wanted.includes(slug)).join() !== wanted.join();
    for (const { slug, opacity } of entries) {
      const id = rasterId(slug);
      const rendering = renderingOf(this.#raster(slug), drawing.renderings?.[slug]);
      if (!this.#map.getLayer(id)) this.#add(slug, rendering);
      else if (isMoved) this.#map.moveLayer(id, ABOVE);
      this.#map.setPaintProperty(id, "raster-opacity", opacity);
      this.#render(slug, rendering);
    }
    this.#painted = wanted;
  }

  /** Forget every style layer, so that the next `paint` draws them all again. */
  clear() {
    for (const slug of this.#painted) this.#map.removeLayer(rasterId(slug));
  }

  /** @param {string} slug */
  #raster(slug) {
    const raster = this.#rasters.get(slug);
    if (!raster) throw new Error(`no raster ${slug}`);
    return raster;
  }

  /** @param {string} slug @param {Rendering} rendering */
  #render(slug, { tiles, isSharp }) {
    const id = rasterId(slug);
    if (this.#tiles.get(slug) !== tiles)
      /** @type {RasterTileSource} */ (this.#map.getSource(id)).setTiles([absolute(tiles)]);
    this.#tiles.set(slug, tiles);
    this.#map.setPaintProperty(id, "raster-resampling", isSharp ? "nearest" : "linear");
  }

  /** @param {string} slug @param {Rendering} rendering */
  #add(slug, { tiles }) {
    const { minZoom, maxZoom, bounds } = this.#raster(slug);
    const id = rasterId(slug);
    if (!this.#map.getSource(id)) {
      this.#tiles.set(slug, tiles);
      this.#map.addSource(id, {
        type: "raster",
        tiles: [absolute(tiles)],
        tileSize: TILE,
        minzoom: minZoom,
        maxzoom: maxZoom,
        bounds,
      });
    }
    const paint = { "raster-fade-duration": 0 };
    this.#map.addLayer({ id, type: "raster", source: id, minzoom: minZoom, paint }, ABOVE);
  }

  /** @param {string} slug */
  #remove(slug) {
    this.#map.removeLayer(rasterId(slug));
    this.#map.removeSource(rasterId(slug));
  }
}

/**
 * A basemap as a template writes it in `data-` attributes.
 *
 * @typedef {object} BasemapConfig
 * @property {string} [tiles]
 * @property {string} [size]
 * @property {string} [min]
 * @property {string} [max]
 * @property {string} [bounds]
 */

export const BASEMAP = "basemap";
const IN_THE_DARK = { "raster-brightness-max": 0.72, "raster-saturation": -0.35 };

/**
 * Put a basemap under the layers; `described` is what `explorer/templatetags/basemaps.py` says of it.
 *
 * @param {MapLibreMap} map
 * @param {BasemapConfig} described
 * @param {{ isDark?: boolean }} [options]
 */
export function addBasemap(map, described, { isDark = false } = {}) {
  map.addSource(BASEMAP, sourceOf(described));
  map.addLayer(
    { id: BASEMAP, type: "raster", source: BASEMAP, paint: isDark ? IN_THE_DARK : {} },
    lowestRaster(map),
  );
}

/**
 * Take the basemap away, when there is one.
 *
 * @param {MapLibreMap} map
 */
export function removeBasemap(map) {
  if (map.getLayer(BASEMAP)) map.removeLayer(BASEMAP);
  if (map.getSource(BASEMAP)) map.removeSource(BASEMAP);
}

/** @param {BasemapConfig} config @returns {RasterSourceSpecification} */
function sourceOf({ tiles, size, min, max, bounds }) {
  return {
    type: "raster",
    tiles: [location.origin + tiles],
    tileSize: Number(size),
    minzoom: Number(min),
    maxzoom: Number(max),
    ...(bounds ? { bounds: /** @type {Box} */ (bounds.split(",").map(Number)) } : {}),
  };
}
