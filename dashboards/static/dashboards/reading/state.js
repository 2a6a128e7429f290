/** The filters of a dashboard as its address holds them: `commune=a,b`, `periode=…`, `{field}=a,b`. No page here. */

/** Parameters that are no filter: Escape leaves them. */
const NO_FILTERS = new Set(["tableaux", "version"]);

/**
 * Read back the values of a parameter: commas separate, but for those that follow a backslash.
 *
 * @param {string} text
 * @returns {string[]}
 */
export function splitValues(text) {
  const parts = text.match(/(?:\\.|[^,\\]|\\$)+/g) ?? [];
  return parts.map((part) => part.replace(/\\(.)/g, "$1"));
}

/**
 * Write values as one parameter.
 *
 * @param {string[]} values
 */
export function joinValues(values) {
  return values.map((value) => value.replace(/[\\,]/g, "\\$&")).join(",");
}

/**
 * The values asked under a name.
 *
 * @param {string} search
 * @param {string} name
 */
export function valuesOf(search, name) {
  return splitValues(new URLSearchParams(search).get(name) ?? "");
}

/**
 * The address with other values under a name, which becomes the last asked; none takes it off.
 *
 * @param {string} search
 * @param {string} name
 * @param {string[]} values
 */
export function withValues(search, name, values) {
  const parameters = new URLSearchParams(search);
  parameters.delete(name);
  if (values.length) parameters.append(name, joinValues(values));
  return written(parameters);
}

/**
 * The address after a click on a value: asked alone, or no more when it was. `adds` keeps the others that were asked
 * under the same name.
 *
 * @param {string} search
 * @param {string} name
 * @param {string} value
 * @param {boolean} [adds]
 */
export function toggled(search, name, value, adds = false) {
  const before = valuesOf(search, name);
  if (!before.includes(value)) return withValues(search, name, adds ? [...before, value] : [value]);
  return withValues(search, name, adds ? before.filter((other) => other !== value) : []);
}

/**
 * The address without the filter that was asked last; the same when nothing is asked.
 *
 * @param {string} search
 */
export function withoutLast(search) {
  const last = [...new URLSearchParams(search).keys()].findLast((name) => !NO_FILTERS.has(name));
  return last === undefined ? written(new URLSearchParams(search)) : withValues(search, last, []);
}

/**
 * Whether a value is asked under a name.
 *
 * @param {string} search
 * @param {string} name
 * @param {string} value
 */
export function isAsked(search, name, value) {
  return valuesOf(search, name).includes(value);
}

/**
 * What a page calls a field that a mark filters by; `names` are those that its document links.
 *
 * @param {string} field
 * @param {Record<string, string>} names
 */
export function pageName(field, names) {
  return names[field] ?? field.replace(/^feature\./, "");
}

/**
 * An address with the parameters of the page, and those of its own that say how it is seen.
 *
 * @param {string} address
 * @param {string} search
 * @param {string[]} [own]
 */
export function addressed(address, search, own = ["vue"]) {
  const [path, query = ""] = address.split("?");
  const present = new URLSearchParams(query);
  const parameters = new URLSearchParams(search);
  parameters.delete("tableaux");
  parameters.delete("secondes");
  for (const name of own) if (present.has(name)) parameters.append(name, present.get(name) ?? "");
  return path + written(parameters);
}

/** @param {URLSearchParams} parameters */
function written(parameters) {
  const text = parameters.toString();
  return text ? `?${text}` : "";
}
