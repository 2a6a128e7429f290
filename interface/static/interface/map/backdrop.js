/** The backdrop on a map: when it comes, where its style layers lie among the others, and whether it shows. */
import { BACKDROP, backdropNames, backdropShapes, COVERED, LOWEST_NAMES } from "./backdrop-style.js";
import { absolute } from "./painter.js";
import { coverLayers, groundLayers } from "./style.js";

/** @import { FeatureCollection } from "geojson" */
/** @import { AddLayerObject, GeoJSONSource, Map as MapLibreMap } from "maplibre-gl" */
/** @import { Palette } from "./colours.js" */

/** @typedef {{ isAbove?: boolean, isGround?: boolean, slug?: string }} Placement - of a drawing of a page: above all names, under all */

export { BACKDROP };

const COVER = "names";
const LIMITS = "limits";
/** @type {FeatureCollection} */
const NOTHING = { type: "FeatureCollection", features: [] };
/** @type {WeakSet<MapLibreMap>} */
const drawn = new WeakSet(); // maps whose backdrop has come
/** @type {WeakSet<MapLibreMap>} */
const hidden = new WeakSet(); // maps whose backdrop gives way to something else
/** @type {WeakSet<MapLibreMap>} */
const covered = new WeakSet(); // maps with surfaces of data, under which woods do not show

/**
 * Draw the backdrop, if any, once the data are drawn: they come first. The worker of MapLibre reads it. The promise, and
 * `data-backdrop="drawn"` on the element of the map, say when it is there. `palette()` gives the colours of that moment,
 * `own.surfaces` the ids of the style layers over which its names lie.
 *
 * @param {MapLibreMap} map
 * @param {string} address
 * @param {() => Palette} palette
 * @param {{ surfaces: string[] }} own
 */
export async function addBackdrop(map, address, palette, own) {
  if (!address) return;
  map.addSource(BACKDROP, { type: "geojson", data: NOTHING, maxzoom: 14, tolerance: 0.5 });
  await map.once("idle");
  drawn.add(map);
  /** @type {GeoJSONSource} */ (map.getSource(BACKDROP)).setData(absolute(address));
  const order = map.getLayersOrder();
  const above = order.slice(order.indexOf(LIMITS) + 1).find((id) => !own.surfaces.includes(id));
  for (const layer of backdropNames(palette())) map.addLayer(layer, above);
  const [lowest] = order.slice(order.indexOf("ground") + 1);
  for (const layer of backdropShapes(palette())) map.addLayer(layer, lowest);
  showBackdrop(map, !hidden.has(map));
  coverWoods(map, covered.has(map));
  await map.once("idle");
  map.getContainer().dataset.backdrop = "drawn";
}

/**
 * The style layers of a map without data, from the lowest: communes, shapes of the backdrop, limits of the communes,
 * names of the backdrop; then the names of the communes and the veil, which are above all surfaces and lines.
 *
 * @param {MapLibreMap} map
 * @param {Palette} palette
 * @returns {AddLayerObject[]}
 */
export function layersAround(map, palette) {
  const [land, limits] = groundLayers(palette);
  const [shapes, names] = drawn.has(map) ? [backdropShapes(palette), backdropNames(palette)] : [[], []];
  return [land, ...shapes, limits, ...names, ...coverLayers(palette)];
}

/**
 * The style layer under which a drawing of a page lies: none where it is above all names.
 *
 * @param {Placement} placement
 * @param {MapLibreMap} map
 */
export function coverOf({ isAbove, isGround }, map) {
  if (isAbove) return undefined;
  return isGround && map.getLayer(LOWEST_NAMES) ? LOWEST_NAMES : COVER;
}

/**
 * Show or hide the backdrop of a map: a basemap takes its place, names included.
 *
 * @param {MapLibreMap} map
 * @param {boolean} isShown
 */
export function showBackdrop(map, isShown) {
  if (isShown) hidden.delete(map);
  else hidden.add(map);
  for (const id of map.getLayersOrder())
    if (id.startsWith(`${BACKDROP}:`)) {
      const isVisible = isShown && (id !== COVERED || covered.has(map));
      map.setLayoutProperty(id, "visibility", isVisible ? "visible" : "none");
    }
}

/**
 * Hide woods and parks inside the communes, in the colour of the ground, while surfaces of data lie there: they would show
 * through. Water, roads and names stay.
 *
 * @param {MapLibreMap} map
 * @param {boolean} isCovered
 */
export function coverWoods(map, isCovered) {
  if (isCovered) covered.add(map);
  else covered.delete(map);
  if (!map.getLayer(COVERED)) return;
  map.setPaintProperty(COVERED, "fill-color", map.getPaintProperty("ground", "fill-color"));
  map.setLayoutProperty(COVERED, "visibility", isCovered && !hidden.has(map) ? "visible" : "none");
}
