/** What each row of the panel does beside its switch: search, opacity, zoom, scale; the rows that are on stand first. */

import { closest, find, findAll, findOptional } from "../../interface/dom.js";
import { writeQuestion } from "../map_state/state.js";
import { isLike, outOfScale, rowAfter } from "./rows.js";

/** @import {MapView} from "../../interface/map/view.js" */
/** @import {MapState, Store} from "../map_state/state.js" */

/**
 * Write what rows are searched and sorted by, their title and the theme that they stand under, where the page does not repeat it.
 *
 * @param {HTMLFormElement} form
 */
export function describeRows(form) {
  for (const row of findAll(form, "[data-layer]")) {
    row.dataset.title ??= find(row, ".layer-name").textContent.trim();
    row.dataset.theme ??= row.closest("[data-theme-rows]")?.getAttribute("data-theme-rows") ?? "";
  }
}

/**
 * Show only the rows that look like what is typed; a theme without any row goes too.
 *
 * @param {HTMLFormElement} form
 * @param {(isNone: boolean) => void} onSearch
 */
function bindSearch(form, onSearch) {
  const field = find(form, "[data-layer-search]", HTMLInputElement);
  const search = () => {
    let count = 0;
    for (const theme of findAll(form, ".theme")) {
      const rows = findAll(theme, "[data-layer]");
      for (const row of rows) row.hidden = !isLike(`${row.dataset.title} ${row.dataset.theme}`, field.value);
      const visible = rows.filter((row) => !row.hidden).length;
      theme.hidden = visible === 0;
      count += visible;
    }
    onSearch(count === 0);
  };
  field.addEventListener("input", search);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
}

/**
 * Say how many layers are on, or that the search matches none.
 *
 * @param {HTMLFormElement} form
 * @param {Store} store
 */
export function bindLayerCount(form, store) {
  const line = find(form, "[data-layers-on]");
  const off = find(form, "[data-all-off]", HTMLButtonElement);
  const write = () => {
    const { length } = store.state.layers;
    const { none = "", one, many } = line.dataset;
    line.textContent = length === 0 ? none : `${length} ${length === 1 ? one : many}`;
    off.disabled = length === 0;
  };
  off.addEventListener("click", () => {
    store.update({ layers: [] });
    find(form, "[data-layer-search]").focus();
  });
  bindSearch(form, (isNone) => {
    if (isNone) line.textContent = line.dataset.unmatched ?? "";
    else write();
  });
  store.addEventListener("portal:state", write);
  write();
}

/**
 * Sliders of opacity: the map follows while they move, and only the map.
 *
 * @param {HTMLFormElement} form
 * @param {Store} store
 */
export function bindOpacity(form, store) {
  form.addEventListener("input", (event) => {
    const slider = closest(event, "[data-opacity]", HTMLInputElement);
    const layer = closest(event, "[data-layer]")?.dataset.layer;
    if (!slider || !layer) return;
    const percent = Number(slider.value);
    find(/** @type {HTMLElement} */ (slider.parentElement), "output").textContent = `${percent}\u00a0%`;
    const opacity = { ...store.state.opacity, [layer]: percent };
    if (percent === 100) delete opacity[layer];
    store.update({ opacity });
  });
}

/**
 * Buttons that zoom to what answers in a layer: the server knows where it is.
 *
 * @param {HTMLFormElement} form
 * @param {Store} store
 * @param {() => MapView | null} view
 */
export function bindExtent(form, store, view) {
  form.addEventListener("click", async (event) => {
    const button = closest(event, "[data-reach]");
    if (!button || !view()) return;
    const answer = await fetch(`${button.dataset.reach}?${writeQuestion(store.state)}`);
    if (!answer.ok) return;
    const { box } = await answer.json();
    if (box) view()?.frameBox(box);
    else {
      const detail = { text: button.dataset.nothing ?? "" };
      document.dispatchEvent(new CustomEvent("portal:toast", { detail }));
    }
  });
}

/**
 * Say which layers the map does not draw from so far, in their rows and in the summary.
 *
 * @param {HTMLElement} root
 * @param {{ slug: string, minZoom: number }[]} layers
 * @param {MapState} state
 * @param {number} zoom
 */
export function markOutOfScale(root, layers, state, zoom) {
  const slugs = outOfScale(layers, state.layers, zoom);
  const model = find(root, "[data-far-model]", HTMLTemplateElement);
  for (const row of findAll(root, "[data-layer]")) {
    const note = findOptional(row, "[data-far]");
    const isFar = slugs.includes(row.dataset.layer ?? "");
    if (isFar && !note) find(row, ".layer-meta").append(model.content.cloneNode(true));
    if (!isFar) note?.remove();
  }
  const summary = find(root, "[data-too-far]");
  const { one, many } = summary.dataset;
  summary.textContent = slugs.length ? ` · ${slugs.length} ${slugs.length === 1 ? one : many}` : "";
}

/**
 * Sort the rows of the form: those that are on stand first, in their order on the map, the rest under their themes. A row
 * that is switched by hand stays where it is until the person goes elsewhere: nothing moves under a finger.
 *
 * @param {HTMLFormElement} form
 * @param {HTMLElement} root
 * @param {Store} store
 */
export function bindLayersOnFirst(form, root, store) {
  const first = find(form, "[data-on-map]");
  const themes = new Map(findAll(form, "[data-theme-rows]").map((theme) => [theme.dataset.themeRows, theme]));
  /** @param {string} slug */
  const rowOf = (slug) => findOptional(form, `[data-layer="${CSS.escape(slug)}"]`);
  const sort = () => {
    const rows = store.state.layers.map(rowOf).filter((row) => row !== null);
    for (const row of findAll(first, "[data-layer]")) {
      const theme = themes.get(row.dataset.theme);
      if (rows.includes(row) || !theme) continue;
      const rest = findAll(theme, "[data-layer]", HTMLElement);
      theme.insertBefore(row, rowAfter(rest, row.dataset.title ?? ""));
    }
    const sorted = findAll(first, "[data-layer]");
    if (!rows.every((row, index) => sorted[index] === row)) first.append(...rows);
    for (const theme of [first, ...themes.values()]) theme.hidden = !theme.querySelector("[data-layer]");
  };
  store.addEventListener("portal:state", ({ detail: { before, after } }) => {
    if (before.layers !== after.layers && !form.contains(document.activeElement)) sort();
  });
  root.addEventListener("portal:tab", sort);
}
