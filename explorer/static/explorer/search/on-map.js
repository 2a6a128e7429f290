/** Results chosen from the map: they move it, and leave what is on and what is asked as they are. */
import { withLayer } from "../map_state/state.js";
import { keepMap } from "./from-map.js";

const BOX = "form[data-suggestions]";
const ONLY_PLACE = new Set(["near", "radius", "commune"]);

/**
 * What a result asks of the map, as part of its state: a feature, a layer to switch on, a commune or a point; null for
 * any other address, which is followed. Pure: `list` is the address of the map, `layers` those of its configuration.
 */
export function askedBy(address, list, layers) {
  const { pathname, searchParams } = address;
  if (pathname === list) return placeOf(searchParams);
  for (const { slug, sheet } of layers) {
    const page = sheet.replace("{id}/", "");
    if (pathname === page) return { layer: slug };
    const id = pathname.startsWith(page) ? pathname.slice(page.length).replace("/", "") : "";
    if (/^\d+$/.test(id)) return { feature: { layer: slug, id: Number(id) } };
  }
  return null;
}

function placeOf(parameters) {
  if (![...parameters.keys()].every((name) => ONLY_PLACE.has(name))) return null; // a whole question
  const [near, radius, commune] = ["near", "radius", "commune"].map((name) => parameters.get(name));
  if (near) return { near, radius };
  return commune ? { commune } : null;
}

function say(text) {
  document.dispatchEvent(new CustomEvent("portal:toast", { detail: { text, kind: "good" } }));
}

/** Empty the box of a result and put it away. */
function close(link) {
  const { q: field } = link.closest("form").elements;
  field.value = "";
  field.dispatchEvent(new Event("input")); // the list goes with the words
  field.blur();
  link.closest("[popover]")?.hidePopover();
}

/** Make the search boxes of the page act on the map; `around(near, radius)` looks around a point. `tab` is the storage of
 * the tab, for the page of results. */
export function bindSearchOnMap(root, store, { list, layers }, around, tab) {
  const titles = Object.fromEntries(layers.map(({ slug, title }) => [slug, title]));
  const shapes = Object.fromEntries(layers.map(({ slug, shape }) => [slug, shape]));
  const ranks = Object.fromEntries(layers.map(({ slug, rank }) => [slug, rank]));
  document.addEventListener("submit", ({ target }) => target.matches(BOX) && keepMap(tab, location.search));
  document.addEventListener("click", (event) => {
    const link = event.target.closest(`${BOX} a[role=option]`);
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if ("ask" in link.dataset) return close(link); // a question, which the panel of the map asks
    const asked = askedBy(new URL(link.href), list, layers);
    keepMap(tab, location.search); // it may lead to the page of results
    if (!asked) return;
    event.preventDefault();
    close(link);
    const { layer, near, radius, ...patch } = asked;
    if (near) around(near, radius);
    else if (layer) {
      store.update({ layers: withLayer(store.state.layers, layer, shapes, ranks) });
      say(root.dataset.switchedOn.replace("{title}", titles[layer]));
    } else store.update(patch);
  });
}
