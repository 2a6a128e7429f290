/** Rows and heights of the panel as values: what is typed and matches, where a row goes. Pure: no DOM. */

/**
 * Text without accents nor case, for comparing what people type.
 *
 * @param {string} text
 */
export function folded(text) {
  return text
    .normalize("NFKD")
    .replaceAll(/\p{Mark}/gu, "")
    .toLowerCase();
}

/**
 * Whether every word of `typed` is in `text`.
 *
 * @param {string} text
 * @param {string} typed
 */
export function isLike(text, typed) {
  const where = folded(text);
  return folded(typed)
    .split(/\s+/)
    .every((word) => where.includes(word));
}

/**
 * The layers that are on and need a larger scale than `zoom`.
 *
 * @param {{ slug: string, minZoom: number }[]} layers
 * @param {string[]} on
 * @param {number} zoom
 */
export function outOfScale(layers, on, zoom) {
  return layers.filter(({ slug, minZoom }) => on.includes(slug) && zoom < minZoom).map(({ slug }) => slug);
}

/**
 * The row before which a row of this title stands among `rows`, in the order of titles; null at the end.
 *
 * @template {{ dataset: DOMStringMap }} Row
 * @param {Row[]} rows
 * @param {string} title
 * @returns {Row | null}
 */
export function rowAfter(rows, title) {
  return rows.find(({ dataset }) => (dataset.title ?? "").localeCompare(title, "fr") > 0) ?? null;
}

/**
 * Move one item to another index.
 *
 * @template Item
 * @param {Item[]} items
 * @param {Item} item
 * @param {number} index
 */
export function moved(items, item, index) {
  const rest = items.filter((one) => one !== item);
  return rest.toSpliced(Math.min(Math.max(index, 0), rest.length), 0, item);
}

/**
 * The index of a row held at `y` among the other ones, from the middles of those.
 *
 * @param {number} y
 * @param {number[]} middles
 */
export function indexAt(y, middles) {
  const index = middles.findIndex((middle) => y < middle);
  return index < 0 ? middles.length : index;
}

const SHARES = { small: 0.28, half: 0.58, full: 0.92 };
/** @typedef {keyof typeof SHARES} Height */

/** The heights of the panel on a phone, from the lowest. */
export const HEIGHTS = /** @type {Height[]} */ (Object.keys(SHARES));

/**
 * The height nearest to a share of the screen.
 *
 * @param {number} share
 */
export function nearestHeight(share) {
  return HEIGHTS.toSorted((one, other) => Math.abs(SHARES[one] - share) - Math.abs(SHARES[other] - share))[0];
}

/**
 * The height that follows one: small, half, full, small…
 *
 * @param {Height} height
 */
export function nextHeight(height) {
  return HEIGHTS[(HEIGHTS.indexOf(height) + 1) % HEIGHTS.length];
}
