"""An agent in the street, phone in hand: where is the nearest playground, and when was it last inspected?"""

from __future__ import annotations

import re

import pytest
from django.db import connection
from playwright.sync_api import Page, expect

from tests.browser import town
from tests.browser.visit import Visit
from tests.people import ADMINISTRATOR, GARDENER

LON, LAT = town.GARDEN_PLACE
HERE = {"longitude": LON - 0.0006, "latitude": LAT - 0.0004, "accuracy": 8}  # about 60 m from the garden
FAR = {"longitude": LON - 0.02, "latitude": LAT, "accuracy": 8}  # about 800 m west of the nearest
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


def nearest() -> str:
    """Return the name of the nearest playground, asked of the database by hand."""
    sql = "SELECT nom FROM amenities_playground ORDER BY geom::geography <-> ST_Point(%s, %s)::geography LIMIT 1"
    with connection.cursor() as cursor:
        cursor.execute(sql, [HERE["longitude"], HERE["latitude"]])
        name: str = cursor.fetchone()[0]
    return name


def smallest_target(page: Page) -> float:
    """Return the least side of what a thumb needs on the map, in pixels."""
    sizes = page.locator(".bottom-bar button, .tools button").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect()).filter(box => box.width > 0)"
        ".map(({ width, height }) => Math.min(width, height))"
    )
    return float(min(sizes))


def test_the_agent_reads_the_last_inspection_of_the_nearest_playground(
    visit: Visit, subtests: pytest.Subtests
) -> None:
    page = in_the_street(visit)
    assert nearest() == town.GARDEN
    visit.map(page, "/carte/?couches=aires-de-jeux")
    assert smallest_target(page) >= THUMB_PX
    page.get_by_role("button", name="Autour de moi").tap()
    near = page.get_by_role("list", name="Aires de jeux").locator("a")
    expect(near).to_have_count(3)
    with subtests.test("the nearest is told first, with its state"):
        expect(
            page.get_by_role("heading", name=f"La plus proche : {town.GARDEN}, à 63\u00a0m")
        ).to_be_focused()
        expect(near.first).to_contain_text("Ouverte")
    with subtests.test("where nothing is within the circle, the nearest beyond it is told and shown"):
        page.context.set_geolocation(FAR)
        page.get_by_role("button", name="Actualiser ma position").tap()
        expect(page.get_by_label("Rien à moins de")).to_have_value("600")
        expect(page.get_by_role("heading", name="La plus proche : Aire de Bellevue, à")).to_be_focused()
        expect(page.locator(".overlay-dot.is-me, .overlay-line.is-way")).to_have_count(2)
    with subtests.test("the sheet opens on how far it is and on the last inspection"):
        near.filter(has_text=town.GARDEN).tap()
        expect(page.get_by_role("heading", name=town.GARDEN, exact=True)).to_be_focused()
        sheet = page.get_by_role("complementary", name="Fiche")
        expect(sheet.locator(".sheet-where")).to_contain_text("min à pied")
        last = sheet.get_by_role("region", name="Dernier contrôle")
        expect(last).to_contain_text("Annuel principal, le 12 mars 2026")
        expect(last).to_contain_text("Conforme")
    with subtests.test("long lists are folded, with their counts"):
        expect(sheet.locator(".fold:not([open]) > summary")).to_have_text(
            [re.compile("Équipements.*1", re.S), re.compile("Contrôles.*1", re.S)]
        )
    with subtests.test("the way there is a link to the map application of the phone"):
        link = sheet.get_by_role("link", name="Itinéraire", exact=True)
        assert (link.get_attribute("href") or "").startswith(f"geo:{LAT:.5f},{LON:.5f}")


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


def test_who_enters_an_inspection_lands_on_it_and_reads_that_it_is_saved(visit: Visit) -> None:
    page = visit.page(width=375, touch=True)
    visit.sign_in(page, ADMINISTRATOR)
    page.goto(f"/catalogue/aires-de-jeux/{town.garden().pk}/saisie/inspections/ajouter/")
    page.get_by_label("Type").select_option("visuel")
    page.get_by_label("Résultat").select_option("conforme")
    page.get_by_role("button", name="Enregistrer", exact=True).tap()
    inspections = page.locator("#lignes-inspections")
    expect(inspections.locator("details.fold")).to_have_attribute("open", "")
    expect(inspections.get_by_role("status")).to_be_in_viewport()
    expect(inspections.get_by_role("row").nth(1)).to_be_in_viewport()
    expect(page.get_by_role("region", name="Dernier contrôle")).to_contain_text("Visuel de routine")
    expect(page.locator(".fold:not([open])")).not_to_have_count(0)
