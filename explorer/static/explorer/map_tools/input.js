/** Mouse, fingers and keys on the map while a tool is in use, told as points: one way in for all of them. */

const MOVED_PX = 6;

/** Listen for a tool; `hand` is the toolbox: what it does with a place is its own affair. */
export function bindInput(map, hand) {
  const canvas = map.getCanvas();
  const container = map.getCanvasContainer();
  let pressed = null;

  const placeOf = ({ clientX, clientY }) => {
    const { left, top } = canvas.getBoundingClientRect();
    return map.unproject([clientX - left, clientY - top]).toArray();
  };
  const isMoved = ({ clientX, clientY }) =>
    pressed && Math.hypot(clientX - pressed.clientX, clientY - pressed.clientY) > MOVED_PX;

  map.on("click", (event) => {
    if (hand.tool && !hand.tool.drags) hand.add(event.lngLat.toArray());
  });
  map.on("mousemove", (event) => {
    if (hand.tool && !pressed) hand.hover(event.lngLat.toArray());
  });

  container.addEventListener("pointerdown", (event) => {
    if (!hand.tool?.drags || event.button !== 0) return;
    if (!event.isPrimary) {
      pressed = null;
      return;
    }
    pressed = event;
    container.setPointerCapture(event.pointerId);
    hand.press(placeOf(event));
  });
  container.addEventListener("pointermove", (event) => {
    if (pressed?.pointerId !== event.pointerId) return;
    if (hand.tool?.follows) hand.follow(placeOf(event));
    else hand.hover(placeOf(event));
  });
  container.addEventListener("pointerup", (event) => {
    if (pressed?.pointerId !== event.pointerId) return;
    const hasMoved = isMoved(event);
    pressed = null;
    hand.release(placeOf(event), hasMoved);
  });
  container.addEventListener("pointercancel", () => {
    pressed = null;
  });

  const keys = { Enter: () => hand.add(map.getCenter().toArray()), Backspace: () => hand.undo() };
  canvas.addEventListener("keydown", (event) => {
    if (!hand.tool || !(event.key in keys)) return;
    event.preventDefault();
    keys[event.key]();
  });
  map.on("move", () => {
    if (hand.tool && document.activeElement === canvas && !pressed && canvas.matches(":focus-visible"))
      hand.hover(map.getCenter().toArray());
  });
}
