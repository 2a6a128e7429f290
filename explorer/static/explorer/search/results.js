/** What a result of a search asks of a map, and the map that a search began on. Pure: no DOM. */

/** @import {MapState} from "../map_state/state.js" */
/** @import {KeyValueStorage} from "../map_state/storage.js" */

const KEY = "portal-search-map";
const REPLACED = ["near", "radius", "commune", "objet"];
const PLACED = new Set(["couches", ...REPLACED]);
const ONLY_PLACE = new Set(["near", "radius", "commune"]);

/**
 * Store the address of the map (query string) that a search leaves; where the storage is full, results lead to maps of their
 * own.
 *
 * @param {KeyValueStorage} storage
 * @param {string} search
 */
export function storeMap(storage, search) {
  try {
    storage.setItem(KEY, search);
  } catch {
    storage.removeItem(KEY);
  }
}

/**
 * The address stored, when this page was reached from the map or from a search begun there; else it is forgotten.
 *
 * @param {KeyValueStorage} storage
 * @param {string} referrer
 * @param {string[]} pages - paths of the map and of this page
 */
export function restoreMap(storage, referrer, pages) {
  const isFollowed = referrer !== "" && pages.includes(new URL(referrer).pathname);
  if (!isFollowed) storage.removeItem(KEY);
  return storage.getItem(KEY) ?? "";
}

/**
 * The query string of a result on the map that was left: its layers with those that were on, its place or its feature
 * instead of what was there; a result that asks a question of its own is left as it is.
 *
 * @param {string} before
 * @param {string} result
 */
export function merged(before, result) {
  const parameters = new URLSearchParams(before);
  const query = new URLSearchParams(result);
  if ([...query.keys()].some((name) => !PLACED.has(name))) return result;
  const on = parameters.getAll("couches").filter(Boolean);
  for (const slug of query.getAll("couches"))
    if (slug && !on.includes(slug)) parameters.append("couches", slug);
  for (const name of REPLACED) {
    const value = query.get(name);
    if (value !== null) parameters.set(name, value);
    else if (name === "objet") parameters.delete(name);
  }
  if (query.has("near")) {
    parameters.delete("within");
    parameters.set("onglet", "autour");
  }
  return `?${parameters}`;
}

/**
 * What a result asks: a feature or a commune, as part of the state, a layer to switch on, or a point to look around.
 *
 * @typedef {{ patch: Pick<MapState, "feature"> | Pick<MapState, "commune"> } | { layer: string } | { near: string, radius: string }} Request
 */

/**
 * What a result asks of the map; null for any other address, which is followed.
 *
 * @param {URL} address
 * @param {string} list - the address of the map
 * @param {{ slug: string, sheet: string }[]} layers - those of its configuration
 * @returns {Request | null}
 */
export function requestOf({ pathname, searchParams }, list, layers) {
  if (pathname === list) return placeOf(searchParams);
  for (const { slug, sheet } of layers) {
    const page = sheet.split("?")[0].replace("{id}/", "");
    if (pathname === page) return { layer: slug };
    const id = pathname.startsWith(page) ? pathname.slice(page.length).replace("/", "") : "";
    if (/^\d+$/.test(id)) return { patch: { feature: { layer: slug, id: Number(id) } } };
  }
  return null;
}

/** @param {URLSearchParams} parameters @returns {Request | null} */
function placeOf(parameters) {
  if (![...parameters.keys()].every((name) => ONLY_PLACE.has(name))) return null; // a whole question
  const [near, radius, commune] = ["near", "radius", "commune"].map((name) => parameters.get(name) ?? "");
  if (near) return { near, radius };
  return commune ? { patch: { commune } } : null;
}
