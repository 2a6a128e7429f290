/** The filters of a dashboard as its address holds them: `commune=a,b`, `periode=…`, `{field}=a,b`. No page here. */

/** Parameters that are no filter: Escape leaves them. */
const NO_FILTERS = new Set(["tableaux", "version"]);

/** Read back the values of a parameter: commas separate, but for those that follow a backslash. */
export function splitValues(text) {
  const parts = text.match(/(?:\\.|[^,\\]|\\$)+/g) ?? [];
  return parts.map((part) => part.replace(/\\(.)/g, "$1"));
}

/** Write values as one parameter. */
export function joinValues(values) {
  return values.map((value) => value.replace(/[\\,]/g, "\\$&")).join(",");
}

/** The values asked under a name. */
export function valuesOf(search, name) {
  return splitValues(new URLSearchParams(search).get(name) ?? "");
}

/** The address with other values under a name, which becomes the last asked; none takes it off. */
export function asking(search, name, values) {
  const parameters = new URLSearchParams(search);
  parameters.delete(name);
  if (values.length) parameters.append(name, joinValues(values));
  return written(parameters);
}

/**
 * The address after a click on a value: asked alone, or no more when it was. `adds` keeps the others that were asked
 * under the same name.
 */
export function toggled(search, name, value, adds = false) {
  const before = valuesOf(search, name);
  if (!before.includes(value)) return asking(search, name, adds ? [...before, value] : [value]);
  return asking(search, name, adds ? before.filter((other) => other !== value) : []);
}

/** The address without the filter that was asked last; the same when nothing is asked. */
export function withoutLast(search) {
  const names = [...new URLSearchParams(search).keys()].filter((name) => !NO_FILTERS.has(name));
  return names.length ? asking(search, names.at(-1), []) : written(new URLSearchParams(search));
}

/** Whether a value is asked under a name. */
export function isAsked(search, name, value) {
  return valuesOf(search, name).includes(value);
}

/** What a page calls a field that a mark filters by; `names` are those that its document links. */
export function pageName(field, names) {
  return names[field] ?? field.replace(/^feature\./, "");
}

/** An address with the parameters of the page, and those of its own that say how it is seen. */
export function addressed(address, search, kept = ["vue"]) {
  const [path, query = ""] = address.split("?");
  const own = new URLSearchParams(query);
  const parameters = new URLSearchParams(search);
  parameters.delete("tableaux");
  parameters.delete("secondes");
  for (const name of kept) if (own.has(name)) parameters.append(name, own.get(name));
  return path + written(parameters);
}

function written(parameters) {
  const text = parameters.toString();
  return text ? `?${text}` : "";
}
