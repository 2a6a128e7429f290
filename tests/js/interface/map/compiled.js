/** Layers as `layer_config` writes them, compiled: one of each shape. */

const circle = {
  id: "point",
  type: "circle",
  filter: ["!", ["has", "point_count"]],
  paint: {
    "circle-color": ["match", ["to-string", ["get", "f"]], "a", "@t-nature/60", "@t-nature"],
    "circle-radius": 4,
    "circle-opacity": 1,
    "circle-stroke-color": "@paper",
    "circle-stroke-width": 1.5,
    "circle-stroke-opacity": 1,
  },
  metadata: { role: "shape", pick: true, lit: { "circle-stroke-color": "@signal" } },
};
const icon = {
  id: "icon",
  type: "symbol",
  filter: ["!", ["has", "point_count"]],
  layout: { "icon-image": "i0" },
  paint: { "icon-opacity": 1 },
  metadata: { role: "icon", pick: true },
};
const cluster = {
  id: "cluster",
  type: "circle",
  filter: ["has", "point_count"],
  paint: { "circle-color": "@paper", "circle-opacity": 1, "circle-stroke-opacity": 1 },
  metadata: { role: "cluster", pick: true },
};
const label = {
  id: "label",
  type: "symbol",
  layout: { "text-field": ["get", "name"] },
  paint: { "text-color": "@ink", "text-opacity": 1 },
  metadata: { role: "label", pick: false },
};
const fill = {
  id: "fill",
  type: "fill",
  paint: { "fill-color": "@t-nature", "fill-opacity": 0.45 },
  metadata: { role: "shape", pick: true, lit: { "fill-opacity": 0.75 } },
};
const line = {
  id: "line",
  type: "line",
  paint: { "line-color": "@t-nature", "line-width": 3.5, "line-opacity": 1 },
  metadata: { role: "shape", pick: true, lit: { "line-color": "@signal", "line-width": 6 } },
};
const anchored = { ...label, "source-layer": ":anchors" };

/** The style layers of each shape. */
export const DRAWINGS = {
  point: [circle, icon, cluster, label],
  line: [line, label],
  surface: [fill, { ...line, metadata: { ...line.metadata, pick: false } }, anchored],
};

/** A layer of a shape, named. */
export const layerOf = (shape, slug = "x") => ({
  slug,
  shape,
  minZoom: 8,
  maxZoom: 16,
  token: "t-nature",
  drawing: DRAWINGS[shape],
  images: { i0: '<svg width="24" height="24"><path fill="@t-nature"/></svg>' },
});

/** The light palette, as far as these layers name it. */
export const PALETTE = {
  "t-nature": "#3d7a1f",
  "t-territory": "#48606a",
  paper: "#ffffff",
  ink: "#14242b",
  "ink-3": "#55676e",
  signal: "#c2410c",
};
