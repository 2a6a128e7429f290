/** What is under the pointer on a map of a dashboard, in words and as a filter. Pure. */

/** What a rendered feature stands for: `words`, the `value` that a click filters on, `id` or `key`; null for nothing. */
export function hitOf(config, { id, properties, geometry }) {
  if (properties.point_count !== undefined)
    return {
      cluster: properties.cluster_id ?? null, // null: gathered by the tiles, which know no more of it
      place: geometry?.coordinates,
      words: config.said.objects.replace("{count}", properties.point_count.toLocaleString(config.language)),
    };
  return config.places ? placeHit(config, id, properties) : featureHit(config, id, properties);
}

function placeHit(config, id, properties) {
  const is =
    config.joined && config.mode !== "symbols"
      ? ({ ids }) => ids.includes(id)
      : ({ key }) => key === (properties.code ?? properties.key);
  const place = config.places.find(is);
  if (!place) return null;
  return {
    key: place.key,
    value: place.key,
    words: joined(config, place.title, place.text || config.said.noValue),
  };
}

function featureHit(config, id, properties) {
  const { layer } = config;
  const title = (layer.titleField && properties[layer.titleField]) || `${layer.singular} n° ${id}`;
  const detail = config.value ? sizeOf(config, properties) : categoryOf(layer, properties);
  return { id, value: properties[config.field], words: detail ? joined(config, title, detail) : title };
}

const joined = ({ said }, title, text) =>
  said.pair.replace("{title}", () => title).replace("{text}", () => text);

function sizeOf({ value, unit, isYear, language }, properties) {
  const size = properties[value];
  if (isYear) return String(size ?? "");
  return typeof size === "number" ? `${size.toLocaleString(language)}\u00a0${unit}`.trim() : "";
}

const categoryOf = ({ field, categories }, properties) =>
  categories.find(({ value }) => value === String(properties[field]))?.title ?? "";
