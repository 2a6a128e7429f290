/** The order of the layers that are on: a list moved by drag, or by buttons that say where each one went. */

import { closest, find, findOptional } from "../../interface/dom.js";
import { withRastersBelow } from "../map_state/state.js";
import { indexAt, moved } from "./rows.js";

/** @import {Shape, Store} from "../map_state/state.js" */

/**
 * Make the list follow the store. Rasters stay below the rest.
 *
 * @param {HTMLFormElement} form
 * @param {Store} store
 * @param {Record<string, string>} titles - of the layers, by slug
 * @param {Record<string, Shape>} shapes
 */
export function bindOrder(form, store, titles, shapes) {
  const list = find(form, "[data-order]", HTMLOListElement);
  const fold = find(form, ".layer-order");
  const model = find(find(form, "[data-order-item]", HTMLTemplateElement).content, "li", HTMLLIElement);
  const status = find(form, "[data-order-message]");

  /** @param {{ layers: string[] }} state */
  const draw = ({ layers }) => {
    const known = layers.filter((slug) => titles[slug]);
    fold.hidden = known.length < 2;
    list.replaceChildren(...known.map((slug, rank) => rowOf(slug, rank, known)));
  };
  /** @param {string} slug @param {string | undefined} next */
  const isLimit = (slug, next) => !next || (shapes[slug] === "raster") !== (shapes[next] === "raster");
  /** @param {string} slug @param {number} rank @param {string[]} known */
  const rowOf = (slug, rank, known) => {
    const row = /** @type {HTMLLIElement} */ (model.cloneNode(true));
    row.dataset.slug = slug;
    const handle = find(row, "[data-handle]");
    handle.style.touchAction = "none"; // a finger on it drags, and does not scroll
    const face = form.querySelector(`[data-layer="${CSS.escape(slug)}"] .layer-face`);
    if (face) handle.after(face.cloneNode(true));
    for (const name of row.querySelectorAll("[data-name]")) name.textContent = titles[slug];
    find(row, "[data-up]", HTMLButtonElement).disabled = isLimit(slug, known[rank - 1]);
    find(row, "[data-down]", HTMLButtonElement).disabled = isLimit(slug, known[rank + 1]);
    return row;
  };
  /** @param {string} slug @param {number} index */
  const put = (slug, index) => {
    const { layers } = store.state;
    const after = withRastersBelow(moved(layers, slug, index), shapes);
    store.update({ layers: after });
    status.textContent = (status.dataset.moved ?? "")
      .replace("{title}", titles[slug])
      .replace("{rank}", String(after.indexOf(slug) + 1))
      .replace("{count}", String(after.length));
  };

  list.addEventListener("click", (event) => {
    const button = closest(event, "[data-up], [data-down]");
    const slug = closest(event, "li")?.dataset.slug;
    if (!button || !slug) return;
    const isUp = button.matches("[data-up]");
    put(slug, store.state.layers.indexOf(slug) + (isUp ? -1 : 1));
    const [pressed, opposite] = isUp ? ["[data-up]", "[data-down]"] : ["[data-down]", "[data-up]"];
    const row = find(list, `li[data-slug="${slug}"]`);
    (findOptional(row, `${pressed}:enabled`) ?? find(row, opposite)).focus();
  });
  bindDrag(
    list,
    ({ dataset }, index) => put(dataset.slug ?? "", index),
    () => draw(store.state),
  );
  store.addEventListener("portal:state", ({ detail: { before, after } }) => {
    if (before.layers !== after.layers) draw(after);
  });
  draw(store.state);
}

/**
 * Make the rows of `list` move by their `[data-handle]`, with a mouse, a finger or a pen: they make room while one moves.
 *
 * @param {HTMLOListElement} list
 * @param {(row: HTMLLIElement, index: number) => void} onDrop
 * @param {() => void} onCancel
 */
function bindDrag(list, onDrop, onCancel) {
  /** @type {{ row: HTMLLIElement, start: number, pointer: number } | null} */
  let held = null;

  /** @param {boolean} isDropped */
  const end = (isDropped) => {
    if (!held) return;
    const { row, start } = held;
    const index = [...list.children].indexOf(row);
    row.classList.remove("is-target");
    held = null;
    if (!isDropped) onCancel();
    else if (index !== start) onDrop(row, index);
  };

  list.addEventListener("pointerdown", (event) => {
    const row = closest(event, "[data-handle]") && closest(event, "li", HTMLLIElement);
    if (!row || event.button !== 0) return;
    event.preventDefault(); // no text is selected, no image is dragged
    held = { row, start: [...list.children].indexOf(row), pointer: event.pointerId };
    list.setPointerCapture(event.pointerId);
    row.classList.add("is-target");
  });
  list.addEventListener("pointermove", ({ clientY, pointerId }) => {
    if (held?.pointer !== pointerId) return;
    const { row } = held;
    const rest = [...list.children].filter((one) => one !== row);
    const middles = rest.map((one) => one.getBoundingClientRect()).map(({ top, height }) => top + height / 2);
    const next = rest[indexAt(clientY, middles)] ?? null;
    if (next === row.nextElementSibling) return;
    list.insertBefore(row, next);
    row.scrollIntoView({ block: "nearest" });
  });
  list.addEventListener("pointerup", ({ pointerId }) => {
    if (held?.pointer === pointerId) end(true);
  });
  list.addEventListener("pointercancel", () => end(false));
  document.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") end(false);
  });
}
