/** The colours of rows that a version adds, changes or removes; any other row has the colour of the portal. Pure. */

/** The colour of a row by its property `change`, as an expression of MapLibre. */
export function changeColours({ ok, warn, bad, brand }) {
  return ["match", ["get", "change"], "added", ok, "changed", warn, "removed", bad, brand];
}
