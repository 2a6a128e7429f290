/** What is under the pointer, as choices for a person. Pure. */

const ORDER = { point: 0, line: 1, surface: 2 };

/** Turn rendered features into choices: each feature once, the smallest shapes first. */
export function choicesOf(rendered, layers) {
  const bySlug = new Map(layers.map((layer) => [layer.slug, layer]));
  const choices = new Map();
  for (const { sourceLayer, id, properties } of rendered) {
    const layer = bySlug.get(sourceLayer);
    if (layer && id !== undefined) choices.set(`${sourceLayer}/${id}`, choice(layer, id, properties));
  }
  return [...choices.values()].sort((one, other) => ORDER[one.shape] - ORDER[other.shape]);
}

function choice(layer, id, properties) {
  const title = layer.titleField ? properties[layer.titleField] : "";
  return {
    layer: layer.slug,
    id,
    title: title || `${layer.singular} n° ${id}`,
    kind: layer.singular,
    shape: layer.shape,
  };
}

/** The square of `reach` pixels around a point, as MapLibre takes it. */
export function around({ x, y }, reach) {
  return [
    [x - reach, y - reach],
    [x + reach, y + reach],
  ];
}
