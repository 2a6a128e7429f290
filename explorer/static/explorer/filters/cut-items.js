/** Which items of a line are cut by its edges. Pure. */

/**
 * Whether each of the items is not whole between the edges of their list. Pure.
 *
 * @param {{ left: number, right: number }[]} items
 * @param {{ left: number, right: number }} list
 */
export function cutItems(items, { left, right }) {
  return items.map((one) => one.left < left - 1 || one.right > right + 1);
}
