/** Questions that start where the person is: `near=moi` and a radius, until the browser gives the position. */

const HERE = "moi";

/**
 * The radius around the position of the person, which the page asks for; "" for a question that does not start there.
 *
 * @param {URLSearchParams} parameters
 */
export const hereRadius = (parameters) =>
  parameters.get("near") === HERE ? (parameters.get("radius") ?? "") : "";

/**
 * Make the page ask where the person is, when a question starts there.
 *
 * @param {URLSearchParams} parameters - of the question
 */
export function askPosition(parameters) {
  const detail = hereRadius(parameters);
  if (detail) document.dispatchEvent(new CustomEvent("portal:locate", { detail }));
}
