/** Names of features in the list of the sheet: slug of the layer, then the id. Pure. */

/** @typedef {{ layer: string, id: number }} Feature */

/**
 * Read the name of a feature; null for anything else.
 *
 * @param {string | undefined} name
 * @returns {Feature | null}
 */
export function featureOf(name) {
  const match = /^([\w-]+)\/(\d+)$/.exec(name ?? "");
  return match ? { layer: match[1], id: Number(match[2]) } : null;
}

/**
 * The names of what is under the pointer; groups of points have none.
 *
 * @param {{ layer: string, id?: number | string }[]} choices
 * @returns {Set<string>}
 */
export function namesOf(choices) {
  return new Set(choices.filter(({ id }) => id !== undefined).map(({ layer, id }) => `${layer}/${id}`));
}
