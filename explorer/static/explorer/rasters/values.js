/** What the rasters that are on hold at a point and in a feature, in the panel of the sheet; how they are drawn, and where. */

import { closest, find } from "../../interface/dom.js";
import { valuesQuery, withRendering } from "./rasters.js";

/** @import {MapView} from "../../interface/map/view.js" */
/** @import {PageConfig, PageRaster} from "../map_state/config.js" */
/** @import {FeatureRef, LonLat, Rendering, Store} from "../map_state/state.js" */

/** The part of the panel of the sheet that holds values. */
export class RasterValues {
  #box;
  #config;
  #store;
  #shapes;
  #turn = 0;
  /** @type {{ point: LonLat | null, feature: FeatureRef | null } | null} */
  #last = null;

  /** @param {HTMLElement} root @param {PageConfig} config @param {Store} store */
  constructor(root, config, store) {
    this.#box = find(root, "[data-raster-values]");
    this.#config = config;
    this.#store = store;
    this.#shapes = new Map(config.layers.map(({ slug, shape }) => [slug, shape]));
    store.addEventListener("portal:state", ({ detail: { before, after } }) => {
      if (this.#last && this.#on(before).join() !== this.#on(after).join())
        this.show(this.#last.point, this.#last.feature);
    });
  }

  /** @param {{ layers: string[] }} state */
  #on({ layers }) {
    return layers.filter((slug) => this.#config.rasters.some((raster) => raster.slug === slug));
  }

  /** Whether a raster is on. */
  get isAsked() {
    return this.#on(this.#store.state).length > 0;
  }

  /**
   * Show the values at a point, and in a feature that is a surface.
   *
   * @param {LonLat | null} point
   * @param {FeatureRef | null} feature
   */
  async show(point, feature) {
    const turn = ++this.#turn;
    this.#last = { point, feature };
    const surface = feature && this.#shapes.get(feature.layer) === "surface" ? feature : null;
    const query = valuesQuery(this.#on(this.#store.state), point, surface);
    if (!query) {
      this.#box.replaceChildren();
      return;
    }
    const answer = await fetch(`${this.#config.rasterValues}?${query}`, {
      headers: { "HX-Request": "true" },
    });
    if (turn !== this.#turn) return;
    if (answer.ok) this.#box.innerHTML = await answer.text();
    else this.#box.replaceChildren();
  }

  /** Show nothing any more. */
  clear() {
    this.#turn += 1;
    this.#last = null;
    this.#box.replaceChildren();
  }
}

/**
 * Choices between smooth and exact: the map follows, and the address holds them.
 *
 * @param {HTMLFormElement} form
 * @param {PageRaster[]} rasters
 * @param {Store} store
 */
export function bindRenderings(form, rasters, store) {
  form.addEventListener("change", (event) => {
    const choice = closest(event, "[data-rendering]", HTMLSelectElement);
    const layer = closest(event, "[data-layer]")?.dataset.layer;
    const raster = rasters.find(({ slug }) => slug === layer);
    if (!choice || !raster) return;
    const chosen = /** @type {Rendering} */ (choice.value);
    store.update({ renderings: withRendering(store.state.renderings, raster, chosen) });
  });
}

/**
 * Buttons that frame a raster on the map.
 *
 * @param {HTMLFormElement} form
 * @param {PageRaster[]} rasters
 * @param {() => MapView | null} view
 */
export function bindRasterFrames(form, rasters, view) {
  form.addEventListener("click", (event) => {
    const slug = closest(event, "[data-raster-frame]")?.dataset.rasterFrame;
    const raster = rasters.find((one) => one.slug === slug);
    if (raster) view()?.frameBox(raster.bounds);
  });
}
