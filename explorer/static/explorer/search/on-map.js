/** Results chosen from the map: they move it, and leave what is on and what is asked as they are. */

import { closest, find, isPlainClick } from "../../interface/dom.js";
import { tabStorage } from "../../interface/storage.js";
import { ranksOf, shapesOf, titlesOf } from "../map_state/config.js";
import { withLayer } from "../map_state/state.js";
import { requestOf, storeMap } from "./results.js";

/** @import {PageConfig} from "../map_state/config.js" */
/** @import {Store} from "../map_state/state.js" */

const BOX = "form[data-suggestions]";

/** @param {string} text */
function toast(text) {
  document.dispatchEvent(new CustomEvent("portal:toast", { detail: { text, kind: "good" } }));
}

/**
 * Empty the box of a result and put it away.
 *
 * @param {HTMLAnchorElement} link
 */
function close(link) {
  const box = /** @type {HTMLFormElement} */ (link.closest(BOX)); // the link was chosen in it
  const field = find(box, "[name=q]", HTMLInputElement);
  field.value = "";
  field.dispatchEvent(new Event("input")); // the list goes with the words
  field.blur();
  /** @type {HTMLElement | null} */ (link.closest("[popover]"))?.hidePopover();
}

/**
 * Make the search boxes of the page act on the map.
 *
 * @param {HTMLElement} root
 * @param {Store} store
 * @param {PageConfig} config
 * @param {(near: string, radius: string) => void} around - looks around a point
 */
export function bindSearchOnMap(root, store, { list, layers }, around) {
  const [titles, shapes, ranks] = [titlesOf(layers), shapesOf(layers), ranksOf(layers)];
  document.addEventListener("submit", (event) => {
    if (closest(event, BOX)) storeMap(tabStorage, location.search); // for the page of results
  });
  document.addEventListener("click", (event) => {
    const link = closest(event, `${BOX} a[role=option]`, HTMLAnchorElement);
    if (!link || !isPlainClick(event)) return;
    if ("ask" in link.dataset) return close(link); // a question, which the panel of the map asks
    const request = requestOf(new URL(link.href), list, layers);
    storeMap(tabStorage, location.search); // it may lead to the page of results
    if (!request) return;
    event.preventDefault();
    close(link);
    if ("near" in request) around(request.near, request.radius);
    else if ("layer" in request) {
      store.update({ layers: withLayer(store.state.layers, request.layer, shapes, ranks) });
      toast((root.dataset.switchedOn ?? "").replace("{title}", titles[request.layer]));
    } else store.update(request.patch);
  });
}
