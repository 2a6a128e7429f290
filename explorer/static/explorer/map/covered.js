/** What stands over the map, as room that its framing leaves free. */

const MARGIN = 40;
const GAP = 16;
// A box is framed in a third of the map at least, whatever covers the rest.
const LEAST = 1 / 3;

/**
 * The room to leave at each edge of `map` so that nothing of what is framed is under `covers`, as MapLibre's padding.
 *
 * Each cover takes from the edge where that costs least. All are rectangles with `left`, `top`, `right`, `bottom`. Pure.
 */
export function paddingOf(map, covers) {
  const padding = { top: MARGIN, right: MARGIN, bottom: MARGIN, left: MARGIN };
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

const COVERS =
  ".chip-list, .over-map > .summary, .map-legend, .tools, .panel, .sheet-panel, .dock, .tool-bar";

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
  return paddingOf(
    map,
    [...root.querySelectorAll(COVERS)].map((one) => one.getBoundingClientRect()).filter(isOver),
  );
}
