/** The settings of a layer that is off: written from one model of the page the first time that they are opened. */

import { closest, find, findAll, findOptional } from "../../interface/dom.js";

/** @import {Store} from "../map_state/state.js" */

const LAYER = "LAYER"; // in the addresses and attributes of the model
const TITLE = "{title}";

/**
 * Replace the name and the title of the layer in a copy of the model. Pure but for the copy.
 *
 * @param {DocumentFragment} copy
 * @param {{ slug: string, title: string }} layer
 */
export function nameIn(copy, { slug, title }) {
  const nodes = document.createTreeWalker(copy, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  while (nodes.nextNode()) {
    const node = nodes.currentNode;
    if (node instanceof Element)
      for (const { name, value } of node.attributes)
        node.setAttribute(name, value.replace(LAYER, slug).replace(TITLE, title));
    else node.nodeValue = node.nodeValue?.replace(TITLE, title) ?? "";
  }
}

/**
 * Write the settings of the rows that are on or faint at first, of others before their fold opens; with those of the parts of other
 * applications that the row names by their numbers.
 *
 * @param {HTMLFormElement} form
 * @param {Store} store
 * @param {{ slug: string, title: string, hasTime: boolean }[]} layers
 */
export function bindSettings(form, store, layers) {
  const model = find(form, "[data-settings-model]", HTMLTemplateElement);
  /** @param {HTMLElement} row */
  const write = (row) => {
    const plain = findOptional(row, "[data-settings]");
    const layer = layers.find(({ slug }) => slug === row.dataset.layer);
    if (!plain || !layer) return;
    const copy = /** @type {DocumentFragment} */ (model.content.cloneNode(true));
    nameIn(copy, layer);
    if (!layer.hasTime) copy.querySelector("[data-time]")?.remove();
    const percent = store.state.opacity[layer.slug] ?? 100;
    find(copy, "[data-opacity]", HTMLInputElement).value = String(percent);
    find(copy, "output").textContent = `${percent}\u00a0%`;
    const parts = plain.dataset.settings?.split(" ") ?? [];
    for (const part of copy.querySelectorAll("[data-part]")) {
      const isOwn = parts.includes(part.getAttribute("data-part") ?? "");
      part.replaceWith(...(isOwn ? part.childNodes : []));
    }
    plain.replaceWith(copy);
  };
  const { layers: on, opacity } = store.state;
  for (const row of findAll(form, "[data-layer]")) {
    const { layer = "" } = row.dataset;
    if (on.includes(layer) || layer in opacity) write(row);
  }
  form.addEventListener("click", (event) => {
    const row = closest(event, ".layer-more > summary") && closest(event, "[data-layer]");
    if (row) write(row);
  });
}
