/** Symbols of a legend as they are at the zoom of a map. */

/** Show, of each symbol under an element, what is drawn at a zoom; the others stay hidden, and nothing moves. */
export function showZoom(root, zoom) {
  for (const one of root.querySelectorAll("[data-zooms]")) {
    const [low, high] = one.dataset.zooms.split(" ").map(Number);
    const isShown = low <= zoom && zoom < high;
    if (one.hidden === isShown) one.hidden = !isShown;
  }
}

/** Follow the zoom of a map: while it changes, and when the page has written its legends again. */
export function bindLegendZoom(root, map) {
  const follow = () => showZoom(root, map.getZoom());
  map.on("zoom", follow);
  root.addEventListener("portal:drawn", follow);
  follow();
}
