/** What the map frames: the room left free by what stands over it, and what was looked at when a table makes it lower. */

/** @import {LngLatBoundsLike} from "maplibre-gl" */
/** @import {Box} from "../../interface/map/geometry.js" */
/** @import {MapView} from "../../interface/map/view.js" */

/**
 * @typedef {{ left: number, top: number, right: number, bottom: number }} Rectangle
 * @typedef {Rectangle} Padding pixels left at each edge
 */

const MARGIN = 40;
// As the map kit frames: on a phone, what is framed fills the width.
const NARROW_MARGIN = 14;
const GAP = 16;
// A box is framed in a third of the map at least, whatever covers the rest.
const LEAST = 1 / 3;

/**
 * The room to leave at each edge of `map` so that nothing of what is framed is under `covers`, as MapLibre's padding.
 *
 * Each cover takes from the edge where that costs least, `margin` is left at the others. Pure.
 *
 * @param {Rectangle} map
 * @param {Rectangle[]} covers
 * @param {number} margin
 * @returns {Padding}
 */
export function paddingOf(map, covers, margin = MARGIN) {
  const padding = { top: margin, right: margin, bottom: margin, left: margin };
  const [width, height] = [map.right - map.left, map.bottom - map.top];
  for (const cover of covers) {
    const depths = {
      top: (cover.bottom - map.top) / height,
      bottom: (map.bottom - cover.top) / height,
      left: (cover.right - map.left) / width,
      right: (map.right - cover.left) / width,
    };
    const edges = /** @type {(keyof Padding)[]} */ (Object.keys(depths));
    const [edge] = edges.toSorted((one, other) => depths[one] - depths[other]);
    const depth = depths[edge] * (edge === "top" || edge === "bottom" ? height : width) + GAP;
    padding[edge] = Math.max(padding[edge], depth);
  }
  shrink(padding, "left", "right", width);
  shrink(padding, "top", "bottom", height);
  return padding;
}

/** @param {Padding} padding @param {keyof Padding} one @param {keyof Padding} other @param {number} size */
function shrink(padding, one, other, size) {
  const most = size * (1 - LEAST);
  const taken = padding[one] + padding[other];
  if (taken <= most) return;
  padding[one] *= most / taken;
  padding[other] *= most / taken;
}

const COVERS = ".chip-list, .map-top > .summary, .panel, .sheet-panel, .bottom-bar, .tool-bar";
// On a phone they are a few round buttons in a corner: what is framed fills the width.
const ON_DESKS = ".map-legend, .tools";
const ON_PHONES = ".map-search, .map-legend[open]";

/**
 * The room to leave at each edge of the map of the explorer now.
 *
 * @param {HTMLElement} root
 * @param {HTMLElement} element - of the map
 * @param {number} phoneWidth - pixels: a map as narrow is that of a phone
 */
export function framingPadding(root, element, phoneWidth) {
  const map = element.getBoundingClientRect();
  /** @param {DOMRect} box */
  const isOver = (box) =>
    box.width > 0 &&
    box.height > 0 &&
    box.left < map.right &&
    box.right > map.left &&
    box.top < map.bottom &&
    box.bottom > map.top;
  const isNarrow = map.width <= phoneWidth;
  const covers = root.querySelectorAll([COVERS, isNarrow ? ON_PHONES : ON_DESKS].join());
  return paddingOf(
    map,
    [...covers].map((one) => one.getBoundingClientRect()).filter(isOver),
    isNarrow ? NARROW_MARGIN : MARGIN,
  );
}

// Of a smaller part of the map than this nothing is told apart.
const TINY = 1 / 12;

/**
 * The box of the answers to the question, as the server wrote it beside their count; null where it frames none.
 *
 * @param {string | undefined} text - west, south, east, north
 * @returns {Box | null}
 */
export function readBox(text) {
  const degrees = (text ?? "").split(",").map(Number);
  return text && degrees.length === 4 && degrees.every(Number.isFinite) ? /** @type {Box} */ (degrees) : null;
}

/**
 * Whether answers in `box` are to be framed where the map shows `seen`: they are out of it, or too small there. Pure.
 *
 * @param {Box} box
 * @param {Box} seen
 */
export function isLost(box, seen) {
  const isOutside = box[0] < seen[0] || box[1] < seen[1] || box[2] > seen[2] || box[3] > seen[3];
  const share = Math.max((box[2] - box[0]) / (seen[2] - seen[0]), (box[3] - box[1]) / (seen[3] - seen[1]));
  return isOutside || share < TINY;
}

/** @typedef {{ width: number, height: number, window: string }} Size */

/**
 * What a map does when its size changes: "keep" shows what was seen, "follow" leaves it to the map, where the window itself
 * or the width changed. Pure.
 *
 * @param {Size} before
 * @param {Size} after
 */
export function reactionTo(before, after) {
  const isWindow = before.window !== after.window;
  return !isWindow && before.width === after.width && before.height !== after.height ? "keep" : "follow";
}

// A table over the whole screen of a phone leaves a strip of map: nothing is framed in it.
const LEAST_PX = 120;

/**
 * Keep in view what was looked at when the table of the page opens, closes or is drawn higher.
 *
 * @param {MapView} view
 * @param {() => Padding} padding - left free at each edge now
 */
export function keepInView(view, padding) {
  const { map } = view;
  /** @returns {Size} */
  const sizeNow = () => {
    const { clientWidth, clientHeight } = map.getContainer();
    return {
      width: clientWidth,
      height: clientHeight,
      window: `${window.innerWidth} ${window.innerHeight}`,
    };
  };
  /** @returns {LngLatBoundsLike} what nothing covers */
  const freeBox = () => {
    const { top, right, bottom, left } = padding();
    const { clientWidth, clientHeight } = map.getContainer();
    const southWest = map.unproject([left, clientHeight - bottom]);
    const northEast = map.unproject([clientWidth - right, top]);
    return [southWest.lng, southWest.lat, northEast.lng, northEast.lat];
  };
  const seenNow = () => ({ box: freeBox(), camera: view.camera, size: sizeNow() });
  let size = sizeNow();
  let seen = seenNow();
  let isOurs = false;
  map.on("resize", () => {
    const reaction = reactionTo(size, sizeNow());
    size = sizeNow();
    isOurs = reaction === "keep";
    if (!isOurs) return;
    if (size.height === seen.size.height) map.jumpTo(seen.camera);
    else if (size.height >= LEAST_PX)
      map.fitBounds(seen.box, { padding: padding(), maxZoom: seen.camera.zoom, animate: false });
  });
  map.on("moveend", () => {
    if (!isOurs) seen = seenNow();
    queueMicrotask(() => {
      isOurs = false;
    });
  });
}
