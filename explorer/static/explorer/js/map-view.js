/** The map itself: sources and style layers that follow the state. */
import * as maplibregl from "../../vendor/maplibre-gl/maplibre-gl.mjs";
import { labelsOf, outsideOf } from "./geometry.js";
import { addIcons } from "./icons.js";
import { coverLayers, drawingOrder, emptyStyle, featureLayers, groundLayers } from "./style.js";

const NOTHING = { type: "FeatureCollection", features: [] };
const PADDING = 40;
const EDGE = 24;
const ENOUGH_TO_TELL = 13;

/** A MapLibre map drawn from the configuration of the page and the palette of its style sheets. */
export class MapView {
  #config;
  #palette;
  #ground = NOTHING;
  #selected = null;

  constructor(container, config, palette, state) {
    this.#config = config;
    this.#palette = palette;
    maplibregl.setWorkerUrl(new URL(config.worker, document.baseURI).href);
    this.map = new maplibregl.Map({
      container,
      style: emptyStyle(palette),
      locale: config.words.map,
      attributionControl: false, // sources are long: the page links to them
      dragRotate: false,
      pitchWithRotate: false,
      maxZoom: 20,
      minZoom: 8,
      ...(state.camera ?? { bounds: this.#boundsOf(state), fitBoundsOptions: { padding: PADDING } }),
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
  }

  #boundsOf({ commune }) {
    return this.#config.communes.find(({ code }) => code === commune)?.bounds ?? this.#config.bounds;
  }

  /** Wait for the style, then draw the ground and every layer of the configuration. */
  async start() {
    await this.map.once("load");
    if (this.#config.ground) {
      const answer = await fetch(this.#config.ground, { headers: { Accept: "application/geo+json" } });
      if (!answer.ok) throw new Error(`ground: ${answer.status}`);
      this.#ground = await answer.json();
    }
    this.#draw();
  }

  #draw() {
    const { map } = this;
    map.addSource("ground", { type: "geojson", data: this.#ground });
    map.addSource("veil", { type: "geojson", data: NOTHING });
    map.addSource("names", { type: "geojson", data: labelsOf(this.#config.communes) });
    const layers = drawingOrder(this.#config.layers);
    for (const { slug, tiles } of layers) {
      map.addSource(slug, { type: "vector", url: new URL(tiles, document.baseURI).href });
    }
    addIcons(map, layers, this.#palette.paper);
    for (const layer of this.#styleLayers(layers)) map.addLayer(layer);
  }

  #styleLayers(layers) {
    const features = layers.flatMap((layer) => featureLayers(layer, this.#palette));
    return [...groundLayers(this.#palette), ...features, ...coverLayers(this.#palette)];
  }

  /** Repaint in the colours of another scheme, keeping sources and view. */
  repaint(palette, state) {
    this.#palette = palette;
    this.map.setPaintProperty("sea", "background-color", palette["paper-3"]);
    const layers = drawingOrder(this.#config.layers);
    for (const { id } of this.#styleLayers(layers)) this.map.removeLayer(id);
    for (const { slug } of layers)
      if (this.map.hasImage(`icon:${slug}`)) this.map.removeImage(`icon:${slug}`);
    addIcons(this.map, layers, palette.paper);
    for (const layer of this.#styleLayers(layers)) this.map.addLayer(layer);
    this.show(state);
  }

  /** Show what the state says: layers that are on, commune that is lit, feature that is selected. */
  show({ layers, commune, feature }) {
    for (const layer of this.#config.layers) {
      const visibility = layers.includes(layer.slug) ? "visible" : "none";
      for (const { id } of featureLayers(layer, this.#palette))
        this.map.setLayoutProperty(id, "visibility", visibility);
    }
    const asked = commune || this.#config.lit;
    const lit = this.#ground.features.find(({ properties }) => properties.code === asked);
    this.map
      .getSource("veil")
      .setData(lit ? { type: "Feature", properties: {}, geometry: outsideOf(lit.geometry) } : NOTHING);
    const [lightened, plain] = [this.#palette.paper, this.#palette["paper-2"]];
    this.map.setPaintProperty("ground", "fill-color", [
      "case",
      ["==", ["get", "code"], asked],
      lightened,
      plain,
    ]);
    this.#select(feature);
  }

  #select(feature) {
    if (this.#selected) this.map.setFeatureState(this.#selected, { selected: false });
    const isKnown = feature && this.#config.layers.some(({ slug }) => slug === feature.layer);
    this.#selected = isKnown ? { source: feature.layer, sourceLayer: feature.layer, id: feature.id } : null;
    if (this.#selected) this.map.setFeatureState(this.#selected, { selected: true });
  }

  /** Frame the commune of the state, or the whole territory. */
  frame(state) {
    this.map.fitBounds(this.#boundsOf(state), { padding: PADDING });
  }

  /** Bring a place into view when it is out of it, or under the `covered` pixels at the foot of the map. */
  reach(place, covered) {
    const { x, y } = this.map.project(place);
    const { clientWidth, clientHeight } = this.map.getContainer();
    const isSeen = x > EDGE && y > EDGE && x < clientWidth - EDGE && y < clientHeight - covered - EDGE;
    if (isSeen) return;
    const zoom = Math.max(this.map.getZoom(), ENOUGH_TO_TELL);
    this.map.easeTo({ center: place, zoom, offset: [0, -covered / 2] });
  }

  /** Where the person looks: zoom and centre. */
  get camera() {
    const { lng, lat } = this.map.getCenter();
    return {
      zoom: Number(this.map.getZoom().toFixed(2)),
      center: [Number(lng.toFixed(5)), Number(lat.toFixed(5))],
    };
  }
}
