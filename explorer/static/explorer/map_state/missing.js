/** What a link names and its reader does not have: out of the state. Pure. */

/** @import {FieldValues, LinkState, TableState} from "./state.js" */
import { layerOfSide, swipeAmong } from "./state.js";

/**
 * @typedef {[name: string, value: string]} Pair
 * @typedef {{ layers: string[], dropped: Pair[], table: Pair[] }} Missing as `explorer/map_state` finds it
 */

/** @param {string} name */
const layerOf = (name) => name.split(".")[0];

/**
 * A state without the layers that are missing, without the conditions dropped because of them, and without what the table
 * refuses.
 *
 * @param {LinkState} state
 * @param {Missing} missing
 * @returns {LinkState}
 */
export function withoutMissing(state, { layers, dropped, table }) {
  /** @param {string} slug */
  const isHere = (slug) => !layers.includes(slug);
  /** @param {string} name @param {string} value */
  const isDropped = (name, value) => dropped.some(([one, text]) => one === name && text === value);
  const own = Object.entries(state.own).flatMap(([name, values]) => {
    const remaining = isHere(layerOf(name)) ? values.filter((value) => !isDropped(name, value)) : [];
    return remaining.length ? [[name, remaining]] : [];
  });
  return {
    ...state,
    layers: state.layers?.filter(isHere) ?? null,
    own: /** @type {FieldValues} */ (Object.fromEntries(own)),
    sujet: state.sujet && isHere(state.sujet) ? state.sujet : "",
    opacity: only(state.opacity, isHere),
    renderings: only(state.renderings ?? {}, isHere),
    versions: Object.fromEntries(
      Object.entries(state.versions ?? {}).filter(
        ([slug, number]) => isHere(slug) && isHere(`${slug}:${number}`),
      ),
    ),
    swipe: swipeAmong(state.swipe, (side) => isHere(side) && isHere(layerOfSide(side))),
    feature: state.feature && isHere(state.feature.layer) ? state.feature : null,
    table: state.table && isHere(state.table.layer) ? withoutRefused(state.table, table) : null,
  };
}

/**
 * @param {TableState} state
 * @param {Pair[]} refused
 * @returns {TableState}
 */
function withoutRefused(state, refused) {
  const names = refused.map(([name]) => name);
  return {
    ...state,
    sort: names.includes("tri") ? "" : state.sort,
    columns: names.includes("colonnes") ? [] : state.columns,
  };
}

/**
 * @template T
 * @param {Record<string, T>} values
 * @param {(slug: string) => boolean} isHere
 * @returns {Record<string, T>}
 */
const only = (values, isHere) => Object.fromEntries(Object.entries(values).filter(([slug]) => isHere(slug)));
