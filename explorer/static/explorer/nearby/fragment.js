/** Answer what the server writes at an address as a part of the page; null when it does not answer. */
export function fragmentOf(address) {
  return fetch(address, { headers: { "HX-Request": "true" } }).then(
    (answer) => (answer.ok ? answer.text() : null),
    () => null,
  );
}
