"""What is around, on a phone and by keyboard: a refusal with ways on, another subject, a search that keeps the rest."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser import town
from tests.browser.tour import PHONE, Tour
from tests.browser.visit import Visit

LON, LAT = town.GARDEN_PLACE
THUMB_PX = 44
REFUSE = "() => { navigator.geolocation.getCurrentPosition = (_found, failed) => failed({ code: 1 }) }"


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).press("Enter")


def test_around_a_refused_position_there_are_ways_on(
    visit: Visit, axe: str, subtests: pytest.Subtests
) -> None:
    page = visit.page(width=375, scheme="dark")
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"longitude": LON, "latitude": LAT, "accuracy": 12})
    tour = Tour(page, axe, PHONE)
    visit.map(page, f"/carte/?couches=aires-de-jeux#14.00/{LAT:.5f}/{LON:.5f}")
    with subtests.test("everything behind one button is reached and left by key"):
        press(page, "Outils")
        expect(page.get_by_role("button", name="Mesurer")).to_be_visible()
        tour.see("the tools unfolded")
        page.keyboard.press("Escape")
        expect(page.get_by_role("button", name="Mesurer")).to_be_hidden()
    with subtests.test("a refusal is said, and takes the focus"):
        page.evaluate(REFUSE)
        press(page, "Autour de moi")
        expect(page.get_by_role("heading", name="Position refusée")).to_be_focused()
        tour.see("a position refused")
    with subtests.test("the middle of the map serves, and the words are not those of a person"):
        press(page, "Partir du centre de la carte")
        expect(page.get_by_role("heading", name="La plus proche")).to_be_focused()
        expect(page.locator(".nearby-count")).to_contain_text("autour d’ici")
        tour.see("around a point")
    with subtests.test("another subject is chosen, switched on, and keeps the focus"):
        page.get_by_role("link", name="Arbres remarquables").press("Enter")
        expect(page.get_by_role("heading", name="Le plus proche")).to_be_visible()
        expect(page.get_by_role("link", name="Arbres remarquables")).to_be_focused()
        page.wait_for_url(
            re.compile("couches=arbres-remarquables&couches=aires-de-jeux.*sujet=arbres-remarquables")
        )
    with subtests.test("escape gives the map back"):
        page.keyboard.press("Escape")
        expect(page.get_by_role("button", name="Autour de moi")).to_be_focused()
    with subtests.test("a result of the search leaves the question and the layers as they are"):
        page.get_by_role("searchbox").or_(page.get_by_role("combobox", name="Chercher")).first.fill(
            "Tilleul 03"
        )
        page.get_by_role("option", name=re.compile("^Tilleul 03")).click()
        expect(page.get_by_role("heading", name="Tilleul 03")).to_be_focused()
        assert re.search("couches=arbres-remarquables&couches=aires-de-jeux&near=", page.url)
        tour.see("the sheet of what was found")
    assert tour.faults == {}


def test_a_link_to_a_table_opens_on_the_table(visit: Visit) -> None:
    page = visit.page(width=375)
    visit.map(page, "/carte/?couches=aires-de-jeux&tableau=aires-de-jeux")
    expect(page.locator("[data-drawer]")).to_be_visible()
    page.wait_for_function("() => document.querySelector('[data-drawer]').offsetHeight > 700")
    page.get_by_role("button", name="Tableau").click()
    expect(page.get_by_role("button", name="Autour de moi")).to_be_visible()


def test_the_nearest_of_a_kind_is_two_actions_from_home(visit: Visit, subtests: pytest.Subtests) -> None:
    page = visit.page(width=375, touch=True)
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"longitude": LON, "latitude": LAT, "accuracy": 12})
    page.goto("/")
    page.get_by_role("link", name="Autour de moi").tap()
    kinds = page.get_by_role("navigation", name="Que cherchez-vous").get_by_role("link")
    expect(page.locator(".nearby-title")).to_be_visible()
    kinds.filter(has_text="Aires de jeux").tap()
    expect(page.get_by_role("heading", name="La plus proche")).to_contain_text(town.GARDEN)
    # In one turn of the page: its pane may be written again between finding the links and measuring them.
    boxes = page.locator("[data-nearby]").evaluate(
        "pane => [...pane.querySelectorAll('nav a')].map(link => link.getBoundingClientRect().toJSON())"
    )
    with subtests.test("kinds are as tall as a thumb needs"):
        assert min(box["height"] for box in boxes) >= THUMB_PX
    with subtests.test("the first four kinds need no scroll"):
        assert [box["left"] for box in boxes[:4] if box["left"] + THUMB_PX > 375] == []
    with subtests.test("kinds are in the lower half of the screen"):
        assert min(box["top"] for box in boxes) >= page.viewport_size["height"] / 2
    with subtests.test("the next time starts on what was chosen"):
        kinds.filter(has_text="Arbres remarquables").tap()
        expect(page.get_by_role("heading", name="Le plus proche")).to_be_visible()
        page.goto("/")
        page.get_by_role("link", name="Autour de moi").tap()
        expect(kinds.filter(has_text="Arbres remarquables")).to_have_attribute("aria-current", "true")


def test_the_nearest_of_a_kind_is_two_actions_from_the_home_of_a_town(
    visit: Visit, subtests: pytest.Subtests
) -> None:
    page = visit.page(width=375, touch=True)
    town_site = f"http://meudon.localhost:{urlsplit(visit.site).port}"
    visit.watch.origin = urlsplit(town_site).netloc
    page.context.grant_permissions(["geolocation"], origin=town_site)
    kinds = page.get_by_role("navigation", name="Que cherchez-vous").get_by_role("link")
    places = {"inside": (LON, LAT), "outside": (2.30, 48.85)}
    for name, (longitude, latitude) in places.items():
        page.context.set_geolocation({"longitude": longitude, "latitude": latitude, "accuracy": 12})
        with subtests.test("two actions lead to the nearest", person=name):
            page.goto(f"{town_site}/")
            page.get_by_role("link", name="Autour de moi").tap()
            expect(page.locator(".nearby-title")).to_be_visible()
            kinds.filter(has_text="Aires de jeux").tap()
            expect(page.get_by_role("heading", name="La plus proche")).to_contain_text(town.GARDEN)
        with subtests.test("who stands outside is told so", person=name):
            outside = page.get_by_text("Vous êtes hors de Meudon.")
            expect(outside).to_have_count(1 if name == "outside" else 0)
