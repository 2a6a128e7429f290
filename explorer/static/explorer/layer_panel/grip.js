/** The panel on a phone: a sheet with three heights, by its handle, dragged or pressed. */

const HEIGHTS = ["small", "half", "full"];
const SHARES = { small: 0.28, half: 0.58, full: 0.92 };
const CLICK_PX = 6;

/** The height nearest to a share of the screen. Pure. */
export function nearest(share) {
  return HEIGHTS.toSorted((one, other) => Math.abs(SHARES[one] - share) - Math.abs(SHARES[other] - share))[0];
}

/** The height that follows one: small, half, full, small… Pure. */
export function following(height) {
  return HEIGHTS[(HEIGHTS.indexOf(height) + 1) % HEIGHTS.length];
}

/** Make the handle work; `said` is the region that tells the new height. */
export function bindGrip(root, said) {
  const panel = root.querySelector(".panel");
  const grip = panel.querySelector("[data-grip]");
  let start = null;
  const settle = (height) => {
    panel.dataset.height = height;
    panel.style.height = "";
    said.textContent = grip.dataset[height];
  };
  grip.addEventListener("keydown", (event) => {
    const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    const place = HEIGHTS.indexOf(panel.dataset.height) + (step ?? 0);
    if (!step || !HEIGHTS[place]) return;
    event.preventDefault();
    settle(HEIGHTS[place]);
  });
  grip.addEventListener("click", ({ detail }) => {
    if (detail === 0) settle(following(panel.dataset.height)); // a key: pointers are told apart below
  });
  grip.addEventListener("pointerdown", (event) => {
    grip.setPointerCapture(event.pointerId);
    start = { y: event.clientY, height: panel.offsetHeight };
  });
  grip.addEventListener("pointermove", ({ clientY }) => {
    if (start) panel.style.height = `${Math.max(80, start.height + start.y - clientY)}px`;
  });
  grip.addEventListener("pointerup", ({ clientY }) => {
    if (!start) return;
    const hasMoved = Math.abs(clientY - start.y) > CLICK_PX;
    const share = (start.height + start.y - clientY) / root.offsetHeight;
    settle(hasMoved ? nearest(share) : following(panel.dataset.height));
    start = null;
  });
  grip.addEventListener("pointercancel", () => {
    start = null;
    settle(panel.dataset.height);
  });
}
