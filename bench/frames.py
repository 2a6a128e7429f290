"""A million points on the map page: how long frames take while it pans and zooms, as a ratio to an empty map.

Chromium draws WebGL in software here, on the machine that also serves: the time of a frame says little by itself, and
the ratio to a map without features tells what the points cost. Both maps make the same journey in turn; each figure
is the median of several visits.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from statistics import mean, median
from typing import NamedTuple

from playwright.sync_api import Browser, Page, sync_playwright

from bench.browser import ARGUMENTS, CHROMIUM, PAINTED, READY, WATCH
from bench.dashboards import panels
from bench.figures import Figure, by_length, in_time
from bench.server import serving

# Playwright waits in a loop of this thread, which alone uses the connection of the preparation.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
VISITS = 3
MAPS = {"empty": "couches=", "million": "couches=million"}
# The whole territory, a town, a street: from all points in clusters to each one alone.
CAMERAS = {"territory": "11/48.83/2.22", "town": "13/48.83/2.22", "street": "16/48.83/2.22"}
JOURNEY = ("ArrowRight", "ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp", "+", "-")
MAX_RATIO, MAX_PAINT_MS = 2.5, 200
_PATIENCE_MS = 60_000
_EASING_MS = 400
RECORD = """
() => {
  const frames = (window.frames_seen = []);
  let last = performance.now();
  window.recording = true;
  const step = (now) => {
    frames.push(now - last);
    last = now;
    if (window.recording) requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
}
"""
STOP = "() => { window.recording = false; return window.frames_seen.slice(1); }"


class JourneyFrames(NamedTuple):
    """One journey: its frames in milliseconds, the slowest next paint, the time to a usable map."""

    frames: list[float]
    paint: float
    ready: float


prepare = panels.prepare


def measures() -> Iterator[Figure]:
    """Make the same journey over both maps, at each distance."""
    with serving() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for name, camera in CAMERAS.items():
            journeys: dict[str, list[JourneyFrames]] = {kind: [] for kind in MAPS}
            for _turn in range(by_length(VISITS, 1)):
                for kind, layers in MAPS.items():
                    address = f"http://127.0.0.1:{server.port}/carte/?{layers}#{camera}"
                    journeys[kind].append(_visited(browser, address))
            yield from _figures(name, journeys)
        browser.close()


def _visited(browser: Browser, address: str) -> JourneyFrames:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="fr-FR")
    context.set_default_timeout(_PATIENCE_MS)
    page = context.new_page()
    page.add_init_script(WATCH)
    page.goto(address)
    page.wait_for_selector(READY)
    page.evaluate(PAINTED)
    page.wait_for_load_state("networkidle")
    frames = _journey(page)
    measured = page.evaluate("seen")
    context.close()
    return JourneyFrames(frames, measured["slowest"], measured["ready"])


def _journey(page: Page) -> list[float]:
    page.locator("canvas").first.focus()
    page.evaluate("seen.slowest = 0")
    page.evaluate(RECORD)
    for key in JOURNEY:
        page.keyboard.press(key)
        page.wait_for_timeout(_EASING_MS)
    frames: list[float] = page.evaluate(STOP)
    return frames


def _figures(name: str, journeys: dict[str, list[JourneyFrames]]) -> list[Figure]:
    ratios, typical = [], {}
    # A frame takes one, two or three turns of the screen: the mean tells more than the median, which is one of them.
    for measured, words in ((mean, "mean"), (_longest, "95 %")):
        empty, million = (median(measured(one.frames) for one in journeys[kind]) for kind in MAPS)
        typical[words] = f"{million:.0f} ms, empty {empty:.0f}"
        ratios.append(million / empty)
    paint = median(one.paint for one in journeys["million"])
    ready = median(one.ready for one in journeys["million"])
    return [
        Figure(
            f"Frames over the {name}: mean",
            f"≤ {MAX_RATIO:g} × empty",
            f"{ratios[0]:.2f} × ({typical['mean']})",
            ratios[0] <= MAX_RATIO,
        ),
        Figure(f"Frames over the {name}: 95 %", "", f"{ratios[1]:.2f} × ({typical['95 %']})"),
        Figure(
            f"Next paint over the {name}",
            f"≤ {MAX_PAINT_MS} ms",
            f"{paint:.0f} ms",
            in_time(paint, MAX_PAINT_MS),
        ),
        Figure(f"Usable map over the {name}", "", f"{ready:.0f} ms"),
    ]


def _longest(frames: list[float]) -> float:
    """Return what 95 % of the frames take at most."""
    return sorted(frames)[min(int(len(frames) * 0.95), len(frames) - 1)]
