/** The last state of the map in this tab, for who comes back to it by a bare link. Never for another person. */

const KEY = "portal-map";

/** Keep an address (query string and fragment) under the person it belongs to; "" is nobody in particular. */
export function keep(storage, person, address) {
  try {
    storage.setItem(KEY, JSON.stringify({ person, address }));
  } catch {
    storage.removeItem(KEY); // full: nothing is kept
  }
}

/** Return the address kept for this person, or ""; what was kept for another one is forgotten. */
export function recall(storage, person) {
  try {
    const kept = JSON.parse(storage.getItem(KEY));
    if (kept?.person === person && typeof kept.address === "string") return kept.address;
  } catch {
    // not ours: forgotten below
  }
  storage.removeItem(KEY);
  return "";
}
