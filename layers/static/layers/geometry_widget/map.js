// The map of a geometry field: the communes as ground, one drawing, and the tools that change it.
// OpenLayers is the global `ol` of its full build.

import { lightPalette } from "../../interface/map/palette.js";
import { drawing } from "./text.js";

const WORLD = [-180, -60, 180, 70];

function groundLayer(url, palette) {
  const [paper, line] = [palette.paper, palette["t-territory"]];
  const style = new ol.style.Style({
    fill: new ol.style.Fill({ color: paper }),
    stroke: new ol.style.Stroke({ color: line, width: 1.25 }),
    text: new ol.style.Text({
      font: "13px sans-serif",
      fill: new ol.style.Fill({ color: line }),
      stroke: new ol.style.Stroke({ color: paper, width: 3 }),
    }),
  });
  return new ol.layer.VectorTile({
    declutter: true,
    source: new ol.source.VectorTile({ format: new ol.format.MVT(), url, minZoom: 8, maxZoom: 16 }),
    style(feature) {
      style.getText().setText(String(feature.get("nom") ?? ""));
      return style;
    },
  });
}

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
  constructor(target, { kind, ground, territory, isDisabled, onChange }) {
    const palette = lightPalette(target);
    this.kind = kind;
    this.style = drawingStyle(palette);
    this.territory = territory ?? WORLD; // where to look when nothing is drawn yet
    this.source = new ol.source.Vector({ wrapX: false });
    this.onChange = onChange;
    this.map = new ol.Map({
      target,
      layers: [groundLayer(ground, palette), new ol.layer.Vector({ source: this.source, style: this.style })],
      controls: [new ol.control.Zoom(), new ol.control.ScaleLine()],
      view: new ol.View({ maxZoom: 20, constrainResolution: true }),
    });
    this.tools = isDisabled ? {} : this.buildTools();
    this.use("edit");
    this.fit();
  }

  buildTools() {
    const { style } = this;
    const { type } = drawing(this.kind);
    const tools = {
      edit: new ol.interaction.Modify({ source: this.source, style }),
      move: new ol.interaction.Translate({ layers: [this.map.getLayers().item(1)] }),
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
    this.map.getView().fit(extent, { padding: [40, 40, 40, 40], maxZoom: isEmpty ? 14 : 15 });
  }
}
