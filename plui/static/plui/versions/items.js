/** Numbered features of a list, as MapLibre draws them: surfaces, lines, points, their numbers, the one selected. */
import { boundsOf } from "../../interface/map/geometry.js";

/** @import { FeatureCollection } from "geojson" */
/** @import { AddLayerObject, ExpressionSpecification } from "maplibre-gl" */
/** @import { Box } from "../../interface/map/geometry.js" */
/** @import { Palette } from "../../interface/map/colours.js" */

const ITEMS = "plan:items";
const SELECTED = "plan:selected";
const [MARGIN, POINT] = [0.0003, 7];

/**
 * The layers of every item; what is bad or warns has the colour of it, a drawing its own, a change that of what it is.
 *
 * @param {Palette} palette
 * @returns {AddLayerObject[]}
 */
export function itemLayers(palette) {
  /** @type {ExpressionSpecification} */
  const tone = [
    "match",
    ["get", "tone"],
    ["bad", "removed"],
    palette.bad,
    ["warn", "moved"],
    palette.warn,
    ["added"],
    palette.ok,
    palette.brand,
  ];
  /** @type {ExpressionSpecification} */
  const colour = ["case", ["has", "colour"], ["to-color", ["get", "colour"]], tone];
  return [
    {
      id: "plan:item-surface",
      type: "fill",
      source: ITEMS,
      filter: ["==", ["geometry-type"], "Polygon"],
      paint: { "fill-color": colour, "fill-opacity": ["match", ["get", "tone"], "reworded", 0.06, 0.4] },
    },
    {
      id: "plan:item-line",
      type: "line",
      source: ITEMS,
      filter: ["!=", ["geometry-type"], "Point"],
      paint: { "line-color": colour, "line-width": ["match", ["get", "tone"], "reworded", 0.6, 2.5] },
    },
    {
      id: "plan:item-point",
      type: "circle",
      source: ITEMS,
      filter: ["==", ["geometry-type"], "Point"],
      paint: {
        "circle-color": colour,
        "circle-radius": POINT,
        "circle-stroke-color": palette.paper,
        "circle-stroke-width": 2,
      },
    },
  ];
}

/**
 * The outline of the selected item.
 *
 * @param {Palette} palette
 * @returns {AddLayerObject[]}
 */
export function selectedLayers(palette) {
  return [
    {
      id: "plan:selected-halo",
      type: "line",
      source: SELECTED,
      filter: ["!=", ["geometry-type"], "Point"],
      paint: { "line-color": palette.paper, "line-width": 8 },
    },
    {
      id: "plan:selected-line",
      type: "line",
      source: SELECTED,
      filter: ["!=", ["geometry-type"], "Point"],
      paint: { "line-color": palette.signal, "line-width": 4 },
    },
    {
      id: "plan:selected-point",
      type: "circle",
      source: SELECTED,
      filter: ["==", ["geometry-type"], "Point"],
      paint: {
        "circle-opacity": 0,
        "circle-radius": POINT + 5,
        "circle-stroke-color": palette.signal,
        "circle-stroke-width": 4,
      },
    },
  ];
}

/**
 * @param {FeatureCollection} items
 * @param {number} item
 * @returns {FeatureCollection}
 */
export function withItem(items, item) {
  return { type: "FeatureCollection", features: items.features.filter(({ id }) => id === item) };
}

/**
 * The box to frame for an item, a few dozen metres wider than it; null when it has no place.
 *
 * @param {FeatureCollection} items
 * @param {number} item
 * @returns {Box | null}
 */
export function placeOf(items, item) {
  const box = boundsOf(withItem(items, item));
  if (!box) return null;
  const [west, south, east, north] = box;
  return [west - MARGIN, south - MARGIN, east + MARGIN, north + MARGIN];
}
