/** The map that a search began on, for the page of its results: what is on and what is asked there comes along. */

const KEY = "portal-search-map";
const REPLACED = ["near", "radius", "commune", "objet"];
const PLACED = new Set(["couches", ...REPLACED]);

/** Keep the address of the map (query string) that a search leaves. */
export function keepMap(storage, search) {
  try {
    storage.setItem(KEY, search);
  } catch {
    storage.removeItem(KEY); // full: the results lead to maps of their own
  }
}

/** The address kept, when this page was reached from the map or from a search begun there; else it is forgotten. */
export function mapBefore(storage, referrer, pages) {
  const isFollowed = referrer !== "" && pages.includes(new URL(referrer).pathname);
  if (!isFollowed) storage.removeItem(KEY);
  return storage.getItem(KEY) ?? "";
}

/**
 * The query string of a result on the map that was left: its layers beside those that were on, its place or its feature
 * instead of what was there; a result that asks a question of its own is left as it is. Pure.
 */
export function merged(before, result) {
  const parameters = new URLSearchParams(before);
  const asked = new URLSearchParams(result);
  if ([...asked.keys()].some((name) => !PLACED.has(name))) return result;
  const on = parameters.getAll("couches").filter(Boolean);
  for (const slug of asked.getAll("couches"))
    if (slug && !on.includes(slug)) parameters.append("couches", slug);
  for (const name of REPLACED) {
    if (asked.has(name)) parameters.set(name, asked.get(name));
    else if (name === "objet") parameters.delete(name);
  }
  if (asked.has("near")) {
    parameters.delete("within");
    parameters.set("onglet", "autour");
  }
  return `?${parameters}`;
}
