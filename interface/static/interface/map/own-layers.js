/** What a page draws itself on a map: sources and style layers under a name. */

import { coverOf } from "./backdrop.js";

/** The drawings of a page on a map, in a palette. */
export class OwnLayers {
  #map;
  #palette;
  #drawn = new Map();

  constructor(map, palette) {
    this.#map = map;
    this.#palette = palette;
  }

  /**
   * Draw `sources` by id and what `layersOf(palette)` makes of them instead of what had this name: above all names where
   * `place.isAbove`, under all where `place.isGround`.
   */
  draw(name, sources, layersOf, place) {
    this.#erase(name);
    for (const [id, source] of Object.entries(sources)) this.#map.addSource(id, source);
    this.#drawn.set(name, { sources: Object.keys(sources), layersOf, place, layers: [] });
    this.#paint(name);
  }

  /** Ids of the style layers that names of the backdrop lie over. */
  get surfaces() {
    return [...this.#drawn.values()].flatMap(({ place, layers }) => (place.isGround ? layers : []));
  }

  /** Draw everything again in another palette. */
  repaint(palette) {
    this.#palette = palette;
    for (const name of this.#drawn.keys()) this.#paint(name);
  }

  #paint(name) {
    const own = this.#drawn.get(name);
    for (const id of own.layers) this.#map.removeLayer(id);
    const layers = own.layersOf(this.#palette);
    for (const layer of layers) this.#map.addLayer(layer, coverOf(own.place, this.#map));
    own.layers = layers.map(({ id }) => id);
  }

  #erase(name) {
    const { layers = [], sources = [] } = this.#drawn.get(name) ?? {};
    for (const id of layers) this.#map.removeLayer(id);
    for (const id of sources) this.#map.removeSource(id);
    this.#drawn.delete(name);
  }
}
