/** The backdrop on a map: its source, and the order of everything that is no data of the map. */
import { BACKDROP, backdropNames, backdropShapes, LOWEST_NAMES } from "./backdrop-style.js";
import { absolute } from "./painter.js";
import { coverLayers, groundLayers } from "./style.js";

export { BACKDROP };

const COVER = "veil";

/** Add the source of the backdrop, if any; the worker of MapLibre reads it, so that the page waits for nothing. */
export function addBackdrop(map, address) {
  if (!address) return;
  map.addSource(BACKDROP, { type: "geojson", data: absolute(address), maxzoom: 14, tolerance: 0.5 });
}

/**
 * The style layers of a map without data, from the lowest: communes, shapes of the backdrop, limits of the communes,
 * names of the backdrop; then the veil and the names of the communes, which are above all data.
 */
export function layersAround({ backdrop }, palette) {
  const [land, limits] = groundLayers(palette);
  const [shapes, names] = backdrop ? [backdropShapes(palette), backdropNames(palette)] : [[], []];
  return [land, ...shapes, limits, ...names, ...coverLayers(palette)];
}

/** The style layer under which a drawing of a page lies: none where it is above all names. */
export function coverOf({ isAbove, isGround }, { backdrop }) {
  if (isAbove) return undefined;
  return isGround && backdrop ? LOWEST_NAMES : COVER;
}

/** Show or hide the backdrop of a map: a basemap takes its place, names included. */
export function showBackdrop(map, isShown) {
  for (const id of map.getLayersOrder())
    if (id.startsWith(`${BACKDROP}:`)) map.setLayoutProperty(id, "visibility", isShown ? "visible" : "none");
}
