/** The features on the map: keeps MapLibre's sources and style layers in step with what is to be drawn. */
import { allocate, drawn, sourceOf, tileAddress } from "./sources.js";
import { featureLayers, opacitiesOf, pickable } from "./style.js";

const ABOVE = "veil";

const keyOf = ({ id, query }) => JSON.stringify([id, query]);

/** A template of addresses made absolute: the worker of MapLibre knows no page. Its braces stay as they are. */
export function absolute(template) {
  const [fixed] = template.split("{");
  return new URL(fixed, document.baseURI).href + template.slice(fixed.length);
}

/** Draws layers from their tiles; `queries` and `palette` may be replaced before the next `paint`. */
export class Painter {
  queries = {};
  palette;
  #map;
  #tiles;
  #layers;
  #sources = { base: [], asked: [] };
  #painted = new Map();
  #order = [];
  #targets = { selected: [], hover: [] };

  constructor(map, config, palette) {
    this.#map = map;
    this.palette = palette;
    this.#tiles = absolute(config.tiles ?? "");
    this.#layers = new Map(config.layers.map((layer) => [layer.slug, layer]));
  }

  /** Draw `layers` (slugs, the first above) at their `opacity`, and light the `selected` feature. */
  paint({ layers, opacity, selected }) {
    const known = { opacity, layers: layers.filter((slug) => this.#layers.has(slug)) };
    const entries = drawn(known, this.queries);
    this.#supply(
      "base",
      entries.filter(({ query }) => !query),
      { keeps: true },
    );
    this.#supply(
      "asked",
      entries.filter(({ query }) => query),
      { keeps: false },
    );
    this.#erase(new Set(entries.map(keyOf)));
    this.#stack(entries);
    this.#tell("selected", selected);
  }

  /** Forget every style layer, so that the next `paint` draws them all again. */
  clear() {
    this.#erase(new Set());
  }

  /** Ids of the style layers that draw a layer. */
  idsOf(slug) {
    return [...this.#painted.values()].filter((one) => one.slug === slug).flatMap(({ styled }) => styled);
  }

  /** Ids of the style layers that answer to a click: what is dimmed does not. */
  get pickable() {
    const found = [...this.#painted.values()].filter(({ isDim }) => !isDim).flatMap(pickable);
    return found.filter((id) => this.#map.getLayer(id));
  }

  #supply(kind, entries, { keeps }) {
    const wanted = new Map(entries.map(({ slug, query }) => [slug, query]));
    const { kept, added } = allocate(this.#sources[kind], wanted, kind);
    const left = keeps ? this.#sources[kind] : kept;
    for (const source of this.#sources[kind]) if (!left.includes(source)) this.#drop(source);
    for (const source of added) this.#add(source);
    this.#sources[kind] = [...left, ...added];
  }

  #add(source) {
    const zooms = source.slugs.map((slug) => this.#layers.get(slug));
    this.#map.addSource(source.id, {
      type: "vector",
      tiles: [tileAddress(this.#tiles, source)],
      minzoom: Math.min(...zooms.map(({ minZoom }) => minZoom)),
      maxzoom: Math.max(...zooms.map(({ maxZoom }) => maxZoom)),
    });
  }

  #drop(source) {
    for (const [key, entry] of this.#painted) if (entry.source === source.id) this.#remove(key);
    this.#map.removeSource(source.id);
  }

  #erase(kept) {
    for (const key of this.#painted.keys()) if (!kept.has(key)) this.#remove(key);
  }

  #remove(key) {
    for (const id of this.#painted.get(key).styled) this.#map.removeLayer(id);
    this.#painted.delete(key);
  }

  /** Draw entries from the lowest to the highest; what is already at its place is not moved. */
  #stack(entries) {
    const before = this.#order.filter((key) => this.#painted.has(key));
    this.#order = entries.map(keyOf);
    let isInPlace = true;
    entries.forEach((entry, at) => {
      const painted = this.#painted.get(this.#order[at]);
      isInPlace &&= painted !== undefined && before[at] === this.#order[at];
      if (!painted) this.#paintAnew(entry);
      else if (!isInPlace) for (const id of painted.styled) this.#map.moveLayer(id, ABOVE);
      if (painted) this.#strengthen(painted, entry);
    });
  }

  #paintAnew(entry) {
    const kind = entry.query ? "asked" : "base";
    const source = sourceOf(this.#sources[kind], entry.slug, entry.query).id;
    const styled = featureLayers(this.#layers.get(entry.slug), this.palette, { ...entry, source });
    for (const layer of styled) this.#map.addLayer(layer, ABOVE);
    this.#painted.set(keyOf(entry), { ...entry, source, styled: styled.map(({ id }) => id) });
  }

  /** Give what is painted the opacity of an entry: the tiles are not read again for it. */
  #strengthen(painted, { opacity, isDim }) {
    if (painted.opacity === opacity && painted.isDim === isDim) return;
    Object.assign(painted, { opacity, isDim });
    for (const change of opacitiesOf(this.#layers.get(painted.slug), this.palette, painted))
      this.#map.setPaintProperty(...change);
  }

  /** Light a feature wherever it is drawn, none for null. */
  hover(feature) {
    this.#tell("hover", feature);
  }

  /** Give a feature a state, and take it from the one that had it. */
  #tell(state, feature) {
    for (const target of this.#targets[state])
      if (this.#map.getSource(target.source)) this.#map.setFeatureState(target, { [state]: false });
    const shown = [...this.#painted.values()].filter(({ slug }) => slug === feature?.layer);
    this.#targets[state] = shown.map(({ source, slug }) => ({ source, sourceLayer: slug, id: feature.id }));
    for (const target of this.#targets[state]) this.#map.setFeatureState(target, { [state]: true });
  }
}
