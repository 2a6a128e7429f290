"""An agent in the street, phone in hand: where is the nearest playground, and when was it last inspected?"""

from __future__ import annotations

import re

from django.db import connection
from playwright.sync_api import Page, expect

from tests.browser import town
from tests.browser.visit import Visit
from tests.people import GARDENER

LON, LAT = town.GARDEN_PLACE
HERE = {"longitude": LON - 0.0006, "latitude": LAT - 0.0004, "accuracy": 8}  # about 60 m from the garden
THUMB_PX = 44


def in_the_street(visit: Visit) -> Page:
    """Return a phone, signed in, that knows where it is."""
    town.other_playgrounds()
    town.open_inspections(GARDENER.groups[0])
    page = visit.page(width=375, touch=True)
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation(HERE)
    visit.sign_in(page, GARDENER)
    return page


def ask_around(page: Page, metres: int) -> None:
    """Find oneself, then what is within some metres."""
    page.get_by_role("button", name="Me situer").tap()
    expect(page.locator("[data-bar-result]")).to_have_text("Précision : 8\u00a0m")
    page.get_by_label("Rayon, en mètres").fill(str(metres))
    page.get_by_role("button", name="Chercher autour").tap()
    page.wait_for_url(re.compile(f"near=.*radius={metres}(&|#|$)"))


def nearest() -> str:
    """Return the name of the nearest playground, asked of the database by hand."""
    sql = "SELECT nom FROM amenities_playground ORDER BY geom::geography <-> ST_Point(%s, %s)::geography LIMIT 1"
    with connection.cursor() as cursor:
        cursor.execute(sql, [HERE["longitude"], HERE["latitude"]])
        name: str = cursor.fetchone()[0]
    return name


def smallest_target(page: Page) -> float:
    """Return the least side of what a thumb needs on the map, in pixels."""
    sizes = page.locator(".dock button, .tools button").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect()).filter(box => box.width > 0)"
        ".map(({ width, height }) => Math.min(width, height))"
    )
    return float(min(sizes))


def test_the_agent_reads_the_last_inspection_of_the_nearest_playground(visit: Visit) -> None:
    page = in_the_street(visit)
    assert nearest() == town.GARDEN
    visit.map(page, "/carte/?couches=aires-de-jeux")
    assert smallest_target(page) >= THUMB_PX
    ask_around(page, 20)
    expect(page.locator("#map-summary")).to_have_text("0 objet sur 3 · 1 couche")
    ask_around(page, 5_000)
    page.get_by_role("button", name="Liste", exact=True).tap()
    near = page.locator("#pane-list a[data-feature]")
    expect(near).to_have_count(3)
    expect(near.first).to_contain_text(town.GARDEN)
    near.first.tap()
    expect(page.get_by_role("heading", name=town.GARDEN)).to_be_visible()
    inspections = page.locator(".related").filter(has=page.get_by_role("heading", name="Contrôles"))
    inspections.scroll_into_view_if_needed()
    last = inspections.get_by_role("row").nth(1)
    expect(last).to_contain_text("12 mars 2026")
    expect(last).to_contain_text("Conforme")


def test_the_same_phone_of_a_passer_by_tells_no_inspection(visit: Visit) -> None:
    town.open_inspections(GARDENER.groups[0])
    page = visit.page(width=375, touch=True)
    visit.map(page, f"/carte/?objet=aires-de-jeux/{town.garden().pk}")
    expect(page.get_by_role("heading", name="Équipements")).to_be_visible()
    expect(page.get_by_role("heading", name="Contrôles")).to_have_count(0)


def test_a_finger_beside_the_dot_still_opens_the_sheet(visit: Visit) -> None:
    page = in_the_street(visit)
    visit.map(page, f"/carte/?couches=aires-de-jeux#16.00/{LAT:.5f}/{LON:.5f}")
    box = page.locator("[data-map]").bounding_box()
    assert box is not None
    page.touchscreen.tap(box["x"] + box["width"] / 2 + 14, box["y"] + box["height"] / 2 + 10)
    expect(page.get_by_role("heading", name=town.GARDEN)).to_be_visible()
