/** Pointer and keyboard on the map: what is under, told in a label, chosen with a click or Enter. */
import { around, choicesOf } from "./picking.js";

/** @import { LngLat, Map as MapLibreMap } from "maplibre-gl" */
/** @import { Choice } from "./picking.js" */
/** @import { LayerConfig, MapView } from "./view.js" */

/** @typedef {(point: { x: number, y: number }, reach: number) => Choice[]} ChoicesUnder */

const REACH_PX = 8;

/**
 * Call `onPick` with the choices under a click and its place (longitude, latitude), or under the middle of the map when
 * Enter is pressed on it; a cluster
 * is opened instead: the map comes nearer.
 *
 * @param {MapView} view
 * @param {LayerConfig[]} layers
 * @param {(choices: Choice[], place: [number, number]) => void} onPick
 * @returns {ChoicesUnder}
 */
export function bindPointer(view, layers, onPick) {
  const { map } = view;
  /** @type {ChoicesUnder} */
  const under = (point, reach) =>
    choicesOf(map.queryRenderedFeatures(around(point, reach), { layers: view.pickable }), layers);
  const canvas = map.getCanvas();
  /** @param {Choice[]} choices @param {LngLat} position */
  const choose = (choices, { lng, lat }) =>
    choices[0]?.place === undefined ? onPick(choices, [lng, lat]) : view.open(choices[0].place);
  const isFree = () => !map.getContainer().dataset.tool; // a tool in use takes every click
  map.on("click", ({ point, lngLat, defaultPrevented }) => {
    if (isFree() && !defaultPrevented) choose(under(point, REACH_PX), lngLat);
  });
  canvas.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !isFree() || event.defaultPrevented) return;
    event.preventDefault();
    const middle = { x: canvas.clientWidth / 2, y: canvas.clientHeight / 2 };
    choose(under(middle, 3 * REACH_PX), map.getCenter());
  });
  return under;
}

/**
 * Follow the pointer with the name of what is under it.
 *
 * @param {MapLibreMap} map
 * @param {HTMLElement} tip
 * @param {ChoicesUnder} under
 */
export function bindTip(map, tip, under) {
  map.on("mousemove", ({ point }) => {
    const [first, ...rest] = under(point, 3);
    const others = rest.filter(({ cluster }) => cluster === undefined);
    announceHover(map, first);
    map.getCanvas().classList.toggle("is-pickable", Boolean(first));
    tip.hidden = !first;
    if (!first) return;
    tip.textContent = others.length ? `${first.title} + ${others.length}` : first.title;
    tip.style.transform = `translate(${point.x + 14}px, ${point.y + 14}px)`;
  });
  const leave = () => {
    tip.hidden = true;
    announceHover(map);
  };
  // A finger gives one movement before its click, and none after; a map that moves takes what was under away.
  for (const event of /** @type {const} */ (["mouseout", "click", "movestart"])) map.on(event, leave);
}

/**
 * Tell lists which feature the pointer is on: `portal:hover`, its layer and id or null.
 *
 * @param {MapLibreMap} map
 * @param {Choice} [choice]
 */
function announceHover(map, choice) {
  const detail = choice?.id !== undefined ? { layer: choice.layer, id: choice.id } : null;
  map.getContainer().dispatchEvent(new CustomEvent("portal:hover", { detail, bubbles: true }));
}
