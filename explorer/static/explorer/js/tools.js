/** Buttons over the map, and the word that says whether the map is still moving. */

/** Make the buttons zoom and frame the map. */
export function bindTools(root, view, store) {
  const on = (name, act) => root.querySelector(`[data-${name}]`).addEventListener("click", act);
  on("zoom-in", () => view.map.zoomIn());
  on("zoom-out", () => view.map.zoomOut());
  on("frame", () => view.frame(store.state));
}

/** Keep `data-state` on the page: `moving`, then `ready` once everything is drawn; an error stays said. */
export function tellState(root, map) {
  const tell = (word) => {
    if (root.dataset.state !== "error") root.dataset.state = word;
  };
  map.on("movestart", () => tell("moving"));
  map.on("idle", () => tell("ready"));
  map.triggerRepaint();
}
