/** How many pixels are left around what a map frames: few on a phone, where it fills the width. */

import { PHONE_PX } from "../breakpoints.js";

const PADDING = 40;
const NARROW_PADDING = 14;

/**
 * The padding in a container.
 *
 * @param {Pick<Element, "clientWidth">} container
 * @returns {number}
 */
export function paddingIn({ clientWidth }) {
  return clientWidth <= PHONE_PX ? NARROW_PADDING : PADDING;
}
