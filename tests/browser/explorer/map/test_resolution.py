"""A map on a slow device has fewer pixels while it moves, and all of them once it rests."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.map_marks import HOLD_MAP
from tests.browser.visit import Visit

# The graphics of a slow device: they end 80 ms after the script of a frame.
SLOW_GRAPHICS = """
const { fenceSync, getSyncParameter } = WebGL2RenderingContext.prototype;
const begun = new WeakMap();
WebGL2RenderingContext.prototype.fenceSync = function (...parameters) {
  const fence = fenceSync.apply(this, parameters);
  begun.set(fence, performance.now());
  return fence;
};
WebGL2RenderingContext.prototype.getSyncParameter = function (fence, name) {
  if (performance.now() - begun.get(fence) < 80) return this.UNSIGNALED;
  return this.SIGNALED;
};
"""
FAST_GRAPHICS = "WebGL2RenderingContext.prototype.getSyncParameter = function () { return this.SIGNALED; };"
# Frames at rest, each timed before the next; then a move. The widths are those of the canvas, in turn.
MOVE = """async () => {
  const map = window.heldMap;
  const canvas = map.getCanvas();
  for (let frame = 0; frame < 4; frame += 1) {
    await new Promise((done) => { map.once("render", () => setTimeout(done, 120)); map.triggerRepaint(); });
  }
  const moving = [];
  const events = [];
  map.on("render", () => { if (map.isMoving()) moving.push(canvas.width); });
  for (const name of ["movestart", "moveend", "resize"]) map.on(name, () => events.push(name));
  const sharp = canvas.width;
  map.panBy([60, 0], { duration: 300 });
  await map.once("moveend");
  return { sharp, moving, events };
}"""
IS_SHARP = (
    "(width) => window.heldMap.getCanvas().width === width && document.querySelector('[data-state=ready]')"
)


def animated_map(visit: Visit, graphics: str) -> Page:
    """Open the map of somebody whom motion does not disturb, over graphics of some speed."""
    page = visit.page()
    page.emulate_media(reduced_motion="no-preference")
    page.add_init_script(HOLD_MAP)
    page.add_init_script(graphics)
    visit.map(page)
    return page


def test_slow_map_has_half_of_the_pixels_of_a_side_while_it_moves_and_is_sharp_at_rest(visit: Visit) -> None:
    page = animated_map(visit, SLOW_GRAPHICS)
    moved = page.evaluate(MOVE)
    assert min(moved["moving"]) * 2 - moved["sharp"] in (0, 1)
    page.wait_for_function(IS_SHARP, arg=moved["sharp"])


def test_slow_map_changes_its_pixels_by_no_event_of_its_own(visit: Visit) -> None:
    moved = animated_map(visit, SLOW_GRAPHICS).evaluate(MOVE)
    assert moved["events"] == ["movestart", "moveend"]


def test_fast_map_has_all_its_pixels_while_it_moves(visit: Visit) -> None:
    moved = animated_map(visit, FAST_GRAPHICS).evaluate(MOVE)
    assert set(moved["moving"]) == {moved["sharp"]}
