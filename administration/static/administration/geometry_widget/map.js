// The map of a geometry field: the ground, one drawing, and the tools that change it.
// OpenLayers is the global `ol` of its full build.

import { onSchemeChange, readPalette } from "../../interface/map/palette.js";
import { groundLayers } from "./backdrop.js";
import { drawing } from "./text.js";

const WORLD = [-180, -60, 180, 70];

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
  constructor(target, { kind, ground, backdrop, territory, isDisabled, onChange }) {
    this.kind = kind;
    this.style = () => this.drawn; // the tools keep it: what it gives changes with the scheme
    this.territory = territory ?? WORLD; // where to look when nothing is drawn yet
    this.source = new ol.source.Vector({ wrapX: false });
    this.onChange = onChange;
    this.under = groundLayers({ communes: ground, backdrop });
    this.layer = new ol.layer.Vector({ source: this.source, style: this.style });
    this.paint(readPalette());
    this.map = new ol.Map({
      target,
      layers: [...this.under.layers, this.layer],
      controls: [new ol.control.Zoom(), new ol.control.ScaleLine()],
      view: new ol.View({ maxZoom: 20, constrainResolution: true }),
    });
    this.tools = isDisabled ? {} : this.buildTools();
    this.use("edit");
    this.fit();
    onSchemeChange((palette) => this.paint(palette));
  }

  /** Give everything the colours of a palette. */
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
        type,
        style,
      }),
    };
    tools.edit.on("modifyend", () => this.onChange());
    tools.move.on("translateend", () => this.onChange());
    tools.draw.on("drawend", (event) => this.added(event.feature));
    for (const tool of Object.values(tools)) {
      tool.setActive(false);
      this.map.addInteraction(tool);
    }
    return tools;
  }

  /** Keep one feature where one is expected; the new drawing replaces the old. */
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

  /** Activate one tool: "edit", "move" or "draw". */
  use(name) {
    this.tool = name;
    for (const [key, tool] of Object.entries(this.tools)) {
      tool.setActive(key === name);
    }
  }

  /** Show these geometries (Web Mercator) instead of what was there. */
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
    return this.source.getFeatures().map((feature) => feature.getGeometry());
  }

  /** Look at the drawing, or at the territory. */
  fit() {
    const isEmpty = this.source.isEmpty();
    const extent = isEmpty
      ? ol.proj.transformExtent(this.territory, "EPSG:4326", "EPSG:3857")
      : this.source.getExtent();
    const edge = isEmpty ? 10 : 40; // pixels
    this.map.getView().fit(extent, { padding: [edge, edge, edge, edge], maxZoom: isEmpty ? 14 : 15 });
  }
}
