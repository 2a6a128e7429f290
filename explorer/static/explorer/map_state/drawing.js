/** What the state of the explorer says to a map, in the words of the map kit. */

/** What `draw()` of a map takes, but for the queries, which the server writes. Pure. */
export function drawingOf({ layers, opacity, renderings, commune, feature, swipe }) {
  const communes = commune ? commune.split(",") : [];
  return { layers, opacity, renderings, swipe, selected: feature, communes };
}

/** The pictogram of a layer, as the page shows it in the panel or the legend; null where it shows none. */
export function pictogramOf({ slug }) {
  return document.querySelector(`[data-layer="${slug}"] .pic svg`);
}
