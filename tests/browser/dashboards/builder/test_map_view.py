"""The first view of a map is set by moving the map of the preview."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from dashboards.models import Dashboard
from tests import dashboards
from tests.browser.visit import Visit
from tests.people import PLANNER

TREES = "arbres-remarquables"
MAP = {
    "id": "carte",
    "kind": "map",
    "title": "Arbres",
    "width": 6,
    "height": 5,
    "question": {"layer": TREES},
    "options": {"mode": "categories"},
}


def bounds(page: Page) -> list[float]:
    """Return what the map of the page shows, in degrees."""
    box: list[float] = page.locator("dashboard-map[data-state=ready]").evaluate("map => map.bounds")
    return box


def test_a_map_opens_where_its_maker_left_that_of_the_preview(visit: Visit) -> None:
    dashboards.let_make("Urbanisme")
    sections = [{"id": "tout", "title": "Tout", "panels": [MAP]}]
    made = dashboards.dashboard("arbres", producer="Urbanisme", sections=sections, is_published=False)
    page = visit.page(drawn=True)
    visit.sign_in(page, PLANNER)
    page.goto("/tableaux-de-bord/arbres/modifier/")
    expect(page.locator("dashboard-map[data-state=ready]")).to_be_attached()
    before = bounds(page)
    page.locator('[data-cell="carte"]').click(position={"x": 20, "y": 20})
    page.get_by_role("tab", name="Aspect").click()
    canvas = page.locator("[data-cell] canvas.maplibregl-canvas")
    canvas.focus()
    for _step in range(3):
        canvas.press("+")
    page.wait_for_function(
        "west => document.querySelector('dashboard-map').bounds?.[0] > west", arg=before[0]
    )
    expect(page.locator("dashboard-map[data-state=ready]")).to_be_attached()
    moved = bounds(page)
    page.get_by_role("button", name="Garder cette vue").click()
    expect(page.get_by_role("button", name="Revenir aux communes")).to_be_visible()
    expect(page.locator("[data-saving=saved]")).to_be_visible()
    draft = Dashboard.objects.get(pk=made.pk).draft
    assert draft is not None
    stored = draft.document["sections"][0]["panels"][0]["options"]["bbox"]
    assert stored == moved
    page.get_by_role("button", name="Revenir aux communes").click()
    page.wait_for_function("west => document.querySelector('dashboard-map').bounds?.[0] < west", arg=moved[0])
