"""``./portal bench browser``: the time to a usable map, to the next paint, the weight of pages, the table that scrolls.

Measured in the system's Chromium on the published demonstration. It draws WebGL in software, on the machine that also
serves: each figure is the median of several visits, with the worst beside it, and the load is printed.
"""

from __future__ import annotations

import os
import random
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from django.core.management import call_command
from playwright.sync_api import Browser, Page, Request, sync_playwright

from bench import seed
from bench.creation import create, publish_files
from bench.figures import Figure, in_time
from bench.server import serving
from datasets.imports.services import ImportOptions, import_file
from datasets.models import Dataset
from datasets.publication.services import drop_dataset, publish
from layers.visitor import system_visitor
from layers.vocabulary import Visibility

LONG, ROWS = "table-longue", 100_000


def prepare() -> None:
    """Create, migrate, load and publish; a second call finds everything there."""
    create()
    call_command("migrate", verbosity=0)
    call_command("load_demo", verbosity=0)
    publish_files()
    for dataset in Dataset.objects.filter(layer__slug=LONG):
        drop_dataset(dataset=dataset, visitor=system_visitor())
    _import_rows()


def _import_rows() -> None:
    """Import rows with a text, numbers and a date over the territory, the same on every machine."""
    rng = random.Random(7)  # noqa: S311  (places on a map)
    west, south, east, north = seed.BOX
    with TemporaryDirectory(prefix="bench-") as folder:
        path = Path(folder) / "rows.csv"
        with path.open("w", encoding="utf-8") as file:
            file.write("code;nom;effectif;taux;pose;longitude;latitude\n")
            for number in range(ROWS):
                x, y = rng.uniform(west, east), rng.uniform(south, north)
                day = f"{1 + number % 28:02d}/{1 + number % 12:02d}/{2010 + number % 15}"
                file.write(
                    f"C{number};Équipement n° {number};{number % 100};{number % 1000},5;{day};{x:.6f};{y:.6f}\n"
                )
        delivery = import_file(
            path=path, options=ImportOptions(slug=LONG, visibility=Visibility.OPEN), visitor=system_visitor()
        )
    publish(delivery=delivery, visitor=system_visitor())


CHROMIUM = (
    os.environ.get("PORTAL_CHROMIUM")
    or shutil.which("chromium")
    or shutil.which("chromium-headless-shell")  # what the tests install
    or "/usr/bin/chromium"
)
# What Chromium does by itself on a machine without a graphics card: WebGL in software, pages put together without it.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu-compositing",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]
READY = "[data-explorer][data-state=ready]"
VISITS = 3
# Zoom, latitude, longitude: a town where points are pictograms and surfaces have labels.
NEAR = "14.5/48.815/2.235"
MAX_REQUESTS, MAX_BYTES = 40, 1_500_000
_PATIENCE_MS = 60_000
# A person looks at what came before doing the next thing: each deed begins on a page at rest.
_LOOK_MS = 1_000
# The browser tells of an event once its frame is on the screen.
_LATE_MS = 400
# Event Timing tells interactions from 16 ms on, rounded to 8 ms.
WATCH = """
window.seen = { ready: null, shift: 0, long: 0, longest: 0, slowest: 0 };
const watch = (type, act, more = {}) => new PerformanceObserver((list) => list.getEntries().forEach(act))
  .observe({ type, buffered: true, ...more });
watch("layout-shift", (entry) => { seen.shift += entry.hadRecentInput ? 0 : entry.value; });
watch("longtask", ({ duration }) => { seen.long += 1; seen.longest = Math.max(seen.longest, duration); });
watch("event", (entry) => { if (entry.interactionId) seen.slowest = Math.max(seen.slowest, entry.duration); },
  { durationThreshold: 16 });
new MutationObserver(() => {
  if (document.querySelector("[data-explorer][data-state=ready]")) seen.ready ??= performance.now();
}).observe(document, { subtree: true, attributes: true, attributeFilter: ["data-state"] });
"""
PAINTED = "() => new Promise((done) => requestAnimationFrame(() => setTimeout(() => requestAnimationFrame(done), 50)))"
MAP_RENDERED = """() => new Promise((done) => {
  const look = () => performance.getEntriesByName("map:drawn").length ? done() : setTimeout(look, 50);
  look();
})"""
SCROLL = """(grid) => new Promise((done) => {
  const begun = performance.now();
  let [frames, last, worst] = [0, begun, 0];
  const step = (now) => {
    frames += 1;
    worst = Math.max(worst, now - last);
    last = now;
    if (now - begun > 4000) return done({ rate: frames * 1000 / (now - begun), worst, top: grid.scrollTop });
    grid.scrollTop += 120;
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
})"""


def measures() -> Iterator[Figure]:
    """Measure the pages of the demonstration in Chromium."""
    with serving() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield from _measure(browser, f"http://127.0.0.1:{server.port}")
        browser.close()


def _measure(browser: Browser, site: str) -> Iterator[Figure]:
    page = _visit(browser, site)
    page.goto("/carte/")
    slugs = page.evaluate(
        "JSON.parse(document.getElementById('map-config').textContent).layers.map((l) => l.slug)"
    )
    page.context.close()
    everything = "&".join(f"couches={slug}" for slug in slugs if slug != LONG)
    address = f"/carte/?{everything}"
    pages = {
        "home": "/",
        "catalogue": "/catalogue/",
        "layer": "/catalogue/arbres-remarquables/",
        "map, all layers": address,
    }
    yield from _weights(browser, site, pages)
    yield from _opening(browser, site, address)
    yield from _drawing(browser, site, address)
    yield from _interactions(browser, site, address)
    yield _scrolling(browser, site)


def _visit(browser: Browser, site: str) -> Page:
    """Return a page of a new profile, whose caches are empty, watched from its first moment."""
    context = browser.new_context(base_url=site, viewport={"width": 1440, "height": 900}, locale="fr-FR")
    context.set_default_timeout(_PATIENCE_MS)
    page = context.new_page()
    page.add_init_script(WATCH)
    return page


def _weights(browser: Browser, site: str, addresses: dict[str, str]) -> Iterator[Figure]:
    """Count the requests of a first visit, and the bytes as they travel, compressed."""
    for name, address in addresses.items():
        page = _visit(browser, site)
        finished = _requests(page, address)
        requests = [request for request in finished if request.url.startswith("http")]
        weight = sum(request.sizes()["responseBodySize"] for request in requests)
        page.context.close()
        yield Figure(
            f"Page: {name}",
            f"≤ {MAX_REQUESTS} requests, ≤ 1.5 MB",
            f"{len(requests)}, {weight / 1e6:.2f} MB",
            len(requests) <= MAX_REQUESTS and weight <= MAX_BYTES,
        )


def _requests(page: Page, address: str) -> list[Request]:
    """Open an address and return the requests that ended, until none is under way."""
    finished: list[Request] = []
    # Playwright marks the functions it calls, which a method of a list does not accept.
    page.on("requestfinished", lambda request: finished.append(request))  # noqa: PLW0108 (see above)
    page.goto(address, wait_until="networkidle")
    return finished


def _opening(browser: Browser, site: str, address: str) -> list[Figure]:
    """Open the map with every layer on, each time in a new profile."""
    times, shifts, tasks, longest = [], [], [], []
    for _turn in range(VISITS):
        page = _visit(browser, site)
        page.goto(address)
        page.wait_for_selector(READY)
        page.evaluate(PAINTED)
        measures = page.evaluate("seen")
        times.append(measures["ready"])
        shifts.append(measures["shift"])
        tasks.append(measures["long"])
        longest.append(measures["longest"])
        page.context.close()
    return [
        Figure("Usable map, all layers", "≤ 2 s", _summary(times), in_time(median(times), 2_000)),
        Figure("Layout shift while it opens", "≤ 0.05", f"{max(shifts):.3f} at worst", max(shifts) <= 0.05),
        Figure("Long tasks while it opens", "", f"{median(tasks):.0f}, the longest {max(longest):.0f} ms"),
    ]


def _drawing(browser: Browser, site: str, address: str) -> list[Figure]:
    """Open the map where pictograms and labels are read, each time in a new profile, until all of it is drawn."""
    first, full = [], []
    for _turn in range(VISITS):
        page = _visit(browser, site)
        page.goto(f"{address}#{NEAR}")
        page.evaluate(MAP_RENDERED)
        first.append(page.evaluate("performance.getEntriesByName('map:first')[0].startTime"))
        full.append(page.evaluate("performance.getEntriesByName('map:drawn')[0].startTime"))
        page.context.close()
    return [
        Figure(
            "First label and pictogram drawn, all layers",
            "≤ 2 s",
            _summary(first),
            in_time(median(first), 2_000),
        ),
        Figure("Whole map drawn, all layers", "", _summary(full)),
    ]


def _interactions(browser: Browser, site: str, address: str) -> list[Figure]:
    """Do what people do, in one visit; the slowest event of each deed is what they feel."""
    deeds: dict[str, Callable[[Page], None]] = {
        "a layer switched": _switch,
        "a filter set": _filter,
        "a sheet opened": _sheet,
        "a word typed in search": _search,
        "the map moved": _move,
    }
    felt: dict[str, list[float]] = {name: [] for name in deeds}
    shifts = []
    for _turn in range(VISITS):
        page = _visit(browser, site)
        page.goto(address)
        page.wait_for_selector(READY)
        for name, act in deeds.items():
            page.wait_for_timeout(_LOOK_MS)
            page.evaluate("seen.slowest = 0")
            act(page)
            page.evaluate(PAINTED)
            page.wait_for_timeout(_LATE_MS)
            felt[name].append(page.evaluate("seen.slowest"))
        shifts.append(page.evaluate("seen.shift"))
        page.context.close()
    paints = [
        Figure(f"Next paint: {name}", "≤ 200 ms", _summary(times), in_time(median(times), 200))
        for name, times in felt.items()
    ]
    return [
        *paints,
        Figure("Layout shift over all of these", "≤ 0.05", f"{max(shifts):.3f}", max(shifts) <= 0.05),
    ]


def _switch(page: Page) -> None:
    page.locator("[data-layer] .switch").first.click()
    page.wait_for_selector(READY)


def _filter(page: Page) -> None:
    # A class without any row answers nothing, and the list that follows shows nothing of it.
    page.locator(".layer-legend a[data-ask]:visible:not(.is-none)").first.click()
    page.wait_for_selector("#map-chips .chip")
    page.wait_for_selector(READY)


def _sheet(page: Page) -> None:
    page.get_by_role("tab", name=re.compile("^Question")).click()
    page.locator("#pane-list a[data-feature]").first.click()
    page.wait_for_selector("[data-sheet-content] h2")
    page.wait_for_selector(READY)


def _search(page: Page) -> None:
    page.locator("#bar-q").press_sequentially("meudon")
    page.wait_for_selector("#bar-q-list [role=option]")
    page.keyboard.press("Escape")


def _move(page: Page) -> None:
    page.locator("canvas").first.focus()
    for key in ("ArrowRight", "ArrowDown", "+"):
        page.keyboard.press(key)
    page.wait_for_selector(READY)


def _scrolling(browser: Browser, site: str) -> Figure:
    """Scroll the table of a hundred thousand rows for four seconds."""
    page = _visit(browser, site)
    page.goto(f"/carte/?couches={LONG}&tableau={LONG}")
    page.wait_for_selector("[data-grid-space] [role=row]")
    page.wait_for_selector(READY)
    scrolled = page.locator("[data-grid]").evaluate(SCROLL)
    page.context.close()
    measured = (
        f"{scrolled['rate']:.0f} frames/s, the longest {scrolled['worst']:.0f} ms, {scrolled['top']:.0f} px"
    )
    is_met = scrolled["rate"] >= 50 and scrolled["top"] > 0
    return Figure(f"Table of {ROWS:,} rows scrolls", "≥ 50 frames/s", measured, is_met)


def _summary(times: list[float]) -> str:
    return f"{median(times):.0f} ms (worst {max(times):.0f})"
