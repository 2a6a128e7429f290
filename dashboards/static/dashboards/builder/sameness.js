/** Whether two documents say the same, one as it was made here and one as the server writes it back. Pure. */

// What the server leaves out, since it is what a missing key means.
const DEFAULTS = { width: 4, height: 2, measures: "count", kind: "values" };

/** Whether two documents say the same. */
export function isSame(one, other) {
  return textOf(one) === textOf(other);
}

function textOf(document) {
  return JSON.stringify(plain(document) ?? {});
}

function plain(value) {
  if (Array.isArray(value)) return list(value.map(plain));
  if (value === null || typeof value !== "object") return value;
  const kept = Object.entries(value)
    .map(([name, held]) => [name, plain(held)])
    .filter(([name, held]) => !isMissing(held) && DEFAULTS[name] !== held)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  if (value.field === "commune" && value.kind === "commune") return "commune";
  return kept.length === 1 && kept[0][0] === "field" ? kept[0][1] : Object.fromEntries(kept);
}

/** One alone is written as itself. */
function list(values) {
  return values.length === 1 ? values[0] : values;
}

function isMissing(value) {
  if (value === "" || value === null || value === undefined || value === false || value === 0) return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}
