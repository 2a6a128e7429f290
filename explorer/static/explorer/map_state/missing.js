/** What a link names and its reader does not have: out of the state, told once, and closed when it has been read. */

import { layerOfSide } from "./variants.js";

const layerOf = (name) => name.split(".")[0];

/** A state without the layers that are missing, and without the conditions dropped because of them. Pure. */
export function withoutMissing(state, { layers, dropped }) {
  const isHere = (slug) => !layers.includes(slug);
  const isKept = (name, value) => !dropped.some(([one, text]) => one === name && text === value);
  const own = Object.entries(state.own).flatMap(([name, values]) => {
    const kept = isHere(layerOf(name)) ? values.filter((value) => isKept(name, value)) : [];
    return kept.length ? [[name, kept]] : [];
  });
  return {
    ...state,
    layers: state.layers?.filter(isHere) ?? null,
    own: Object.fromEntries(own),
    sujet: state.sujet && isHere(state.sujet) ? state.sujet : "",
    opacity: only(state.opacity, isHere),
    renderings: only(state.renderings ?? {}, isHere),
    versions: Object.fromEntries(
      Object.entries(state.versions ?? {}).filter(
        ([slug, number]) => isHere(slug) && isHere(`${slug}:${number}`),
      ),
    ),
    swipe: swipeWithout(state.swipe, (side) => isHere(side) && isHere(layerOfSide(side))),
    feature: state.feature && isHere(state.feature.layer) ? state.feature : null,
    table: state.table && isHere(state.table.layer) ? state.table : null,
  };
}

const only = (values, isHere) => Object.fromEntries(Object.entries(values).filter(([slug]) => isHere(slug)));

function swipeWithout(swipe, isHere) {
  if (!swipe || !isHere(swipe.left)) return null;
  return swipe.right && !isHere(swipe.right) ? { ...swipe, right: "" } : swipe;
}

/** Say the notice aloud, close it, and sign in to the place that the map shows. */
export function bindMissing(root) {
  const notice = root.querySelector("[data-missing]");
  if (!notice) return;
  notice.replaceChildren(...notice.childNodes); // it came with the page: only what changes is said
  notice.querySelector("[data-missing-close]").addEventListener("click", () => {
    notice.remove();
    document.getElementById("contenu").focus({ preventScroll: true });
  });
  notice.querySelector("[data-missing-sign-in]")?.addEventListener("click", ({ currentTarget }) => {
    const way = new URL(currentTarget.href);
    const back = way.searchParams.get("next").split("#")[0];
    way.searchParams.set("next", back + location.hash);
    currentTarget.href = way.href;
  });
}
