/** The communes under every map: their outlines, those that are lit, the veil over the others, their names. */
import { labelsOf, outsideOf } from "./geometry.js";

const NOTHING = { type: "FeatureCollection", features: [] };

/** Read a GeoJSON document, with the `credentials` that `fetch` takes. Throws when the answer is an error. */
export async function readGeoJson(address, credentials = "same-origin") {
  const answer = await fetch(address, { headers: { Accept: "application/geo+json" }, credentials });
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer.json();
}

/** The sources of the ground on a map, and what of it is lit. */
export class Ground {
  #map;
  #outlines = NOTHING;
  #lit = null;
  #credentials;

  constructor(map, credentials) {
    this.#map = map;
    this.#credentials = credentials;
  }

  /** Read the outlines, none without an address. Throws when they cannot be read, unless they are not needed. */
  async load(address, isNeeded) {
    if (!address) return;
    try {
      this.#outlines = await readGeoJson(address, this.#credentials);
    } catch (error) {
      if (isNeeded) throw error;
    }
  }

  /** Add the sources of the style layers; `communes` are those of the configuration, for their names. */
  addSources(communes) {
    this.#map.addSource("ground", { type: "geojson", data: this.#outlines });
    this.#map.addSource("veil", { type: "geojson", data: NOTHING });
    this.#map.addSource("names", { type: "geojson", data: labelsOf(communes) });
  }

  /** Light communes by their codes: lighter themselves, and a veil over all that is outside of them. */
  light(codes, palette) {
    if (this.#lit !== codes.join()) this.#cover(codes);
    const isLit = ["in", ["get", "code"], ["literal", codes]];
    const colour = ["case", isLit, palette.paper, palette["paper-2"]];
    this.#map.setPaintProperty("ground", "fill-color", colour);
  }

  #cover(codes) {
    this.#lit = codes.join();
    const lit = this.#outlines.features.filter(({ properties }) => codes.includes(properties.code));
    const veil = { type: "Feature", properties: {}, geometry: outsideOf(...lit.map((one) => one.geometry)) };
    this.#map.getSource("veil").setData(lit.length ? veil : NOTHING);
  }
}
