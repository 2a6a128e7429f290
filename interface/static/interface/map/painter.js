/** The features on the map: keeps MapLibre's sources and style layers in step with what is to be drawn. */
import { allocate, drawn, sourceOf, tileAddress } from "./sources.js";
import { changesOf, featureLayers, featureOrder, groupOf } from "./style.js";

const ABOVE = "veil";

const keyOf = ({ id, query }) => JSON.stringify([id, query]);

/** A template of addresses made absolute: the worker of MapLibre knows no page. Its braces stay as they are. */
export function absolute(template) {
  const [fixed] = template.split("{");
  return new URL(fixed, document.baseURI).href + template.slice(fixed.length);
}

/** Draws layers from their tiles; `queries`, `variants` and `palette` may be replaced before the next `paint`. */
export class Painter {
  queries = {};
  variants = {};
  palette;
  #map;
  #tiles;
  #layers;
  #sources = { base: [], asked: [] };
  #painted = new Map();
  #order = []; // ids of style layers, the lowest first
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
    const entries = drawn(known, this.queries, this.variants);
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

  /** Draw a layer otherwise from the next `paint` on: `layer` as `layer_config` writes it. */
  restyle(layer) {
    this.#layers.set(layer.slug, layer);
    for (const [key, { slug }] of this.#painted) if (slug === layer.slug) this.#remove(key);
  }

  /** Ids of the style layers that draw a layer on a side of the divider. */
  idsOf(slug, side) {
    const isThere = (one) => one.slug === slug && (one.side ?? side) === side;
    const found = [...this.#painted.values()].filter(isThere);
    return found.flatMap(({ styled }) => styled.map(({ id }) => id));
  }

  /** Ids of the style layers that answer to a click: what is dimmed does not, nor a version, whose rows have no sheet. */
  get pickable() {
    const isLive = ({ isDim, isVersion }) => !isDim && !isVersion;
    const found = [...this.#painted.values()].filter(isLive).flatMap(({ styled }) => styled);
    return found.filter(({ metadata, id }) => metadata.pick && this.#map.getLayer(id)).map(({ id }) => id);
  }

  #supply(kind, entries, { keeps }) {
    const wanted = entries.map(({ slug, query }) => [slug, query]);
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
    const gone = this.#painted.get(key).styled.map(({ id }) => id);
    for (const id of gone) this.#map.removeLayer(id);
    this.#order = this.#order.filter((id) => !gone.includes(id));
    this.#painted.delete(key);
  }

  /** Draw entries from the lowest to the highest, labels and pictograms over all of them; what is in place is not moved. */
  #stack(entries) {
    for (const entry of entries) {
      const painted = this.#painted.get(keyOf(entry));
      if (painted) this.#change(painted, entry);
      else this.#painted.set(keyOf(entry), this.#painting(entry));
    }
    const styled = (some) => some.map((entry) => this.#painted.get(keyOf(entry)).styled);
    // What is dimmed takes no place of what answers.
    const named = [...entries.filter(({ isDim }) => isDim), ...entries.filter(({ isDim }) => !isDim)];
    const over = styled(named).flat();
    const wanted = [
      ...featureOrder(styled(entries)),
      ...[1, 2, 3].flatMap((group) => over.filter((layer) => groupOf(layer) === group)),
    ];
    const stack = this.#order;
    let above = ABOVE;
    for (const layer of wanted.reverse()) {
      this.#place(layer, above, stack);
      above = layer.id;
    }
  }

  /** Put a style layer under another one, in the map and in `stack`, the ids that the map has from the lowest. */
  #place(layer, above, stack) {
    const under = above === ABOVE ? stack.length : stack.indexOf(above);
    const at = stack.indexOf(layer.id);
    if (at >= 0 && at === under - 1) return;
    if (at < 0) this.#map.addLayer(layer, above);
    else {
      this.#map.moveLayer(layer.id, above);
      stack.splice(at, 1);
    }
    stack.splice(above === ABOVE ? stack.length : stack.indexOf(above), 0, layer.id);
  }

  #painting(entry) {
    const kind = entry.query ? "asked" : "base";
    const source = sourceOf(this.#sources[kind], entry.slug, entry.query).id;
    const styled = featureLayers(this.#layers.get(entry.slug), this.palette, { ...entry, source });
    return { ...entry, source, styled };
  }

  /** Give what is painted the opacity of an entry: the tiles are not read again for it. */
  #change(painted, { opacity, isDim }) {
    if (painted.opacity === opacity && painted.isDim === isDim) return;
    Object.assign(painted, { opacity, isDim });
    for (const [setter, ...change] of changesOf(this.#layers.get(painted.slug), this.palette, painted))
      this.#map[setter](...change);
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
