"""A map on a dashboard: it draws when it is seen, tells values to pointer and keyboard, and filters the page."""

from __future__ import annotations

import math
import re

import pytest
from django.contrib.gis.db.models import Extent
from playwright.sync_api import Locator, Page, Position, Request, Route, expect

from layers.models import Commune
from tests import dashboards
from tests.browser import town
from tests.browser.visit import Visit

TREES = "arbres-remarquables"
GARDENS = "aires-de-jeux"
EDGE = 14  # pixels that a map leaves around what it frames
PANELS = [
    {
        "id": "communes",
        "kind": "map",
        "title": "Arbres par commune",
        "width": 6,
        "height": 5,
        "question": {"layer": TREES},
        "options": {"mode": "choropleth"},
    },
    {
        "id": "jeux",
        "kind": "map",
        "title": "Aires de jeux selon leur état",
        "width": 6,
        "height": 5,
        "question": {"layer": GARDENS},
        "options": {"mode": "categories"},
    },
]


def opened(visit: Visit, **how: str) -> Page:
    """Open the dashboard and wait until both maps are drawn."""
    dashboards.dashboard(
        "cartes",
        sections=[{"id": "tout", "title": "Tout", "panels": PANELS}],
        filters=[{"field": "commune", "kind": "commune"}],
        is_public=True,
    )
    page = visit.page(drawn=True, **how)  # type: ignore[arg-type]  # the names of Visit.page
    page.goto("/tableaux-de-bord/cartes/")
    drawn(page)
    return page


def drawn(page: Page) -> None:
    """Wait until both maps are drawn under what the address asks."""
    for name in ("communes", "jeux"):
        expect(
            page.locator(f"[data-panel={name}]:not([aria-busy]) dashboard-map[data-state=ready]")
        ).to_be_attached()


def is_of_another_commune(asked: str | Request) -> bool:
    """Whether an address, or that of a request, asks the playgrounds of a commune beside Meudon."""
    address = asked if isinstance(asked, str) else asked.url
    return "/jeux/" in address and "commune=" in address and town.MEUDON not in address


def at_meudon(canvas: Locator) -> Position:
    """Return where the cedar of Meudon is on a map that frames every commune, in pixels of its canvas."""
    box = canvas.bounding_box()
    extent = Commune.objects.aggregate(found=Extent("geom"))["found"]
    assert box is not None and extent is not None
    (west, south), (east, north) = mercator(*extent[:2]), mercator(*extent[2:])
    scale = min((box["width"] - 2 * EDGE) / (east - west), (box["height"] - 2 * EDGE) / (north - south))
    x, y = mercator(*town.CEDAR_PLACE)
    middle_x, middle_y = box["width"] / 2, box["height"] / 2
    return {
        "x": middle_x + (x - (west + east) / 2) * scale,
        "y": middle_y - (y - (south + north) / 2) * scale,
    }


def mercator(longitude: float, latitude: float) -> tuple[float, float]:
    """Project a position on the sphere of a web map, in radians."""
    return math.radians(longitude), math.asinh(math.tan(math.radians(latitude)))


def test_a_map_tells_and_filters(visit: Visit, subtests: pytest.Subtests) -> None:
    page = opened(visit)
    panel = page.locator("[data-panel=communes]")
    canvas = panel.locator("canvas.maplibregl-canvas")
    with subtests.test("the keyboard tells what is in the middle"):
        canvas.focus()
        canvas.press("ArrowRight")
        expect(panel.locator("[data-map-picked]")).to_have_text(re.compile(r".+\u00a0: .+"))
        canvas.press("ArrowLeft")
    with subtests.test("the pointer tells the measure of a commune"):
        canvas.hover(position=at_meudon(canvas))
        expect(panel.locator("[data-map-tip]")).to_have_text("Meudon\u00a0: 1")
    with subtests.test("a click filters the page on the commune"):
        canvas.click(position=at_meudon(canvas))
        page.wait_for_url(f"**commune={town.MEUDON}")
        drawn(page)
    with subtests.test("Enter takes off or changes what is asked"):
        canvas.focus()
        canvas.press("Enter")
        page.wait_for_url(lambda address: not address.endswith(town.MEUDON))
        page.go_back()
        drawn(page)
    with subtests.test("a panel whose answer comes after the filters changed is asked again"):
        held: list[Route] = []
        page.route(is_of_another_commune, lambda route: route.continue_() if held else held.append(route))
        canvas.focus()
        with page.expect_request(is_of_another_commune):
            canvas.press("Enter")
        # Out of sight it waits to be asked, while what it asked before still comes.
        page.locator("[data-panel=jeux]").evaluate("panel => { panel.style.display = 'none'; }")
        page.go_back()
        page.wait_for_url(f"**commune={town.MEUDON}")
        held[0].continue_()
        drawn(page)
    with subtests.test("a line of the legend filters too"):
        page.locator("[data-panel=jeux] .dashboard-map-legend button").first.click()
        page.wait_for_url("**etat=*")
        drawn(page)
    with subtests.test("maps asked again take no more room"):
        expect(page.locator("canvas.maplibregl-canvas")).to_have_count(2)
