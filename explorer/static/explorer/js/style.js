/** The map's style as a value: ground, features, selection, labels. Pure: palette and layers in, style layers out. */
import { colourOf, edgeOf, rimOf } from "./colours.js";

const ORDER = { surface: 0, line: 1, point: 2 };
const LABEL_FONT = ["Map Label Semibold"];
const RADIUS = ["interpolate", ["linear"], ["zoom"], 10, 3, 13, 5.5, 15, 8, 16, 11];

/** An empty sea: what the map is before anything is loaded. */
export function emptyStyle(palette) {
  return {
    version: 8,
    sources: {},
    layers: [{ id: "sea", type: "background", paint: { "background-color": palette["paper-3"] } }],
  };
}

/** Communes as ground, below every feature. */
export function groundLayers(palette) {
  return [
    { id: "ground", type: "fill", source: "ground", paint: { "fill-color": mapPaper(palette) } },
    {
      id: "limits",
      type: "line",
      source: "ground",
      paint: {
        "line-color": palette["line-2"],
        "line-width": ["interpolate", ["linear"], ["zoom"], 10, 0.8, 15, 2],
      },
    },
  ];
}

const mapPaper = (palette) => palette["paper-2"];

/** The veil over what is outside the commune asked, its outline, and the names: above every feature. */
export function coverLayers(palette) {
  return [
    {
      id: "veil",
      type: "fill",
      source: "veil",
      paint: { "fill-color": palette["paper-3"], "fill-opacity": 0.72 },
    },
    { id: "lit", type: "line", source: "veil", paint: { "line-color": palette.brand, "line-width": 2.5 } },
    {
      id: "names",
      type: "symbol",
      source: "names",
      maxzoom: 15,
      layout: {
        "text-field": ["get", "name"],
        "text-font": LABEL_FONT,
        "text-size": ["interpolate", ["linear"], ["zoom"], 10, 11, 14, 20],
        "text-max-width": 9,
        "text-padding": 6,
      },
      paint: { "text-color": palette.ink, "text-halo-color": mapPaper(palette), "text-halo-width": 2 },
    },
  ];
}

/** Layers in drawing order: surfaces, lines, points. */
export function drawingOrder(layers) {
  return [...layers].sort((one, other) => ORDER[one.shape] - ORDER[other.shape]);
}

/** How the features of one layer are drawn; the selected one gets the signal colour by feature state. */
export function featureLayers(layer, palette) {
  const common = { source: layer.slug, "source-layer": layer.slug };
  const colour = colourOf(layer, palette);
  const isSelected = ["boolean", ["feature-state", "selected"], false];
  if (layer.shape === "surface") return surfaceLayers(layer, common, colour, isSelected, palette);
  if (layer.shape === "line") return lineLayers(layer, common, colour, isSelected, palette);
  return pointLayers(layer, common, colour, isSelected, palette);
}

function surfaceLayers(layer, common, colour, isSelected, palette) {
  const { slug } = layer;
  return [
    {
      id: `${slug}:fill`,
      type: "fill",
      ...common,
      paint: { "fill-color": colour, "fill-opacity": ["case", isSelected, 0.75, 0.45] },
    },
    {
      id: `${slug}:edge`,
      type: "line",
      ...common,
      paint: {
        "line-color": ["case", isSelected, palette.signal, edgeOf(layer, palette)],
        "line-width": ["case", isSelected, 3.5, 1.2],
      },
    },
  ];
}

function lineLayers({ slug }, common, colour, isSelected, palette) {
  return [
    {
      id: `${slug}:line`,
      type: "line",
      ...common,
      layout: { "line-cap": "round", "line-join": "round" },
      paint: {
        "line-color": ["case", isSelected, palette.signal, colour],
        "line-width": ["case", isSelected, 6, 3.5],
      },
    },
  ];
}

function pointLayers(layer, common, colour, isSelected, palette) {
  const { slug } = layer;
  return [
    {
      id: `${slug}:point`,
      type: "circle",
      ...common,
      paint: {
        "circle-color": colour,
        "circle-radius": RADIUS,
        "circle-stroke-color": ["case", isSelected, palette.signal, rimOf(layer, palette)],
        "circle-stroke-width": ["case", isSelected, 4, 1.5],
      },
    },
    {
      id: `${slug}:icon`,
      type: "symbol",
      ...common,
      minzoom: 15.5,
      layout: { "icon-image": `icon:${slug}`, "icon-size": 0.36, "icon-allow-overlap": true },
    },
  ];
}

/** Ids of the style layers that answer to a click, for the layers that are on. */
export function pickable(slugs) {
  return slugs.flatMap((slug) => [`${slug}:point`, `${slug}:line`, `${slug}:fill`]);
}
