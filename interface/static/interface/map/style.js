/** The map's style as a value: ground, features, selection, labels. Pure: palette and layers in, style layers out. */
import { inPalette } from "./colours.js";

/** @import { AddLayerObject, FilterSpecification, StyleSpecification, SymbolLayerSpecification } from "maplibre-gl" */
/** @import { Palette } from "./colours.js" */
/** @import { DrawingEntry } from "./sources.js" */
/** @import { LayerConfig } from "./view.js" */

/**
 * A style layer as `styles/maplibre/compiler.py` writes it: without source, its colours named after a `@`.
 *
 * @typedef {{
 *   id: string,
 *   type: AddLayerObject["type"],
 *   "source-layer"?: string,
 *   minzoom?: number,
 *   maxzoom?: number,
 *   filter?: FilterSpecification,
 *   layout?: Record<string, unknown>,
 *   paint: Record<string, unknown>,
 *   metadata: { role: string, pick?: boolean, lit?: Record<string, unknown> },
 * }} CompiledLayer
 */
/**
 * A compiled style layer of a source, in the colours of a palette.
 *
 * @typedef {CompiledLayer & { source: string, layout: Record<string, unknown> & { visibility: string } }} StyledLayer
 */
/** @typedef {Pick<DrawingEntry, "id" | "opacity" | "isDim"> & { source: string, query?: string }} StyledEntry */
/** @typedef {[setter: "setPaintProperty" | "setLayoutProperty", id: string, name: string, value: unknown]} StyleChange */

const LABEL_FONT = ["Map Label Semibold"];

/**
 * An empty sea: what the map is before anything is loaded. What changes does so in one frame, not in twenty.
 *
 * @param {Palette} palette
 * @returns {StyleSpecification}
 */
export function emptyStyle(palette) {
  return {
    version: 8,
    transition: { duration: 0, delay: 0 },
    sources: {},
    layers: [{ id: "sea", type: "background", paint: { "background-color": palette["paper-3"] } }],
  };
}

/**
 * Communes as ground, below every feature. Surfaces have lines of their own as edges: no second pass to smooth them.
 *
 * @param {Palette} palette
 * @returns {AddLayerObject[]}
 */
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

/** @param {Palette} palette */
const mapPaper = (palette) => palette["paper-2"];

/**
 * Above every surface and line: the names of the communes, which leave points their room, the veil over what is outside
 * the commune asked, its outline, and the names under the veil again, of which `Ground` chooses the communes.
 *
 * @param {Palette} palette
 * @returns {AddLayerObject[]}
 */
export function coverLayers(palette) {
  return [
    nameLayer("names", palette, palette.ink),
    {
      id: "veil",
      type: "fill",
      source: "veil",
      paint: { "fill-color": palette["paper-3"], "fill-opacity": 0.72, "fill-antialias": false },
    },
    { id: "lit", type: "line", source: "veil", paint: { "line-color": palette.brand, "line-width": 2.5 } },
    nameLayer("names-around", palette, palette["ink-2"]),
  ];
}

/** The last zoom of the names of communes. */
export const NAMES_UNTIL = 15;

/**
 * The names of communes.
 *
 * @param {string} id
 * @param {Palette} palette
 * @param {string} ink
 * @returns {SymbolLayerSpecification}
 */
function nameLayer(id, palette, ink) {
  return {
    id,
    type: "symbol",
    source: "names",
    maxzoom: NAMES_UNTIL,
    layout: {
      "text-field": ["get", "name"],
      "text-font": LABEL_FONT,
      "text-size": ["interpolate", ["linear"], ["zoom"], 10, 11, 14, 20],
      "text-max-width": 9,
      "text-padding": 3,
      "text-variable-anchor": ["center", "bottom", "top", "left", "right"],
      "text-radial-offset": 0.8,
      "text-justify": "auto",
    },
    paint: { "text-color": ink, "text-halo-color": mapPaper(palette), "text-halo-width": 2 },
  };
}

const DIM = 0.22;
// What is dimmed has no class: at 22 % the colour of one would be that of another. Surfaces are outlines alone.
const FADED = "ink-3";
const UNFILLED = "rgba(0,0,0,0)";
// Pictograms under a question are seen better than surfaces: they are small, and apart.
const DIM_ICON = 0.4;
// Pictograms of what answers are larger than the others.
const ANSWER = 1.25;
// The feature of the sheet, and the one that the pointer is on in a list.
const LIT = [
  "any",
  ["boolean", ["feature-state", "selected"], false],
  ["boolean", ["feature-state", "hover"], false],
];
const LABEL = "label";
const ROOM = "room";
const ICON = "icon";
/** @type {Record<string, number>} */
const GROUPS = { [LABEL]: 1, [ROOM]: 2, [ICON]: 3 };

/**
 * Above what a style layer lies: features (0), labels of every layer (1), what keeps them apart (2), pictograms (3), placed first.
 *
 * @param {{ metadata?: { role: string } }} layer
 */
export const groupOf = ({ metadata }) => GROUPS[metadata?.role ?? ""] ?? 0;

/**
 * The style layers of features from the lowest, `drawings` being those of each layer: where layers of points follow one
 * another, the rims of all of them come first, so that no point is cut by the rim of its neighbour.
 *
 * @template {{ metadata?: { role: string } }} T
 * @param {T[][]} drawings
 * @returns {T[]}
 */
export function featureOrder(drawings) {
  /** @type {{ hasRims: boolean, shapes: T[] }[]} */
  const runs = [];
  for (const shapes of drawings.map((styled) => styled.filter((layer) => groupOf(layer) === 0))) {
    const hasRims = shapes.some(isRim);
    const last = runs.at(-1);
    if (hasRims && last?.hasRims) last.shapes.push(...shapes);
    else runs.push({ hasRims, shapes: [...shapes] });
  }
  return runs.flatMap(({ shapes }) => [...shapes.filter(isRim), ...shapes.filter((layer) => !isRim(layer))]);
}

/** @param {{ metadata?: { role: string } }} layer */
const isRim = ({ metadata }) => metadata?.role === "rim";

/**
 * How one layer is drawn, from the style layers that the server compiled: `entry` says from which source, how opaque,
 * and whether it is dimmed under what answers. The selected feature gets its colours by feature state. Opacities are
 * plain numbers, `changesOf` collects them: they change without the tiles being read again.
 *
 * @param {Pick<LayerConfig, "slug" | "drawing">} layer
 * @param {Palette} palette
 * @param {StyledEntry} entry
 * @returns {StyledLayer[]}
 */
export function featureLayers(layer, palette, { id, source, opacity, isDim, query = "" }) {
  return layer.drawing.map(({ layout, paint, ...one }) => ({
    ...one,
    id: `${id}:${one.id}`,
    source,
    "source-layer": layer.slug + (one["source-layer"] ?? ""),
    layout: layoutOf(one, layout ?? {}, palette, { isDim, isAnswer: query !== "" }),
    paint: paintOf(one, paint, palette, opacity, isDim),
  }));
}

/** @param {{ role: string }} metadata */
const isNaming = ({ role }) => role === LABEL || role === ROOM;

/**
 * What is dimmed is not named: its labels would take the place of those of what answers.
 *
 * @param {Omit<CompiledLayer, "layout" | "paint">} layer
 * @param {boolean} isDim
 */
const visibility = ({ metadata }, isDim) => (isNaming(metadata) && isDim ? "none" : "visible");

/**
 * @param {Omit<CompiledLayer, "layout" | "paint">} one
 * @param {Record<string, unknown>} layout
 * @param {Palette} palette
 * @param {{ isDim: boolean, isAnswer: boolean }} state
 */
function layoutOf(one, layout, palette, { isDim, isAnswer }) {
  const image = layout["icon-image"];
  const isLarger = isAnswer && one.metadata.role === ICON && !layout["icon-size"];
  return {
    ...layout,
    ...(isLarger ? { "icon-size": ANSWER } : {}),
    ...(image === undefined ? {} : { "icon-image": inPalette(image, palette) }),
    visibility: visibility(one, isDim),
  };
}

/**
 * @param {Omit<CompiledLayer, "layout" | "paint">} layer
 * @param {Record<string, unknown>} paint
 * @param {Palette} palette
 * @param {number} opacity
 * @param {boolean} isDim
 * @returns {Record<string, unknown>}
 */
function paintOf({ type, metadata }, paint, palette, opacity, isDim) {
  const lit = metadata.lit ?? {};
  const dim = isDim ? dimming(metadata, paint) : 1;
  const values = Object.fromEntries(
    Object.entries(paint).map(([name, value]) => [
      name,
      name.endsWith("-opacity")
        ? Number(value) * opacity * dim
        : inPalette(isDim && name.endsWith("-color") ? faded(value) : value, palette),
    ]),
  );
  if (type === "fill" && isDim)
    return { ...values, "fill-color": ["case", LIT, values["fill-color"], UNFILLED] };
  if (type === "fill" && lit["fill-opacity"]) return filled(paint, values, lit, palette);
  for (const [name, value] of Object.entries(lit))
    values[name] = ["case", LIT, inPalette(value, palette), values[name]];
  return values;
}

/**
 * How much is seen of what is dimmed: of a hatching nothing, it is that of a class.
 *
 * @param {{ role: string }} metadata
 * @param {Record<string, unknown>} paint
 */
function dimming({ role }, paint) {
  if ("fill-pattern" in paint) return 0;
  return role === ICON ? DIM_ICON : DIM;
}

/**
 * A value of a compiled style without its colours but for that of the paper: one grey, whatever the class.
 *
 * @param {unknown} value
 * @returns {unknown}
 */
function faded(value) {
  if (Array.isArray(value)) return value.map(faded);
  return typeof value === "string" && value.startsWith("@") && !value.startsWith("@paper")
    ? `@${FADED}`
    : value;
}

/**
 * A surface is fuller when it is lit: the others are seen through, so that the opacity stays a plain number.
 *
 * @param {Record<string, unknown>} paint
 * @param {Record<string, unknown>} values
 * @param {Record<string, unknown>} lit
 * @param {Palette} palette
 */
function filled(paint, values, lit, palette) {
  const share = Number(paint["fill-opacity"]) / Number(lit["fill-opacity"]);
  return {
    ...values,
    "fill-color": ["case", LIT, values["fill-color"], inPalette(paint["fill-color"], palette, share)],
    "fill-opacity": Number(values["fill-opacity"]) / share,
  };
}

/**
 * What an entry changes of a layer that is drawn: opacities, and whether its labels are seen; each with its setter.
 *
 * @param {Pick<LayerConfig, "slug" | "drawing">} layer
 * @param {Palette} palette
 * @param {StyledEntry} entry
 * @returns {StyleChange[]}
 */
export function changesOf(layer, palette, entry) {
  return featureLayers(layer, palette, entry).flatMap(({ id, paint, layout, metadata }) => {
    /** @type {StyleChange[]} */
    const changes = Object.entries(paint)
      .filter(([name]) => name.endsWith("-opacity"))
      .map(([name, value]) => ["setPaintProperty", id, name, value]);
    if (isNaming(metadata)) changes.push(["setLayoutProperty", id, "visibility", layout.visibility]);
    return changes;
  });
}

/**
 * What an entry that is dimmed, or no longer, changes of the colours of a layer that is drawn.
 *
 * @param {Pick<LayerConfig, "slug" | "drawing">} layer
 * @param {Palette} palette
 * @param {StyledEntry} entry
 * @returns {StyleChange[]}
 */
export function fadingOf(layer, palette, entry) {
  return featureLayers(layer, palette, entry).flatMap(({ id, paint }) =>
    Object.entries(paint)
      .filter(([name]) => name.endsWith("-color"))
      .map(([name, value]) => /** @type {StyleChange} */ (["setPaintProperty", id, name, value])),
  );
}
