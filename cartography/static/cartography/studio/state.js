/** What the server says of the style: its document, its mark, what is drawn. */

/** Read the state of the page, or of a part of it. */
export function readState(root) {
  return JSON.parse(root.querySelector("#studio-state").textContent);
}
