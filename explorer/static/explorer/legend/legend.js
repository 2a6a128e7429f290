/** The legend over the map: folded or not, as who looks left it, and its symbols as they are at the zoom of the map. */

/** @import {Map as MapLibreMap} from "maplibre-gl" */
/** @import {KeyValueStorage} from "../map_state/storage.js" */

const KEY = "portal-legend";

/** Whether the legend is open, on screens of each size. */
/** @typedef {{ wide?: boolean, small?: boolean }} Choices */

/**
 * Whether the legend is open: what was chosen on such a screen, else what its width allows. Folded at first where the
 * screen is small. Pure.
 *
 * @param {Choices | undefined} stored
 * @param {boolean} isWide
 */
export function isOpen(stored, isWide) {
  const chosen = stored?.[isWide ? "wide" : "small"];
  return typeof chosen === "boolean" ? chosen : isWide;
}

/**
 * Make the legend of a map remember how it was left.
 *
 * @param {HTMLDetailsElement | null} card
 * @param {KeyValueStorage} storage
 * @param {MediaQueryList} wide - screens where it is open at first
 */
export function bindLegend(card, storage, wide) {
  if (!card) return;
  const follow = () => {
    card.open = isOpen(read(storage), wide.matches);
  };
  follow();
  wide.addEventListener("change", follow);
  card.querySelector("summary")?.addEventListener("click", () => {
    storage.setItem(KEY, JSON.stringify({ ...read(storage), [wide.matches ? "wide" : "small"]: !card.open }));
  });
}

/** @param {KeyValueStorage} storage @returns {Choices} */
function read(storage) {
  try {
    return JSON.parse(storage.getItem(KEY) ?? "{}") ?? {};
  } catch {
    return {}; // not ours
  }
}

/**
 * Show, of each symbol under an element, what is drawn at a zoom; the rest stays hidden, and nothing moves.
 *
 * @param {ParentNode} root
 * @param {number} zoom
 */
export function showZoom(root, zoom) {
  /** @type {NodeListOf<HTMLElement>} */
  const symbols = root.querySelectorAll("[data-zooms]");
  for (const symbol of symbols) {
    const [low, high] = (symbol.dataset.zooms ?? "").split(" ").map(Number);
    const isVisible = low <= zoom && zoom < high;
    if (symbol.hidden === isVisible) symbol.hidden = !isVisible;
  }
  /** @type {NodeListOf<SVGUseElement>} */
  const references = root.querySelectorAll("[data-steps]");
  for (const reference of references) {
    const { name, isDrawn } = stepAt(reference.dataset.steps ?? "", zoom);
    if (reference.getAttribute("href") === name) continue;
    reference.setAttribute("href", name);
    reference.classList.toggle("is-undrawn", !isDrawn);
  }
}

/**
 * What stands for a symbol at a zoom: `steps` are the lowest zoom of each picture, its name in the page, and `undrawn` where
 * the map does not draw it. Pure.
 *
 * @param {string} steps
 * @param {number} zoom
 */
export function stepAt(steps, zoom) {
  const words = steps.split(",").map((step) => step.split(" "));
  const [, name, state] = words.findLast(([low]) => Number(low) <= zoom) ?? words[0];
  return { name: `#${name}`, isDrawn: state !== "undrawn" };
}

/**
 * Hide what the legend says of layers that are off, before the server writes it without them.
 *
 * @param {ParentNode} root
 * @param {string[]} slugs - of the layers that are on
 */
export function hideSwitchedOff(root, slugs) {
  /** @type {NodeListOf<HTMLElement>} */
  const entries = root.querySelectorAll(".map-legend-layer[data-of-layer]");
  for (const entry of entries) entry.hidden = !slugs.includes(entry.dataset.ofLayer ?? "");
}

/**
 * Follow the zoom of a map: while it changes, and when the server writes a legend again, before that is painted. Say on
 * the root whether discs that gather points are drawn, which the legend then explains.
 *
 * @param {HTMLElement} root
 * @param {MapLibreMap} map
 */
export function bindLegendZoom(root, map) {
  const follow = () => showZoom(root, map.getZoom());
  map.on("zoom", follow);
  map.on("idle", () => {
    const discs = map.queryRenderedFeatures({ filter: ["has", "point_count"] });
    root.toggleAttribute("data-clusters", discs.length > 0);
  });
  root.addEventListener("htmx:before:settle", follow);
  follow();
}
