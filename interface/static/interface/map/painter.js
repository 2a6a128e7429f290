/** The features on the map: keeps MapLibre's sources and style layers in step with what is to be drawn. */
import { allocate, drawn, sourceOf, tileAddress } from "./sources.js";
import { changesOf, fadingOf, featureLayers, featureOrder, groupOf } from "./style.js";

/** @import { AddLayerObject, FeatureIdentifier, Map as MapLibreMap } from "maplibre-gl" */
/** @import { Palette } from "./colours.js" */
/** @import { DrawingEntry, Side, TileSource, Variants } from "./sources.js" */
/** @import { StyleChange, StyledLayer } from "./style.js" */
/** @import { Drawing, FeatureRef, LayerConfig } from "./view.js" */

/** @typedef {DrawingEntry & { source: string, styled: StyledLayer[], pointsFrom: number }} Painted */
/** @typedef {Pick<Painted, "id" | "source" | "slug"> & { label: StyledLayer }} LabelledSurfaces */

// What lies over shapes and labels, and what lies over pictograms: MapLibre places the highest first, so the names of
// communes leave pictograms their room, and labels leave it to both.
const [NAMES, VEIL] = ["names", "veil"];
const ZOOMS = [0, 24];
const CLEAR = "rgba(0,0,0,0)"; // of what is hollow and answers to a click (styles/maplibre/points.py)

/** @param {DrawingEntry} entry */
const keyOf = ({ id, query }) => JSON.stringify([id, query]);

/**
 * A template of addresses made absolute: the worker of MapLibre knows no page. Its braces stay as they are.
 *
 * @param {string} template
 * @returns {string}
 */
export function absolute(template) {
  const [fixed] = template.split("{");
  return new URL(fixed, document.baseURI).href + template.slice(fixed.length);
}

/**
 * Whether a map from afar may count the points of a layer instead of drawing them: a density shows them together already.
 *
 * @param {Pick<LayerConfig, "shape" | "drawing">} layer
 */
const isGathered = ({ shape, drawing }) =>
  shape === "point" && !drawing.some(({ type }) => type === "heatmap");

/** Draws layers from their tiles; `queries`, `variants` and `palette` may be replaced before the next `paint`. */
export class Painter {
  /** @type {Record<string, string>} */
  queries = {};
  /** @type {Variants} */
  variants = {};
  /** @type {Palette} */
  palette;
  #map;
  #tiles;
  #layers;
  /** @type {Record<"base" | "filtered", TileSource[]>} */
  #sources = { base: [], filtered: [] };
  /** @type {Map<string, Painted>} */
  #painted = new Map();
  /** @type {string[]} */
  #order = [NAMES, VEIL]; // ids of style layers, the lowest first
  /** @type {Record<"selected" | "hover", FeatureIdentifier[]>} */
  #targets = { selected: [], hover: [] };

  /**
   * @param {MapLibreMap} map
   * @param {{ tiles?: string, layers: LayerConfig[] }} config
   * @param {Palette} palette
   */
  constructor(map, config, palette) {
    this.#map = map;
    this.palette = palette;
    this.#tiles = absolute(config.tiles ?? "");
    this.#layers = new Map(config.layers.map((layer) => [layer.slug, layer]));
  }

  /**
   * Draw `layers` (slugs, the first above) at their `opacity`, points from a zoom on, and light the `selected` feature.
   *
   * @param {Pick<Drawing, "layers" | "opacity" | "selected" | "pointsFrom">} drawing
   */
  paint({ layers, opacity, selected, pointsFrom = 0 }) {
    const known = { opacity, layers: layers.filter((slug) => this.#isReady(slug)) };
    const entries = drawn(known, this.queries, this.variants);
    this.#supply(
      "base",
      entries.filter(({ query }) => !query),
      { keeps: true },
    );
    this.#supply(
      "filtered",
      entries.filter(({ query }) => query),
      { keeps: false },
    );
    this.#erase(new Set(entries.map(keyOf)));
    this.#stack(entries);
    this.#limit(pointsFrom);
    this.#tell("selected", selected);
  }

  /** Whether a layer is there, and how it is drawn. @param {string} slug */
  #isReady(slug) {
    const layer = this.#layers.get(slug);
    return layer !== undefined && !layer.drawingAddress;
  }

  /** Forget every style layer, so that the next `paint` draws them all again. */
  clear() {
    this.#erase(new Set());
  }

  /**
   * Draw a layer otherwise from the next `paint` on: `layer` as `layer_config` writes it.
   *
   * @param {LayerConfig} layer
   */
  restyle(layer) {
    this.#layers.set(layer.slug, layer);
    for (const [key, { slug }] of this.#painted) if (slug === layer.slug) this.#remove(key);
  }

  /**
   * Ids of the style layers that draw a layer on a side of the divider.
   *
   * @param {string} slug
   * @param {Side} side
   * @returns {string[]}
   */
  idsOf(slug, side) {
    /** @param {Painted} one */
    const isThere = (one) => one.slug === slug && (one.side ?? side) === side;
    const painted = [...this.#painted.values()].filter(isThere);
    return painted.flatMap(({ styled }) => styled.map(({ id }) => id));
  }

  /**
   * The surfaces that have labels, which their tiles give at their middles.
   *
   * @returns {LabelledSurfaces[]}
   */
  get labelledSurfaces() {
    return [...this.#painted.values()].flatMap(({ id, source, slug, styled, isDim }) => {
      const label = styled.find((one) => one.metadata.role === "label" && one["source-layer"] !== slug);
      return label && !isDim ? [{ id, source, slug, label }] : [];
    });
  }

  /** Whether surfaces are drawn that what lies under them shows through. */
  get hasFills() {
    /** @param {Painted} painted */
    const isFilled = ({ slug }) =>
      this.#layer(slug).drawing.some(
        ({ type, paint }) => type === "fill" && (paint["fill-color"] ?? CLEAR) !== CLEAR,
      );
    return [...this.#painted.values()].some(isFilled);
  }

  /** Ids of the style layers that answer to a click: what is dimmed does not, nor a version, whose rows have no sheet. */
  get pickable() {
    /** @param {Painted} painted */
    const isLive = ({ isDim, isVersion }) => !isDim && !isVersion;
    const painted = [...this.#painted.values()].filter(isLive).flatMap(({ styled }) => styled);
    return painted.filter(({ metadata, id }) => metadata.pick && this.#map.getLayer(id)).map(({ id }) => id);
  }

  /**
   * @param {"base" | "filtered"} kind
   * @param {DrawingEntry[]} entries
   * @param {{ keeps: boolean }} options
   */
  #supply(kind, entries, { keeps }) {
    const wanted = entries.map(({ slug, query }) => /** @type {[string, string]} */ ([slug, query]));
    const { remaining, added } = allocate(this.#sources[kind], wanted, kind);
    const left = keeps ? this.#sources[kind] : remaining;
    for (const source of this.#sources[kind]) if (!left.includes(source)) this.#drop(source);
    for (const source of added) this.#add(source);
    this.#sources[kind] = [...left, ...added];
  }

  /** @param {TileSource} source */
  #add(source) {
    const zooms = source.slugs.map((slug) => this.#layer(slug));
    this.#map.addSource(source.id, {
      type: "vector",
      tiles: [tileAddress(this.#tiles, source)],
      minzoom: Math.min(...zooms.map(({ minZoom }) => minZoom)),
      maxzoom: Math.max(...zooms.map(({ maxZoom }) => maxZoom)),
    });
  }

  /** @param {string} slug */
  #layer(slug) {
    const layer = this.#layers.get(slug);
    if (!layer) throw new Error(`no layer ${slug}`);
    return layer;
  }

  /** @param {DrawingEntry} entry */
  #paintedOf(entry) {
    const painted = this.#painted.get(keyOf(entry));
    if (!painted) throw new Error(`${entry.id} is not painted`);
    return painted;
  }

  /** @param {TileSource} source */
  #drop(source) {
    for (const [key, entry] of this.#painted) if (entry.source === source.id) this.#remove(key);
    this.#map.removeSource(source.id);
  }

  /** @param {Set<string>} keys */
  #erase(keys) {
    for (const key of this.#painted.keys()) if (!keys.has(key)) this.#remove(key);
  }

  /** @param {string} key */
  #remove(key) {
    const gone = this.#painted.get(key)?.styled.map(({ id }) => id) ?? [];
    for (const id of gone) this.#map.removeLayer(id);
    this.#order = this.#order.filter((id) => !gone.includes(id));
    this.#painted.delete(key);
  }

  /**
   * Draw entries from the lowest to the highest, labels and pictograms over all of them; what is in place is not moved.
   *
   * @param {DrawingEntry[]} entries
   */
  #stack(entries) {
    for (const entry of entries) {
      const painted = this.#painted.get(keyOf(entry));
      if (painted) this.#change(painted, entry);
      else this.#painted.set(keyOf(entry), this.#painting(entry));
    }
    /** @param {DrawingEntry[]} some */
    const styled = (some) => some.map((entry) => this.#paintedOf(entry).styled);
    // What is dimmed takes no place of what answers.
    const named = [...entries.filter(({ isDim }) => isDim), ...entries.filter(({ isDim }) => !isDim)];
    const over = styled(named).flat();
    /** @param {number[]} groups */
    const of = (...groups) => groups.flatMap((group) => over.filter((layer) => groupOf(layer) === group));
    this.#pile([...featureOrder(styled(entries)), ...of(1)], NAMES);
    this.#pile(of(2, 3), VEIL);
  }

  /**
   * Put style layers one over another under another one, in the map and in the order; what is in place is not moved.
   *
   * @param {StyledLayer[]} layers - the lowest first
   * @param {string} above
   */
  #pile(layers, above) {
    let next = above;
    for (const layer of layers.toReversed()) {
      const at = this.#order.indexOf(layer.id);
      if (at < 0 || this.#order[at + 1] !== next) {
        if (at < 0) this.#map.addLayer(/** @type {AddLayerObject} */ (layer), next);
        else {
          this.#map.moveLayer(layer.id, next);
          this.#order.splice(at, 1);
        }
        this.#order.splice(this.#order.indexOf(next), 0, layer.id);
      }
      next = layer.id;
    }
  }

  /**
   * Draw points from a zoom on alone; a density has its own zooms.
   *
   * @param {number} zoom
   */
  #limit(zoom) {
    for (const painted of this.#painted.values()) {
      if (painted.pointsFrom === zoom || !isGathered(this.#layer(painted.slug))) continue;
      painted.pointsFrom = zoom;
      for (const { id, minzoom = ZOOMS[0], maxzoom = ZOOMS[1] } of painted.styled)
        this.#map.setLayerZoomRange(id, Math.max(minzoom, Math.min(zoom, maxzoom)), maxzoom);
    }
  }

  /** @param {DrawingEntry} entry @returns {Painted} */
  #painting(entry) {
    const kind = entry.query ? "filtered" : "base";
    const source = sourceOf(this.#sources[kind], entry.slug, entry.query)?.id;
    if (source === undefined) throw new Error(`no source for ${entry.id}`);
    const styled = featureLayers(this.#layer(entry.slug), this.palette, { ...entry, source });
    return { ...entry, source, styled, pointsFrom: 0 };
  }

  /**
   * Give what is painted the opacity of an entry: the tiles are not read again for it.
   *
   * @param {Painted} painted
   * @param {DrawingEntry} entry
   */
  #change(painted, { opacity, isDim }) {
    if (painted.opacity === opacity && painted.isDim === isDim) return;
    const isFading = painted.isDim !== isDim;
    Object.assign(painted, { opacity, isDim });
    const map = /** @type {Record<StyleChange[0], (...change: unknown[]) => unknown>} */ (
      /** @type {unknown} */ (this.#map) // the names of properties come from the server
    );
    const layer = this.#layer(painted.slug);
    const changes = changesOf(layer, this.palette, painted);
    if (isFading) changes.push(...fadingOf(layer, this.palette, painted));
    for (const [setter, ...change] of changes) map[setter](...change);
  }

  /**
   * Light a feature wherever it is drawn, none for null.
   *
   * @param {FeatureRef | null} feature
   */
  hover(feature) {
    this.#tell("hover", feature);
  }

  /**
   * Give a feature a state, and take it from the one that had it.
   *
   * @param {"selected" | "hover"} state
   * @param {FeatureRef | null} feature
   */
  #tell(state, feature) {
    for (const target of this.#targets[state])
      if (this.#map.getSource(target.source)) this.#map.setFeatureState(target, { [state]: false });
    const layers = [...this.#painted.values()].filter(({ slug }) => slug === feature?.layer);
    this.#targets[state] = layers.map(({ source, slug }) => ({ source, sourceLayer: slug, id: feature?.id }));
    for (const target of this.#targets[state]) this.#map.setFeatureState(target, { [state]: true });
  }
}
