/** How many pixels are left around what a map frames: few on a phone, where it fills the width. */

const PADDING = 40;
const NARROW_PADDING = 14;
const NARROW_PX = 600;

/**
 * The padding in a container.
 *
 * @param {Pick<Element, "clientWidth">} container
 * @returns {number}
 */
export function paddingIn({ clientWidth }) {
  return clientWidth < NARROW_PX ? NARROW_PADDING : PADDING;
}
