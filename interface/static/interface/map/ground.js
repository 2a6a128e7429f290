/** The communes under every map: their outlines, those that are lit, the veil over the others, their names. */
import { labelsOf, outsideOf } from "./geometry.js";
import { NAMES_UNTIL } from "./style.js";

/** @import { Feature, FeatureCollection } from "geojson" */
/** @import { ExpressionSpecification, FilterSpecification, GeoJSONSource, Map as MapLibreMap } from "maplibre-gl" */
/** @import { Outline } from "./geometry.js" */
/** @import { Palette } from "./colours.js" */
/** @import { CommuneConfig } from "./view.js" */

/** @typedef {FeatureCollection<Outline, { code: string }>} Outlines */

/** @type {FeatureCollection<Outline, { code: string }>} */
const NOTHING = { type: "FeatureCollection", features: [] };

/**
 * Read a GeoJSON document, with the `credentials` that `fetch` takes. Throws when the answer is an error.
 *
 * @template {FeatureCollection | Feature} [T=FeatureCollection]
 * @param {string} address
 * @param {RequestCredentials} [credentials]
 * @returns {Promise<T>}
 */
export async function readGeoJson(address, credentials = "same-origin") {
  const answer = await fetch(address, { headers: { Accept: "application/geo+json" }, credentials });
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer.json();
}

/** The sources of the ground on a map, and what of it is lit. */
export class Ground {
  #map;
  #outlines = NOTHING;
  /** @type {string | null} */
  #lit = null;
  #credentials;

  /** @param {MapLibreMap} map @param {RequestCredentials} [credentials] */
  constructor(map, credentials) {
    this.#map = map;
    this.#credentials = credentials;
  }

  /**
   * Read the outlines, none without an address. Throws when they cannot be read, unless they are not needed.
   *
   * @param {string} address
   * @param {boolean} isNeeded
   */
  async load(address, isNeeded) {
    if (!address) return;
    try {
      this.#outlines = await readGeoJson(address, this.#credentials);
    } catch (error) {
      if (isNeeded) throw error;
    }
  }

  /**
   * Add the sources of the style layers; `communes` are those of the configuration, for their names.
   *
   * @param {CommuneConfig[]} communes
   */
  addSources(communes) {
    this.#map.addSource("ground", { type: "geojson", data: this.#outlines });
    this.#map.addSource("veil", { type: "geojson", data: NOTHING });
    this.#map.addSource("names", { type: "geojson", data: labelsOf(communes) });
  }

  /**
   * Light communes by their codes: lighter themselves, and a veil over all that is outside of them.
   *
   * @param {string[]} codes
   * @param {Palette} palette
   */
  light(codes, palette) {
    if (this.#lit !== codes.join()) this.#cover(codes);
    const isLit = ["in", ["get", "code"], ["literal", codes]];
    const colour = ["case", isLit, palette.paper, palette["paper-2"]];
    this.#map.setPaintProperty("ground", "fill-color", /** @type {ExpressionSpecification} */ (colour));
    const hasLit = this.#outlines.features.some(({ properties }) => codes.includes(properties.code));
    const under = /** @type {FilterSpecification} */ (hasLit ? isLit : true);
    const around = /** @type {FilterSpecification} */ (hasLit ? ["!", isLit] : false);
    this.#map.setFilter("names", under);
    this.#map.setFilter("names-around", around);
  }

  /**
   * Name the communes from a zoom on: nearer than where a page names them itself.
   *
   * @param {number} zoom
   */
  nameFrom(zoom) {
    for (const id of ["names", "names-around"]) this.#map.setLayerZoomRange(id, zoom, NAMES_UNTIL);
  }

  /** @param {string[]} codes */
  #cover(codes) {
    this.#lit = codes.join();
    const lit = this.#outlines.features.filter(({ properties }) => codes.includes(properties.code));
    /** @type {Feature} */
    const veil = { type: "Feature", properties: {}, geometry: outsideOf(...lit.map((one) => one.geometry)) };
    /** @type {GeoJSONSource} */ (this.#map.getSource("veil")).setData(lit.length ? veil : NOTHING);
  }
}
