/** What the sheet of paper holds around the map: shape asked, scale, and the picture itself. */
import { lengthText, metresPerPixel, scaleBar, scaleOf, scaleText } from "../map_tools/figures.js";
import { Overlay } from "../map_tools/overlay.js";
import { outlinesOf } from "../map_tools/shapes.js";

const WIDEST_PX = 150;

/** Draw the shape that the map is asked with. */
export async function drawAsked(paper, map, { within, near, radius }) {
  const overlay = new Overlay(paper.querySelector("[data-overlay]"), map);
  const outlines = outlinesOf(within);
  if (near) {
    const { earth } = await import("../map_tools/earth.js");
    outlines.push(earth.circle(near.split(",").map(Number), Number(radius)));
  }
  overlay.set(
    "asked",
    outlines.map((places) => ({ shape: "area", places })),
  );
}

/** Write the scale, and draw its bar: a CSS pixel is 1/96 of an inch on paper. */
export function drawScale(paper, map) {
  const language = document.documentElement.lang;
  const [zoom, { lat }] = [map.getZoom(), map.getCenter()];
  const { metres, pixels } = scaleBar(metresPerPixel(zoom, lat), WIDEST_PX);
  paper.querySelector("[data-scale-number]").textContent = scaleText(scaleOf(zoom, lat), language);
  paper.querySelector("[data-scale-text]").textContent = lengthText(metres, language);
  paper.querySelector("[data-scale]").style.width = `${pixels.toFixed(1)}px`;
}

/** Replace the live map by its picture, which printers render sharp. */
export async function keepPicture(paper, map) {
  const blob = await new Promise((resolve) => map.getCanvas().toBlob(resolve));
  const picture = paper.querySelector("[data-picture]");
  picture.alt = picture.dataset.alt;
  picture.src = URL.createObjectURL(blob);
  await picture.decode();
  picture.hidden = false;
  map.remove();
}

/** Show the whole width of the sheet on screens narrower than paper. */
export function fit(desk, paper) {
  paper.style.zoom = 1;
  const { paddingLeft, paddingRight } = getComputedStyle(desk);
  const room = desk.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight);
  paper.style.zoom = Math.min(1, room / paper.offsetWidth);
}
