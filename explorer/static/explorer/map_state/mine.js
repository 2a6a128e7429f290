/** Where the person said to be, for as long as this tab lives: it decides whether « here » is them or a point of a link. */

const KEY = "portal-me";

/** Write a place as the address of the map does, to about a metre. Pure. */
export function nearText([longitude, latitude]) {
  return `${longitude.toFixed(5)},${latitude.toFixed(5)}`;
}

/** Keep a place (longitude, latitude) and its accuracy in metres. */
export function keepMine(storage, place, accuracy) {
  try {
    storage.setItem(KEY, JSON.stringify({ near: nearText(place), accuracy: Math.round(accuracy) }));
  } catch {
    storage.removeItem(KEY); // full: the place is told as any other
  }
}

/** Return `{ near, accuracy }` of the person, or null. */
export function mine(storage) {
  try {
    const kept = JSON.parse(storage.getItem(KEY));
    return typeof kept?.near === "string" ? kept : null;
  } catch {
    return null;
  }
}

/** Whether the point that the map is asked with is where the person is. */
export function isMine(storage, near) {
  return near !== "" && mine(storage)?.near === near;
}
