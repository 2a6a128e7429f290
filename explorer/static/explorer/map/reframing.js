/** Keeps in view what was looked at when the table makes the map lower, and gives it back when the table goes. */

/**
 * What a map does when its size changes from `before` to `after` (`{ width, height, window }`): "keep" shows what was
 * seen, "follow" leaves it to the map, where the window itself or the width changed. Pure.
 */
export function reactionTo(before, after) {
  const isWindow = before.window !== after.window;
  return !isWindow && before.width === after.width && before.height !== after.height ? "keep" : "follow";
}

// A table over the whole screen of a phone leaves a strip of map: nothing is framed in it.
const LEAST_PX = 120;

/** The box of a map that nothing covers, from the room left at each edge: west, south, east, north in degrees. */
function freeBox(map, { top, right, bottom, left }) {
  const { clientWidth, clientHeight } = map.getContainer();
  const one = map.unproject([left, clientHeight - bottom]);
  const other = map.unproject([clientWidth - right, top]);
  return [one.lng, one.lat, other.lng, other.lat];
}

/** Reframe the map of a page when its table opens, closes or is drawn higher. */
export function keepInView(view) {
  const { map } = view;
  const sizeNow = () => {
    const { clientWidth, clientHeight } = map.getContainer();
    return {
      width: clientWidth,
      height: clientHeight,
      window: `${window.innerWidth} ${window.innerHeight}`,
    };
  };
  const seenNow = () => ({ box: freeBox(map, view.padding()), camera: view.camera, size: sizeNow() });
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
      map.fitBounds(seen.box, { padding: view.padding(), maxZoom: seen.camera.zoom, animate: false });
  });
  map.on("moveend", () => {
    if (!isOurs) seen = seenNow();
    queueMicrotask(() => {
      isOurs = false;
    });
  });
}
