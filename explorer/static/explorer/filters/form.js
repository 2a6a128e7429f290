/** What the form of a layer's filters asks, as the state holds it. Pure: no DOM. */

/** @import {FieldValues} from "../map_state/state.js" */

const RANGE = "..";

/**
 * A condition on another layer, or on one object of it.
 *
 * @typedef {object} Combination
 * @property {string} layer
 * @property {number | null} [id] - of the object
 * @property {number} [metres] - 0: what it touches
 * @property {boolean} [isLive] - only what is asked of the other layer
 */

/**
 * Read the entries of the form of a layer: `{ q, own }`, where `own` holds the values by `layer.field`.
 *
 * `.de` and `.a` are the two bounds of a range, `.periode` a period counted from today in their place. What is written to combine another layer waits for its button.
 *
 * @param {Iterable<[name: string, value: FormDataEntryValue]>} entries
 * @param {string} slug
 */
export function readForm(entries, slug) {
  /** @type {FieldValues} */
  const own = {};
  /** @type {Record<string, { de?: string, a?: string, periode?: string }>} */
  const bounds = {};
  let q = "";
  for (const [name, value] of entries) {
    const text = String(value).trim();
    if (name === "q") q = text;
    if (!name.startsWith(`${slug}.`) || text === "") continue;
    const [field, part] = name.slice(slug.length + 1).split(".");
    const whole = `${slug}.${field}`;
    if (part === "de" || part === "a" || part === "periode")
      bounds[whole] = { ...bounds[whole], [part]: text };
    else if (!part) own[whole] = [...(own[whole] ?? []), text];
  }
  for (const [whole, { de = "", a = "", periode = "" }] of Object.entries(bounds))
    own[whole] = [...(own[whole] ?? []), periode || `${de}${RANGE}${a}`];
  return { q, own };
}

/**
 * The filters of every layer, those of one layer being replaced.
 *
 * @param {FieldValues} own
 * @param {string} slug
 * @param {FieldValues} [conditions] - of that layer; none removes them
 * @returns {FieldValues}
 */
export function replaced(own, slug, conditions = {}) {
  const rest = Object.entries(own).filter(([name]) => !name.startsWith(`${slug}.`));
  return { ...Object.fromEntries(rest), ...conditions };
}

/**
 * Write a combination as the address holds it: another layer or one object of it, metres, « only what is asked ».
 *
 * @param {Combination} combination
 */
export function combinationText({ layer, id = null, metres = 0, isLive = false }) {
  const target = id === null ? layer : `${layer}/${id}`;
  return `${target}${metres > 0 ? `@${metres}` : ""}${isLive ? "*" : ""}`;
}

/**
 * Read `layer/12@300`, as a button of a sheet holds it, or null.
 *
 * @param {string} text
 * @returns {Combination | null}
 */
export function readCombination(text) {
  const match = /^([a-z0-9][a-z0-9-]*)\/(\d+)(?:@(\d+(?:\.\d+)?))?$/.exec(text);
  return match ? { layer: match[1], id: Number(match[2]), metres: Number(match[3] ?? 0) } : null;
}

/**
 * Ask every layer that is on, but the object's own, for what touches or is near an object.
 *
 * @param {{ layers: string[], own: FieldValues }} state
 * @param {Combination} combination
 * @returns {FieldValues}
 */
export function combinedAll({ layers, own }, combination) {
  const text = combinationText(combination);
  const added = layers
    .filter((slug) => slug !== combination.layer)
    .map((slug) => [`${slug}.touching`, [...new Set([...(own[`${slug}.touching`] ?? []), text])]]);
  return { ...own, ...Object.fromEntries(added) };
}

/**
 * Two sliders never cross: the one that moves pushes back to the other. Returns the pair.
 *
 * @param {number} from
 * @param {number} to
 * @param {string} movedOne - "from" or "to"
 * @returns {[from: number, to: number]}
 */
export function uncrossed(from, to, movedOne) {
  if (from <= to) return [from, to];
  return movedOne === "from" ? [to, to] : [from, from];
}
