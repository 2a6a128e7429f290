/**
 * Draws the counts of each commune instead of points while a map is far and nothing is asked, on the page of the map, in a
 * frame and on paper; a click comes nearer.
 */

import { find, findAll } from "../../interface/dom.js";
import { inPalette } from "../../interface/map/colours.js";
import { PIE } from "../../interface/map/images.js";
import { marksOf, overviewLayers, POINTS_FROM } from "./overview.js";

/** @import { Palette } from "../../interface/map/colours.js" */
/** @import { MapView } from "../../interface/map/view.js" */
/** @import { PageConfig } from "../map_state/config.js" */
/** @import { Store } from "../map_state/state.js" */
/** @import { PointLike } from "maplibre-gl" */
/** @import { Counts, MarkFeature } from "./overview.js" */

const NAME = "overview";
const PICKED = ["total", "faces"].map((part) => `${NAME}:${part}`);
const NEARER = POINTS_FROM + 0.2;
const MOST_AT_ONCE = 40; // layers that one address names

/**
 * Whether a map counts points by commune from afar: of the whole territory, with no condition, version or comparison.
 *
 * @param {PageConfig} config
 * @param {Store["state"]} state
 * @param {string[]} queries - of every layer
 */
export function isOverview({ communes = [], lit }, { commune, swipe, versions }, queries) {
  const isPlain =
    !commune && !swipe && Object.keys(versions).length === 0 && queries.every((query) => !query);
  return !lit && communes.length > 1 && isPlain;
}

/** The image of a ring, by its name in a palette. @param {string} shares @param {Palette} palette */
function ringIn(shares, palette) {
  const words = shares.split(" ").map((word) => inPalette(word, palette));
  return PIE + words.join(" ");
}

/** The queries that the page draws. */
const written = () => findAll(document, "[data-drawn]").map(({ dataset }) => dataset.drawn ?? "");

/**
 * Say on the page at once whether counts will stand for points, which the server supposes where nothing is asked: the rows
 * of the legend stay in their place once the map is drawn. A map without a camera frames the territory, from afar.
 *
 * @param {HTMLElement} root
 * @param {PageConfig} config
 * @param {Store["state"]} state
 */
export function markFirstZoom(root, config, state) {
  const isFar = (state.camera?.zoom ?? 0) < POINTS_FROM;
  root.toggleAttribute("data-gathered", isFar && isOverview(config, state, written()));
}

/**
 * Draw the counts of the layers that are on, again when these or the question change.
 *
 * @param {HTMLElement} root
 * @param {MapView} view
 * @param {Store} store
 * @param {PageConfig} config
 * @param {() => string[]} [queries] - of every layer
 * @returns {Promise<void>} once they are drawn
 */
export function bindOverview(root, view, store, config, queries = written) {
  const overview = new Overview(root, view, store, config, queries);
  root.addEventListener("portal:drawn", () => overview.refresh());
  store.addEventListener("portal:state", () => overview.refresh());
  return overview.refresh();
}

class Overview {
  #root;
  #view;
  #store;
  #config;
  #queries;
  /** @type {Counts} */
  #counts = new Map();
  /** @type {Map<string, Promise<void>>} what is being read, by slug */
  #readings = new Map();
  #turn = 0;
  #drawn = "";
  #hasFailed = false;

  /**
   * @param {HTMLElement} root
   * @param {MapView} view
   * @param {Store} store
   * @param {PageConfig} config
   * @param {() => string[]} queries
   */
  constructor(root, view, store, config, queries) {
    this.#queries = queries;
    this.#root = root;
    this.#view = view;
    this.#store = store;
    this.#config = config;
    this.#bindPicking();
    view.map.on("zoom", () => this.#markZoom());
  }

  /** @returns {Promise<void>} */
  async refresh() {
    const isOn = !this.#hasFailed && isOverview(this.#config, this.#store.state, this.#queries());
    this.#turn += 1;
    this.#limit(isOn ? POINTS_FROM : 0);
    if (!isOn) return this.#draw("", []);
    const turn = this.#turn;
    const layers = this.#layersOn();
    try {
      await Promise.all([
        this.#read(layers.map(({ slug }) => slug)),
        this.#view.prepare(layers.map(({ slug }) => slug)), // faces come with drawings
      ]);
    } catch (error) {
      console.warn(error);
      this.#hasFailed = true; // points are drawn one by one: nothing is hidden
      return this.refresh();
    }
    if (turn !== this.#turn) return;
    const counted = layers.map(({ slug, token }) => ({
      slug,
      token,
      opacity: (this.#store.state.opacity[slug] ?? 100) / 100,
    }));
    const { communes = [] } = this.#config;
    const language = document.documentElement.lang;
    const marks = marksOf(communes, counted, this.#counts, language);
    this.#draw(JSON.stringify(counted), marks);
    this.#writeOutside(layers.map(({ slug }) => this.#counts.get(slug)?.get("") ?? 0));
  }

  #layersOn() {
    const bySlug = new Map(this.#config.layers.map((layer) => [layer.slug, layer]));
    return this.#store.state.layers.flatMap((slug) => {
      const layer = bySlug.get(slug);
      return layer?.isCounted ? [layer] : [];
    });
  }

  /** Read the counts of layers, each once: those that nothing reads yet together. @param {string[]} slugs */
  async #read(slugs) {
    const missing = slugs.filter((slug) => !this.#readings.has(slug));
    for (let start = 0; start < missing.length; start += MOST_AT_ONCE) {
      const part = missing.slice(start, start + MOST_AT_ONCE);
      const reading = this.#readTogether(part);
      for (const slug of part) this.#readings.set(slug, reading);
    }
    await Promise.all(slugs.map((slug) => this.#readings.get(slug)));
  }

  /** @param {string[]} slugs */
  async #readTogether(slugs) {
    const { credentials = "same-origin", counts } = this.#config;
    const address = counts.replace("LAYERS", slugs.join(","));
    const answer = await fetch(address, { credentials, headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
    /** @type {{ layers: Record<string, Record<string, number | null>> }} */
    const { layers } = await answer.json();
    for (const slug of slugs) this.#counts.set(slug, new Map(Object.entries(layers[slug])));
  }

  /** @param {number} zoom */
  #limit(zoom) {
    if (this.#root.dataset.pointsFrom === String(zoom)) return;
    this.#root.dataset.pointsFrom = String(zoom);
    this.#view.draw({ pointsFrom: zoom });
    this.#markZoom();
  }

  /** Say to the page, for its legend, whether counts stand for points at the zoom of the map. */
  #markZoom() {
    const isFar = this.#view.map.getZoom() < Number(this.#root.dataset.pointsFrom ?? 0);
    this.#root.toggleAttribute("data-gathered", isFar);
  }

  /** @param {string} key @param {MarkFeature[]} features */
  #draw(key, features) {
    if (this.#drawn === key) return;
    this.#drawn = key;
    this.#view.drawOwn(
      NAME,
      { [NAME]: { type: "geojson", data: { type: "FeatureCollection", features } } },
      (palette) =>
        features.length ? overviewLayers(NAME, features, palette, (shares) => ringIn(shares, palette)) : [],
      { isAbove: true },
    );
    this.#view.map.getContainer().dataset.overview = String(features.length);
  }

  /** Say how many features no commune counts, so that counts add up. @param {number[]} counts */
  #writeOutside(counts) {
    const outside = counts.reduce((sum, count) => sum + count, 0);
    for (const note of findAll(this.#root, "[data-outside]")) {
      note.hidden = outside === 0;
      find(note, "[data-outside-count]").textContent = outside.toLocaleString(document.documentElement.lang);
    }
  }

  #bindPicking() {
    const { map } = this.#view;
    const canvas = map.getCanvas();
    /** @param {PointLike} point */
    const communeAt = (point) => {
      const layers = PICKED.filter((id) => map.getLayer(id));
      const [mark] = layers.length ? map.queryRenderedFeatures(point, { layers }) : [];
      return mark ? String(mark.properties.code) : "";
    };
    /** @param {PointLike} point */
    const open = (point) => {
      const code = map.getContainer().dataset.tool ? "" : communeAt(point);
      if (code) this.#comeNearer(code);
      return code !== "";
    };
    map.on("click", (event) => open(event.point) && event.preventDefault());
    canvas.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && open([canvas.clientWidth / 2, canvas.clientHeight / 2]))
        event.preventDefault();
    });
    map.on("mousemove", ({ point }) => {
      if (communeAt(point)) canvas.classList.add("is-pickable");
    });
  }

  /** Frame a commune, near enough for its points. @param {string} code */
  #comeNearer(code) {
    const commune = this.#config.communes?.find((one) => one.code === code);
    if (!commune) return;
    const camera = this.#view.map.cameraForBounds(commune.bounds, { padding: this.#view.padding() });
    if (!camera) return;
    this.#view.map.easeTo({ ...camera, zoom: Math.max(camera.zoom ?? 0, NEARER) });
  }
}
