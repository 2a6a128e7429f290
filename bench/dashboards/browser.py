"""The dashboard in the system's Chromium: what opening it weighs, when its panels are drawn, what a click costs.

A panel is drawn once its chart or its map is on the page, not when its answer came. The view is as tall as the page,
so that all twelve are drawn at once, maps by software: no visitor asks for more.
"""

from __future__ import annotations

import os
from statistics import median
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from bench.browser import ARGUMENTS, CHROMIUM, MAX_REQUESTS
from bench.dashboards.panels import COMMUNES, PAGE, PANELS, forget, remember
from bench.figures import Figure, by_length, in_time
from bench.server import Server

# Playwright waits in a loop of this thread, which alone uses the connection that ``forget`` writes with.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
VISITS = 3
MAX_BYTES = 1_000_000
_PATIENCE_MS = 60_000
_VIEW = {"width": 1440, "height": 4_600}
WATCH = """
window.seen = { shift: 0, first: null, all: null };
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) seen.shift += entry.hadRecentInput ? 0 : entry.value;
}).observe({ type: "layout-shift", buffered: true });
const isDrawn = (panel) => !panel.hasAttribute("aria-busy") && [...panel.querySelectorAll("panel-chart, dashboard-map")]
  .every((part) => part.dataset.state === "ready");
window.drawn = () => [...document.querySelectorAll("[data-panel]")].filter(isDrawn).length;
const look = () => {
  const count = drawn();
  if (count) seen.first ??= performance.now();
  if (count && count === document.querySelectorAll("[data-panel]").length) seen.all ??= performance.now();
  if (seen.all === null) requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""
# The policy of the portal lets no text be run as a script, which Playwright's own waiting does.
ALL = "() => new Promise((done) => { const look = () => seen.all ? done() : requestAnimationFrame(look); look(); })"
REST = """(count) => new Promise((done) => {
  const look = () => drawn() === count ? done() : requestAnimationFrame(look);
  look();
})"""
CLICK = """([code, count]) => new Promise((done) => {
  const begun = performance.now();
  document.querySelector(`[data-panel=mesures] [data-filter-field=commune][data-filter-value="${code}"]`).click();
  const look = () => drawn() === count ? done(performance.now() - begun) : requestAnimationFrame(look);
  requestAnimationFrame(look);
})"""


def drawing(server: Server) -> list[Figure]:
    """Measure the page in new profiles: after a write, then remembered, and each commune clicked."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        cold = [_cold(browser, server) for _ in range(by_length(VISITS, 1))]
        remember(server, "")
        warm = [_visited(browser, server) for _ in range(by_length(VISITS, 1))]
        clicks, shift = _clicked(browser, server)
        browser.close()
    heaviest = max(visit["weight"] for visit in (*cold, *warm))
    requests = max(visit["requests"] for visit in (*cold, *warm))
    shift = max(shift, *(visit["shift"] for visit in (*cold, *warm)))
    return [
        Figure(
            "Page in Chromium",
            f"≤ {MAX_REQUESTS} requests, ≤ 1 MB",
            f"{requests}, {heaviest / 1e6:.2f} MB",
            requests <= MAX_REQUESTS and heaviest <= MAX_BYTES,
        ),
        Figure("Layout shift, opening and clicking", "≤ 0.05", f"{shift:.3f}", shift <= 0.05),
        _times("Drawn, cold: the first panel", cold, "first"),
        _times(f"Drawn, cold: all {PANELS}", cold, "all"),
        _times("Drawn, warm: the first panel", warm, "first"),
        _times(f"Drawn, warm: all {PANELS}", warm, "all"),
        Figure(
            "Redrawn after a click on a commune, warm",
            "≤ 500 ms",
            _summary(clicks),
            in_time(median(clicks), 500),
        ),
    ]


def _page(browser: Browser, server: Server) -> Page:
    site = f"http://127.0.0.1:{server.port}"
    context = browser.new_context(base_url=site, viewport=_VIEW, locale="fr-FR")  # type: ignore[arg-type]  # a plain mapping
    context.set_default_timeout(_PATIENCE_MS)
    page = context.new_page()
    page.add_init_script(WATCH)
    return page


def _cold(browser: Browser, server: Server) -> dict[str, Any]:
    forget()
    return _visited(browser, server)


def _visited(browser: Browser, server: Server) -> dict[str, Any]:
    page = _page(browser, server)
    sizes: list[int] = []
    page.on("requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"]))
    page.goto(PAGE, wait_until="networkidle")
    page.evaluate(ALL)
    measures: dict[str, Any] = page.evaluate("seen")
    page.context.close()
    return measures | {"requests": len(sizes), "weight": sum(sizes)}


def _clicked(browser: Browser, server: Server) -> tuple[list[float], float]:
    """Return how long each click on a commune takes to be drawn, once every process remembers it, and the shift."""
    for code in COMMUNES:
        remember(server, f"commune={code}")
    page = _page(browser, server)
    page.goto(PAGE, wait_until="networkidle")
    page.evaluate(ALL)
    times = []
    for code in COMMUNES:
        times.append(float(page.evaluate(CLICK, [code, PANELS])))
        page.keyboard.press("Escape")
        page.wait_for_load_state("networkidle")
        page.evaluate(REST, PANELS)
    shift = float(page.evaluate("seen.shift"))
    page.context.close()
    return times, shift


def _times(name: str, visits: list[dict[str, Any]], what: str) -> Figure:
    return Figure(name, "", _summary([visit[what] for visit in visits]))


def _summary(milliseconds: list[float]) -> str:
    return f"{median(milliseconds):.0f} ms (best {min(milliseconds):.0f}, worst {max(milliseconds):.0f})"
