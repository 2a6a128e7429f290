/** The map's style as a value: ground, features, selection, labels. Pure: palette and layers in, style layers out. */
import { countLayer, forClusters, IS_CLUSTER, radiusOf } from "./clusters.js";
import { colourOf, edgeOf, rimOf } from "./colours.js";

const LABEL_FONT = ["Map Label Semibold"];
const RADIUS = radiusOf([10, 3, 13, 5.5, 15, 8, 16, 11]);

/** An empty sea: what the map is before anything is loaded. What changes does so in one frame, not in twenty. */
export function emptyStyle(palette) {
  return {
    version: 8,
    transition: { duration: 0, delay: 0 },
    sources: {},
    layers: [{ id: "sea", type: "background", paint: { "background-color": palette["paper-3"] } }],
  };
}

/** Communes as ground, below every feature. Surfaces have lines of their own as edges: no second pass to smooth them. */
export function groundLayers(palette) {
  return [
    {
      id: "ground",
      type: "fill",
      source: "ground",
      paint: { "fill-color": mapPaper(palette), "fill-antialias": false },
    },
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
      paint: { "fill-color": palette["paper-3"], "fill-opacity": 0.72, "fill-antialias": false },
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

const DIM = 0.22;
const SURFACE = 0.45;
const LIT_SURFACE = 0.75;
// The feature of the sheet, and the one that the pointer is on in a list.
const LIT = [
  "any",
  ["boolean", ["feature-state", "selected"], false],
  ["boolean", ["feature-state", "hover"], false],
];

/**
 * How one layer is drawn: `entry` says from which source, how opaque, and whether it is dimmed under what answers.
 * The selected feature gets the signal colour by feature state. Opacities are plain numbers, `opacitiesOf` collects
 * them: they change without the tiles being read again.
 */
export function featureLayers(layer, palette, { id, source, opacity, isDim }) {
  const strength = opacity * (isDim ? DIM : 1);
  const parts = {
    layer,
    common: { source, "source-layer": layer.slug, minzoom: layer.minZoom },
    id,
    strength,
    isDim,
    colour: colourOf(layer, palette),
    isSelected: LIT,
  };
  return SHAPES[layer.shape](parts, palette);
}

function surfaceLayers({ layer, common, id, strength, colour, isSelected }, palette) {
  return [
    {
      id: `${id}:fill`,
      type: "fill",
      ...common,
      paint: {
        "fill-color": ["case", isSelected, colour, colourOf(layer, palette, SURFACE / LIT_SURFACE)],
        "fill-opacity": LIT_SURFACE * strength,
        "fill-antialias": false,
      },
    },
    {
      id: `${id}:edge`,
      type: "line",
      ...common,
      paint: {
        "line-color": ["case", isSelected, palette.signal, edgeOf(layer, palette)],
        "line-width": ["case", isSelected, 3.5, 1.2],
        "line-opacity": strength,
      },
    },
  ];
}

function lineLayers({ common, id, strength, colour, isSelected }, palette) {
  return [
    {
      id: `${id}:line`,
      type: "line",
      ...common,
      layout: { "line-cap": "round", "line-join": "round" },
      paint: {
        "line-color": ["case", isSelected, palette.signal, colour],
        "line-width": ["case", isSelected, 6, 3.5],
        "line-opacity": strength,
      },
    },
  ];
}

/** Points, and clusters as discs of paper in a ring of the layer's colour, under their count. */
function pointLayers({ layer, common, id, strength, isDim, colour, isSelected }, palette) {
  const rim = forClusters(palette[layer.token] ?? palette["t-territory"], rimOf(layer, palette));
  const circle = {
    id: `${id}:point`,
    type: "circle",
    ...common,
    paint: {
      "circle-color": forClusters(palette.paper, colour),
      "circle-radius": RADIUS,
      "circle-opacity": strength,
      "circle-stroke-color": ["case", isSelected, palette.signal, rim],
      "circle-stroke-width": ["case", isSelected, 4, forClusters(2.5, 1.5)],
      "circle-stroke-opacity": strength,
    },
  };
  const icon = {
    id: `${id}:icon`,
    type: "symbol",
    ...common,
    minzoom: 15.5,
    filter: ["!", IS_CLUSTER],
    layout: { "icon-image": `icon:${layer.slug}`, "icon-size": 0.36, "icon-allow-overlap": true },
    paint: { "icon-opacity": isDim ? 0 : strength },
  };
  return [circle, icon, countLayer(id, common, layer, palette, isDim ? 0 : strength)];
}

const SHAPES = { surface: surfaceLayers, line: lineLayers, point: pointLayers };

/** The opacities of a layer drawn as `entry` says: triples of style layer, property and value. */
export function opacitiesOf(layer, palette, entry) {
  return featureLayers(layer, palette, entry).flatMap(({ id, paint }) =>
    Object.entries(paint)
      .filter(([name]) => name.endsWith("-opacity"))
      .map(([name, value]) => [id, name, value]),
  );
}

/** Ids of the style layers of an entry that answer to a click. */
export function pickable({ id }) {
  return [`${id}:point`, `${id}:line`, `${id}:fill`];
}
