/** What a person last looked for around them, on this device: who looks after playgrounds finds playgrounds first. */

const KEY = "portal-nearby";

/** Keep a subject under the person it belongs to; "" is nobody in particular. */
export function keepSubject(storage, person, slug) {
  try {
    storage.setItem(KEY, JSON.stringify({ person, slug }));
  } catch {
    storage.removeItem(KEY); // full: nothing is kept
  }
}

/**
 * The subject that the person last looked for, or "" when the map has a question or a subject of its own, or when
 * that layer is not on: what is on the screen comes before a habit.
 */
export function habit(storage, person, { sujet, own, layers }) {
  if (sujet || Object.keys(own).length > 0) return "";
  const slug = lastSubject(storage, person);
  return layers.includes(slug) ? slug : "";
}

function lastSubject(storage, person) {
  try {
    const kept = JSON.parse(storage.getItem(KEY));
    return kept?.person === person ? kept.slug : "";
  } catch {
    return ""; // not ours
  }
}
