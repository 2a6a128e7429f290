/** What a sheet offers first: the way there, in the map application of this phone; and its link, given to somebody. */

import { closest } from "../../interface/dom.js";
import { isOfApple } from "./steps.js";

const BY_FINGER = "(hover: none) and (pointer: coarse)";

/**
 * Make links and buttons of sheets under `root`, present or to come, work as this device does.
 *
 * @param {HTMLElement} root
 */
export function sheetActions(root) {
  root.addEventListener("click", (event) => {
    const link = closest(event, "[data-directions] a[data-apple]", HTMLAnchorElement);
    if (link?.dataset.apple && isOfApple(navigator)) link.href = link.dataset.apple;
    const actions = closest(event, ".main-actions [data-share]") && closest(event, ".main-actions");
    if (!actions || !navigator.share || !matchMedia(BY_FINGER).matches) return;
    // A phone shares by what is installed on it, in the place of the dialog that the link opens elsewhere.
    event.preventDefault();
    event.stopPropagation();
    const { link: url, title } = actions.dataset;
    navigator.share({ title, url }).catch(() => {}); // given up: nothing to say
  });
}
