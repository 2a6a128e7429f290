/** The signs of changes on a map, by kind and by side: before, after, or both. Pure: GeoJSON and colours in, values out. */

/** @import { Feature, FeatureCollection, LineString, Point, Position } from "geojson" */
/** @import { AddLayerObject, SourceSpecification } from "maplibre-gl" */
/** @import { Palette } from "../../interface/map/colours.js" */

/** @typedef {"added" | "changed" | "moved" | "removed" | "same"} Kind */
/** @typedef {"before" | "after" | "both"} Side */
/** @typedef {FeatureCollection<Point, { change: Kind, from?: Position }>} ChangePoints */
/** @typedef {Kind | "origin"} Sign - `origin` is where a row was before it moved */

/** From the lowest to the highest on the map. @type {Sign[]} */
export const SIGNS = ["same", "changed", "removed", "origin", "moved", "added"];
/** More signs of a kind than that are gathered. */
export const MANY = 60;
/** What the names of the images begin with; the sign follows. */
export const IMAGE = "review ";
const CLUSTER_RADIUS = 46;
const CLUSTERS_TO = 15;
// The zoom from which moves are drawn with their lines, where they are many.
const MOVES_FROM = 14;

/** @type {Record<Side, Sign[]>} */
const ON_SIDE = {
  before: ["same", "changed", "removed", "origin"],
  after: ["same", "changed", "moved", "added"],
  both: SIGNS,
};

/**
 * The colour of a sign.
 *
 * @param {Sign} sign
 * @param {Palette} palette
 * @returns {string}
 */
export function colourOf(sign, palette) {
  const { open, warn, bad } = palette;
  const colours = { added: open, changed: warn, removed: bad, same: palette["ink-3"] };
  return sign === "origin" || sign === "moved" ? palette["t-mobility"] : colours[sign];
}

/**
 * The points of each sign of a side, with the ids of their rows.
 *
 * @param {ChangePoints} points
 * @param {Side} side
 * @returns {Map<Sign, Feature<Point>[]>}
 */
export function signsOf({ features }, side) {
  /** @type {Map<Sign, Feature<Point>[]>} */
  const signs = new Map(ON_SIDE[side].map((sign) => [sign, []]));
  for (const { id, geometry, properties } of features) {
    signs.get(properties.change)?.push({ type: "Feature", id, properties: { row: id }, geometry });
    if (!properties.from) continue;
    const origin = { type: /** @type {const} */ ("Point"), coordinates: properties.from };
    signs.get("origin")?.push({ type: "Feature", id, properties: { row: id }, geometry: origin });
  }
  return signs;
}

/**
 * The lines of moves, from the former place to the new one; none where one side is drawn alone.
 *
 * @param {ChangePoints} points
 * @param {Side} side
 * @returns {FeatureCollection<LineString>}
 */
export function movesOf({ features }, side) {
  const moved = side === "both" ? features.filter(({ properties }) => properties.from) : [];
  return {
    type: "FeatureCollection",
    features: moved.map(({ geometry, properties }) => ({
      type: "Feature",
      properties: {},
      geometry: { type: "LineString", coordinates: [properties.from ?? [], geometry.coordinates] },
    })),
  };
}

/**
 * The sources of a side by id; signs of a kind are gathered when they are many.
 *
 * @param {ChangePoints} points
 * @param {Side} side
 * @returns {Record<string, SourceSpecification>}
 */
export function sourcesOf(points, side) {
  /** @type {Record<string, SourceSpecification>} */
  const sources = { "review:moves": { type: "geojson", data: movesOf(points, side) } };
  for (const [sign, features] of signsOf(points, side)) {
    const isGathered = features.length > MANY && sign !== "origin";
    sources[`review:${sign}`] = {
      type: "geojson",
      data: { type: "FeatureCollection", features },
      cluster: isGathered,
      clusterRadius: CLUSTER_RADIUS,
      clusterMaxZoom: CLUSTERS_TO,
    };
  }
  return sources;
}

/**
 * The style layers of these sources; lines of moves and former places only from near where moves are many.
 *
 * @param {string[]} sources - ids
 * @param {Palette} palette
 * @param {boolean} hasManyMoves
 * @returns {AddLayerObject[]}
 */
export function signLayers(sources, palette, hasManyMoves = false) {
  const minzoom = hasManyMoves ? MOVES_FROM : 0;
  /** @type {AddLayerObject[]} */
  const layers = [
    {
      id: "review:moves",
      type: "line",
      source: "review:moves",
      minzoom,
      paint: { "line-color": palette["t-mobility"], "line-width": 2, "line-dasharray": [1, 1.5] },
    },
  ];
  for (const sign of SIGNS.filter((each) => sources.includes(`review:${each}`)))
    layers.push(...layersOfSign(sign, palette, sign === "origin" ? minzoom : 0));
  return layers;
}

/**
 * @param {Sign} sign
 * @param {Palette} palette
 * @param {number} minzoom
 * @returns {AddLayerObject[]}
 */
function layersOfSign(sign, palette, minzoom) {
  const source = `review:${sign}`;
  return [
    {
      id: `${source}:gathered`,
      type: "circle",
      source,
      filter: ["has", "point_count"],
      paint: {
        "circle-color": palette.paper,
        "circle-radius": ["step", ["get", "point_count"], 14, 100, 18, 1000, 22],
        "circle-stroke-color": colourOf(sign, palette),
        "circle-stroke-width": 3,
      },
    },
    {
      id: source,
      type: "symbol",
      source,
      minzoom,
      layout: {
        "icon-image": [
          "case",
          ["has", "point_count"],
          ["concat", `${IMAGE}${sign} `, ["get", "point_count_abbreviated"]],
          `${IMAGE}${sign}`,
        ],
        "icon-allow-overlap": true,
        "icon-ignore-placement": true,
      },
    },
  ];
}
