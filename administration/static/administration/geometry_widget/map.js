// The map of a geometry field: the ground, one drawing, and the tools that change it.
// OpenLayers is the global `ol` of its full build.
import { onSchemeChange, readPalette } from "../../interface/map/palette.js";
import { drawing } from "./text.js";

/** @import BaseLayer from "ol/layer/Base.js" */
/** @import Feature, { FeatureLike } from "ol/Feature.js" */
/** @import Geometry from "ol/geom/Geometry.js" */
/** @import { Type } from "ol/geom/Geometry.js" */
/** @import { GeometryFunction } from "ol/interaction/Draw.js" */
/** @import Interaction from "ol/interaction/Interaction.js" */
/** @import Style from "ol/style/Style.js" */
/** @import { Palette } from "../../interface/map/colours.js" */

/**
 * @typedef {object} MapSettings
 * @property {string} kind - of geometry
 * @property {string} ground - the address of the tiles of communes
 * @property {string} backdrop - the address of the backdrop
 * @property {number[] | null} territory - where to look when nothing is drawn yet
 * @property {boolean} isDisabled
 * @property {() => void} onChange
 */

// Types do not know the functions that the full build hangs on its classes.
const DRAW = /** @type {{ createBox: () => GeometryFunction }} */ (
  /** @type {unknown} */ (ol.interaction.Draw)
);
const WORLD = [-180, -60, 180, 70];

/** @param {Palette} palette */
function drawingStyle({ signal, paper }) {
  const stroke = new ol.style.Stroke({ color: signal, width: 3 });
  const fill = new ol.style.Fill({ color: `${signal}33` });
  const dot = new ol.style.Circle({
    radius: 9,
    fill: new ol.style.Fill({ color: signal }),
    stroke: new ol.style.Stroke({ color: paper, width: 3 }),
  });
  return new ol.style.Style({ stroke, fill, image: dot });
}

/** A map over `target` whose drawing is an `ol.source.Vector`; `onChange` is called after a person changed it. */
export class GeometryMap {
  /** @param {HTMLElement} target @param {MapSettings} settings */
  constructor(target, { kind, ground, backdrop, territory, isDisabled, onChange }) {
    this.kind = kind;
    const palette = readPalette();
    this.drawn = drawingStyle(palette);
    this.style = () => this.drawn; // the tools keep it: what it gives changes with the scheme
    this.tool = "edit";
    this.territory = territory ?? WORLD; // where to look when nothing is drawn yet
    this.source = new ol.source.Vector({ wrapX: false });
    this.onChange = onChange;
    this.under = groundLayers({ communes: ground, backdrop });
    this.layer = new ol.layer.Vector({ source: this.source, style: this.style });
    this.paint(palette);
    this.map = new ol.Map({
      target,
      layers: [...this.under.layers, this.layer],
      controls: [new ol.control.Zoom(), new ol.control.ScaleLine()],
      view: new ol.View({ maxZoom: 20, constrainResolution: true }),
    });
    /** @type {Record<string, Interaction>} */
    this.tools = isDisabled ? {} : this.buildTools();
    this.use("edit");
    this.fit();
    // A map in what is folded has no size before it is unfolded.
    if (!target.clientHeight) this.map.once("change:size", () => this.fit());
    onSchemeChange((changed) => this.paint(changed));
  }

  /**
   * Give everything the colours of a palette.
   *
   * @param {Palette} palette
   */
  paint(palette) {
    this.drawn = drawingStyle(palette);
    this.under.paint(palette);
    this.layer.changed();
  }

  buildTools() {
    const { style } = this;
    const { type } = drawing(this.kind);
    const tools = {
      edit: new ol.interaction.Modify({ source: this.source, style }),
      move: new ol.interaction.Translate({ layers: [this.layer] }),
      draw: new ol.interaction.Draw({
        source: this.source,
        type: /** @type {Type} */ (type),
        style,
      }),
      // Two corners; a circle is what OpenLayers calls the gesture.
      box: new ol.interaction.Draw({
        source: this.source,
        type: "Circle",
        geometryFunction: DRAW.createBox(),
        style,
      }),
    };
    tools.edit.on("modifyend", () => this.onChange());
    tools.move.on("translateend", () => this.onChange());
    tools.draw.on("drawend", (event) => this.added(event.feature));
    tools.box.on("drawend", (event) => this.added(event.feature));
    for (const tool of Object.values(tools)) {
      tool.setActive(false);
      this.map.addInteraction(tool);
    }
    return tools;
  }

  /**
   * Keep one feature where one is expected; the new drawing replaces the old.
   *
   * @param {Feature} feature
   */
  added(feature) {
    if (!drawing(this.kind).isMulti) {
      this.source.clear();
    }
    // Draw adds the feature to the source after this event.
    queueMicrotask(() => {
      if (!this.source.hasFeature(feature)) {
        this.source.addFeature(feature);
      }
      this.use("edit");
      this.onChange();
    });
  }

  /**
   * Activate one tool: "edit", "move", "draw" or "box".
   *
   * @param {string} name
   */
  use(name) {
    this.tool = name;
    for (const [key, tool] of Object.entries(this.tools)) {
      tool.setActive(key === name);
    }
  }

  /**
   * Show these geometries (Web Mercator) instead of what was there.
   *
   * @param {Geometry[]} geometries
   */
  show(geometries) {
    this.source.clear();
    this.source.addFeatures(geometries.map((geometry) => new ol.Feature(geometry)));
  }

  /** Remove the last part. */
  removeLast() {
    const last = this.source.getFeatures().at(-1);
    if (last) {
      this.source.removeFeature(last);
      this.onChange();
    }
  }

  geometries() {
    return this.source.getFeatures().flatMap((feature) => feature.getGeometry() ?? []);
  }

  /** Look at the drawing, or at the territory. */
  fit() {
    const isEmpty = this.source.isEmpty();
    const territory = ol.proj.transformExtent(this.territory, "EPSG:4326", "EPSG:3857");
    const extent = isEmpty ? territory : (this.source.getExtent() ?? territory);
    const edge = isEmpty ? 10 : 40; // pixels
    this.map.getView().fit(extent, { padding: [edge, edge, edge, edge], maxZoom: isEmpty ? 14 : 15 });
  }
}

const FAMILY = '"Atkinson Hyperlegible Next Variable", sans-serif';
const FARTHEST = [600, 150, 40, 10]; // the metres of Web Mercator in a pixel from which each rank is drawn
const WIDTHS = [3.5, 2.5, 2, 2]; // pixels of a road of each rank
const NAMED = ["place", "river", "wood-name", "island-name", "water-name"];
const TOGETHER = "names"; // names of all layers make room for one another, those of the layers above first

/** @param {string} color */
const fill = (color) => new ol.style.Fill({ color });
/** @param {string} color @param {number} width */
const stroke = (color, width) => new ol.style.Stroke({ color, width, lineCap: "round", lineJoin: "round" });

/**
 * @param {string} text
 * @param {{ color: string, halo: string, font: string, placement?: "line" | "point", overflow?: boolean }} options
 */
function words(text, { color, halo, font, ...options }) {
  return new ol.style.Text({ text, font, fill: fill(color), stroke: stroke(halo, 3), ...options });
}

/**
 * @param {string} kind
 * @param {string} name
 * @param {Palette} palette
 */
function nameOf(kind, name, palette) {
  const isWater = kind === "river" || kind === "water-name";
  const color =
    palette[isWater ? "backdrop-water-ink" : kind === "wood-name" ? "backdrop-wood-ink" : "ink-2"];
  const halo = palette[isWater ? "backdrop-water" : kind === "wood-name" ? "backdrop-wood" : "paper-3"];
  const font = kind === "place" ? `500 12px ${FAMILY}` : `italic 500 12px ${FAMILY}`;
  return words(name, { color, halo, font, placement: kind === "river" ? "line" : "point" });
}

/**
 * The style of a feature of the backdrop, from its properties; none where it would be too small.
 *
 * @param {Palette} palette
 */
function shapeStyle(palette) {
  /** @param {string} kind */
  const surface = (kind) => new ol.style.Style({ fill: fill(palette[`backdrop-${kind}`]) });
  /** @type {Record<string, Style[]>} */
  const shapes = {
    wood: [surface("wood")],
    park: [surface("park")],
    water: [surface("water")],
    rail: [new ol.style.Style({ stroke: stroke(palette["backdrop-rail"], 1) })],
  };
  const roads = WIDTHS.map((width) => [
    new ol.style.Style({ stroke: stroke(palette["backdrop-road-edge"], width) }),
    new ol.style.Style({ stroke: stroke(palette["backdrop-road"], width - 1.2) }),
  ]);
  /** @param {FeatureLike} feature @param {number} resolution */
  return (feature, resolution) => {
    const { kind, name, rank } = feature.getProperties();
    if (resolution > FARTHEST[rank - 1]) return undefined;
    if (NAMED.includes(kind)) return new ol.style.Style({ text: nameOf(kind, name, palette) });
    return kind === "road" ? roads[rank - 1] : shapes[kind];
  };
}

const ORDER = ["wood", "park", "water", "rail", "road", ...NAMED];
/** @param {FeatureLike} feature */
const rankOf = (feature) => ORDER.indexOf(feature.get("kind"));

/** @param {Palette} palette */
function landStyle(palette) {
  return new ol.style.Style({ fill: fill(palette["paper-2"]) });
}

/** @param {Palette} palette */
function limitStyle(palette) {
  const font = `600 14px ${FAMILY}`;
  const text = words("", { color: palette.ink, halo: palette["paper-2"], font, overflow: true });
  const style = new ol.style.Style({ stroke: stroke(palette["line-2"], 1.25), text });
  /** @param {FeatureLike} feature */
  return (feature) => {
    text.setText(String(feature.get("nom") ?? ""));
    return style;
  };
}

/**
 * The layers under the drawing, from the lowest, and `paint(palette)`, which gives them their colours.
 *
 * @param {{ communes: string, backdrop: string }} addresses
 */
function groundLayers({ communes, backdrop }) {
  const tiles = new ol.source.VectorTile({
    format: new ol.format.MVT(),
    url: communes,
    minZoom: 8,
    maxZoom: 16,
  });
  const land = new ol.layer.VectorTile({ source: tiles });
  const limits = new ol.layer.VectorTile({ source: tiles, declutter: TOGETHER });
  const around = new ol.layer.Vector({
    source: new ol.source.Vector({ format: new ol.format.GeoJSON(), url: backdrop }),
    declutter: TOGETHER,
    renderOrder: (one, other) => rankOf(one) - rankOf(other),
  });
  /** @param {Palette} palette */
  const paint = (palette) => {
    land.setStyle(landStyle(palette));
    around.setStyle(shapeStyle(palette));
    limits.setStyle(limitStyle(palette));
  };
  // A canvas does not wait for a font as a page does.
  document.fonts.load(`italic 500 12px ${FAMILY}`).then(() => around.changed());
  return { layers: [land, around, limits], paint };
}
