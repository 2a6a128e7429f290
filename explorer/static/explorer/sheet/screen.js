/** The sheet and the rest of the screen: its tab is part of the state, and what it opens is on the map. */
import { hasChanged, withLayer } from "../map_state/state.js";

/** Keep the tab of the sheet in step with the state, and switch on the layer of what a sheet leads to. */
export function bindSheetScreen(root, store, layers) {
  const sheet = root.querySelector("[data-sheet]");
  const bySlug = new Map(layers.map((layer) => [layer.slug, layer]));
  const shapes = Object.fromEntries(layers.map(({ slug, shape }) => [slug, shape]));
  const ranks = Object.fromEntries(layers.map(({ slug, rank }) => [slug, rank]));
  sheet.dataset.around = String(store.state.around);
  sheet.addEventListener("portal:around", ({ detail }) => store.update({ around: detail }));
  store.addEventListener("portal:state", ({ detail }) => {
    if (!hasChanged(detail, "feature")) return;
    sheet.dataset.around = "false";
    const { feature, layers: on } = detail.after;
    const layer = bySlug.get(feature?.layer);
    const isOff = layer && !on.includes(layer.slug);
    const layersOn = isOff ? withLayer(on, layer.slug, shapes, ranks) : on;
    queueMicrotask(() => store.update({ around: false, layers: layersOn })); // once everybody was told of this one
    if (isOff) say(root.dataset.switchedOn.replace("{title}", layer.title));
  });
}

function say(text) {
  document.dispatchEvent(new CustomEvent("portal:toast", { detail: { text, kind: "good" } }));
}
