/** What the sheet of paper holds around the map: shape asked, scale, and the picture itself. */

import { find } from "../../interface/dom.js";
import { lengthText, metresPerPixel, scaleBar, scaleOf, scaleText } from "../map_tools/measures.js";
import { Overlay } from "../map_tools/overlay.js";
import { outlinesOf, pointOf } from "../map_tools/shapes.js";

/** @import {Map as MapLibreMap} from "maplibre-gl" */
/** @import {Box} from "../../interface/map/geometry.js" */
/** @import {Question} from "../map_state/state.js" */

const WIDEST_PX = 150;

/**
 * Draw the shape that the map is asked with.
 *
 * @param {HTMLElement} paper
 * @param {MapLibreMap} map
 * @param {Pick<Question, "within" | "near" | "radius">} question
 */
export async function drawShape(paper, map, { within, near, radius }) {
  const overlay = new Overlay(find(paper, "[data-overlay]", SVGSVGElement), map);
  const outlines = outlinesOf(within);
  if (near) {
    const { earth } = await import("../map_tools/earth.js");
    outlines.push(earth.circle(pointOf(near), Number(radius)));
  }
  overlay.set(
    "filter",
    outlines.map((points) => ({ shape: "area", points })),
  );
}

/**
 * The middle of a box, longitude then latitude. Pure.
 *
 * @param {Box} box
 * @returns {[number, number]}
 */
export function middleOf([west, south, east, north]) {
  return [(west + east) / 2, (south + north) / 2];
}

/**
 * Write the scale, and draw its bar: a CSS pixel is 1/96 of an inch on paper.
 *
 * @param {HTMLElement} paper
 * @param {MapLibreMap} map
 */
export function drawScale(paper, map) {
  const language = document.documentElement.lang;
  const [zoom, { lat }] = [map.getZoom(), map.getCenter()];
  const { metres, pixels } = scaleBar(metresPerPixel(zoom, lat), WIDEST_PX);
  find(paper, "[data-scale-number]").textContent = scaleText(scaleOf(zoom, lat), language);
  find(paper, "[data-scale-text]").textContent = lengthText(metres, language);
  find(paper, "[data-scale]").style.width = `${pixels.toFixed(1)}px`;
}

/**
 * Replace the live map by its picture, which printers render sharp.
 *
 * @param {HTMLElement} paper
 * @param {MapLibreMap} map
 */
export async function replaceByPicture(paper, map) {
  /** @type {Blob | null} */
  const blob = await new Promise((resolve) => map.getCanvas().toBlob(resolve));
  if (!blob) throw new Error("the browser gives no picture of the map");
  const picture = find(paper, "[data-picture]", HTMLImageElement);
  picture.alt = picture.dataset.alt ?? "";
  picture.src = URL.createObjectURL(blob);
  await picture.decode();
  picture.hidden = false;
  map.remove();
}

/**
 * Write the legend closer, or else on a sheet of its own, where it leaves too little of this one to the map.
 *
 * @param {HTMLElement} paper
 */
export function layOut(paper) {
  const sheet = Number.parseFloat(getComputedStyle(paper).minHeight);
  for (const name of ["legend-close", "legend-apart"])
    if (paper.offsetHeight > sheet + 1) paper.classList.add(name);
}

/**
 * Show the whole width of the sheet on screens narrower than paper.
 *
 * @param {HTMLElement} desk
 * @param {HTMLElement} paper
 */
export function fit(desk, paper) {
  paper.style.zoom = "1";
  const { paddingLeft, paddingRight } = getComputedStyle(desk);
  const room = desk.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight);
  paper.style.zoom = String(Math.min(1, room / paper.offsetWidth));
}
