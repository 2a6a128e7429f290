/** What stands over the map, as room that its framing leaves free. */

const MARGIN = 40;
// As the map kit frames: on a phone, what is framed fills the width.
const [NARROW_PX, NARROW_MARGIN] = [600, 14];
const GAP = 16;
// A box is framed in a third of the map at least, whatever covers the rest.
const LEAST = 1 / 3;

/**
 * The room to leave at each edge of `map` so that nothing of what is framed is under `covers`, as MapLibre's padding.
 *
 * Each cover takes from the edge where that costs least, `margin` is left at the others. All are rectangles with `left`,
 * `top`, `right`, `bottom`. Pure.
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
    const [edge] = Object.entries(depths).toSorted(([, one], [, other]) => one - other)[0];
    const depth = depths[edge] * (edge === "top" || edge === "bottom" ? height : width) + GAP;
    padding[edge] = Math.max(padding[edge], depth);
  }
  shrink(padding, "left", "right", width);
  shrink(padding, "top", "bottom", height);
  return padding;
}

function shrink(padding, one, other, size) {
  const most = size * (1 - LEAST);
  const asked = padding[one] + padding[other];
  if (asked <= most) return;
  padding[one] *= most / asked;
  padding[other] *= most / asked;
}

const COVERS = ".chip-list, .over-map > .summary, .panel, .sheet-panel, .dock, .tool-bar";
// On a phone they are a few round buttons in a corner: what is framed fills the width.
const ON_DESKS = ".map-legend, .tools";
const ON_PHONES = ".map-search, .map-legend[open]";

/** What covers the map of the explorer now. */
export function coveredOf(root) {
  const map = root.querySelector("[data-map]").getBoundingClientRect();
  const isOver = (box) =>
    box.width > 0 &&
    box.height > 0 &&
    box.left < map.right &&
    box.right > map.left &&
    box.top < map.bottom &&
    box.bottom > map.top;
  const isNarrow = map.width < NARROW_PX;
  const covers = root.querySelectorAll([COVERS, isNarrow ? ON_PHONES : ON_DESKS].join());
  return paddingOf(
    map,
    [...covers].map((one) => one.getBoundingClientRect()).filter(isOver),
    isNarrow ? NARROW_MARGIN : MARGIN,
  );
}
