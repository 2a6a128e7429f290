/** The order of the layers that are on: a list moved by drag, or by buttons that say where each one went. */
import { withRastersBelow } from "../map_state/state.js";
import { bindDrag } from "./drag.js";

/** Move one item to another place. Pure. */
export function moved(items, item, place) {
  const others = items.filter((one) => one !== item);
  return others.toSpliced(Math.min(Math.max(place, 0), others.length), 0, item);
}

/** Keep the list in step with the store; `titles` and `shapes` are those of the layers by slug. Rasters stay below the rest. */
export function bindOrder(form, store, titles, shapes) {
  const list = form.querySelector("[data-order]");
  const item = form.querySelector("[data-order-item]");
  const said = form.querySelector("[data-order-said]");

  const draw = ({ layers }) => {
    const known = layers.filter((slug) => titles[slug]);
    list.closest("details").hidden = known.length < 2;
    list.replaceChildren(...known.map((slug, rank) => row(slug, rank, known)));
  };
  const isLimit = (slug, next) => !next || (shapes[slug] === "raster") !== (shapes[next] === "raster");
  const row = (slug, rank, known) => {
    const one = item.content.firstElementChild.cloneNode(true);
    one.dataset.slug = slug;
    one.querySelector("[data-handle]").style.touchAction = "none"; // a finger on it drags, and does not scroll
    const face = form.querySelector(`[data-layer="${CSS.escape(slug)}"] .layer-face`);
    if (face) one.querySelector("[data-handle]").after(face.cloneNode(true));
    for (const name of one.querySelectorAll("[data-name]")) name.textContent = titles[slug];
    one.querySelector("[data-up]").disabled = isLimit(slug, known[rank - 1]);
    one.querySelector("[data-down]").disabled = isLimit(slug, known[rank + 1]);
    return one;
  };
  const put = (slug, place) => {
    const { layers } = store.state;
    const after = withRastersBelow(moved(layers, slug, place), shapes);
    store.update({ layers: after });
    said.textContent = said.dataset.moved
      .replace("{title}", titles[slug])
      .replace("{rank}", after.indexOf(slug) + 1)
      .replace("{count}", after.length);
  };

  list.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-up], [data-down]");
    if (!button) return;
    const { slug } = button.closest("li").dataset;
    const isUp = button.matches("[data-up]");
    put(slug, store.state.layers.indexOf(slug) + (isUp ? -1 : 1));
    const [same, other] = isUp ? ["[data-up]", "[data-down]"] : ["[data-down]", "[data-up]"];
    const now = list.querySelector(`li[data-slug="${slug}"]`);
    (now.querySelector(`${same}:enabled`) ?? now.querySelector(other)).focus();
  });
  bindDrag(
    list,
    ({ dataset }, place) => put(dataset.slug, place),
    () => draw(store.state),
  );
  store.addEventListener("portal:state", ({ detail: { before, after } }) => {
    if (before.layers !== after.layers) draw(after);
  });
  draw(store.state);
}
