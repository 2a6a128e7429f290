/** A feature under the pointer or the focus is lit everywhere: on the map, in the list, in the table. */
import { readFeature } from "../map_state/state.js";

/** Bind the list beside the map; `onHover` receives a feature or null, `table.mark` the feature hovered on the map. */
export function bindHover(root, table, onHover) {
  const list = root.querySelector("[data-list]");
  const tell = ({ target }) => {
    const link = target.closest("[data-feature]");
    onHover(link ? readFeature(link.dataset.feature) : null);
  };
  list.addEventListener("pointerover", tell);
  list.addEventListener("focusin", tell);
  for (const end of ["pointerleave", "focusout"]) list.addEventListener(end, () => onHover(null));
  let marked = "";
  root.querySelector("[data-map]").addEventListener("portal:hover", ({ detail }) => {
    const name = detail ? `${detail.layer}/${detail.id}` : "";
    if (name === marked) return;
    marked = name;
    for (const link of list.querySelectorAll(".is-hovered")) link.classList.remove("is-hovered");
    if (name) list.querySelector(`[data-feature="${name}"]`)?.classList.add("is-hovered");
    table.mark(detail);
  });
}
