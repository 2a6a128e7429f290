/** Where keys lead in a list of choices and in photos, and which maps a phone opens. Pure: no DOM. */

/**
 * Return the index a key leads to in a list of `count`, or null; -1 is before the first.
 *
 * @param {string} key
 * @param {number} index
 * @param {number} count
 */
export function nextChoice(key, index, count) {
  const places = new Map([
    ["ArrowDown", Math.min(index + 1, count - 1)],
    ["ArrowUp", Math.max(index - 1, 0)],
    ["Home", 0],
    ["End", count - 1],
  ]);
  return places.get(key) ?? null;
}

/**
 * Return the index that `step` leads to among `count` photos, turning round at both ends.
 *
 * @param {number} index
 * @param {number} step
 * @param {number} count
 */
export function turned(index, step, count) {
  return (index + step + count) % count;
}

/**
 * Return the index of the photo that a key asks for, or null.
 *
 * @param {string} key
 * @param {number} index
 * @param {number} count
 */
export function nextPhoto(key, index, count) {
  const places = new Map([
    ["ArrowRight", turned(index, 1, count)],
    ["ArrowLeft", turned(index, -1, count)],
    ["Home", 0],
    ["End", count - 1],
  ]);
  return places.get(key) ?? null;
}

const OF_APPLE = /iPhone|iPad|iPod/;

/**
 * Whether a browser is on a phone of Apple, which opens its maps by a web address and reads no `geo:` URI.
 *
 * @param {{ userAgent: string, maxTouchPoints?: number }} navigator
 */
export function isOfApple({ userAgent, maxTouchPoints = 0 }) {
  return OF_APPLE.test(userAgent) || (userAgent.includes("Macintosh") && maxTouchPoints > 1);
}
