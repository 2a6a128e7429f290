/** What the map lets go while a tool is in use: double clicks always, dragging when the tool is dragged. */

/** Give the map to a tool; `data-tool` tells everything else to let its clicks be. */
export function takeMap(map, name, { drags = false }) {
  map.getContainer().dataset.tool = name;
  map.getContainer().toggleAttribute("data-tool-drags", drags);
  map.doubleClickZoom.disable();
  if (drags) map.dragPan.disable();
}

/** Give the map back. */
export function freeMap(map) {
  delete map.getContainer().dataset.tool;
  map.getContainer().toggleAttribute("data-tool-drags", false);
  map.doubleClickZoom.enable();
  map.dragPan.enable();
}

const SAME_PX = 4;
const CLOSING_PX = 12;

/** Whether a point put down ends a shape: on the last one (a double click), or on the first one of an area. */
export function isEnd(map, points, place, least) {
  return (
    isNear(map, points.at(-1), place, SAME_PX) || (least > 2 && isNear(map, points[0], place, CLOSING_PX))
  );
}

function isNear(map, one, other, reach) {
  if (!one) return false;
  const [from, to] = [map.project(one), map.project(other)];
  return Math.hypot(from.x - to.x, from.y - to.y) <= reach;
}

/** Which buttons of the bar make sense for a sketch. */
export function offersOf({ least = 1, limit, ask }, { points: { length }, isFrozen }) {
  return {
    undo: length > 0 && limit > 2,
    restart: length > 0 && !ask,
    finish: length >= least && (limit > 2 || limit === 0) && !isFrozen,
  };
}
