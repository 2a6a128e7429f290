"""The tools of the map: a shape drawn becomes the question, measures are told, coordinates are understood."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect
from pyproj import Geod
from pytest_django import Settings

from tests.basemap_source import Source, source
from tests.browser import town
from tests.browser.site.test_keyboard import tab_to
from tests.browser.visit import Visit, on_screen
from tiles.services.basemaps import BASEMAP_PROXY

LON, LAT = town.CEDAR_PLACE
ABOVE_THE_CEDAR = f"/carte/?couches=arbres-remarquables#15.00/{LAT:.5f}/{LON:.5f}"
WGS84 = Geod(ellps="WGS84")


def take(page: Page, menu: str, tool: str) -> None:
    """Take a tool from one of the menus, and wait for its bar."""
    page.get_by_role("button", name=menu, exact=True).click()
    page.get_by_role("button", name=tool, exact=True).click()
    expect(page.locator("[data-bar]")).to_be_visible()


def drag(page: Page, first: tuple[float, float], last: tuple[float, float]) -> None:
    """Press at one place of the map, go to another, let go."""
    page.mouse.move(*on_screen(page, *first))
    page.mouse.down()
    page.mouse.move(*on_screen(page, *last), steps=4)
    page.mouse.up()


def asked(page: Page, name: str) -> str:
    """Return a parameter of the address."""
    return parse_qs(urlsplit(page.url).query).get(name, [""])[0]


def within_of(page: Page, former: str) -> str:
    """Wait until another zone is asked than a former one; return it."""
    page.wait_for_url(lambda address: parse_qs(urlsplit(address).query).get("within", [former]) != [former])
    return asked(page, "within")


def test_shapes_drawn_become_the_question(visit: Visit, subtests: pytest.Subtests) -> None:
    page = visit.page()
    visit.map(page, ABOVE_THE_CEDAR)
    count = page.locator("#count-arbres-remarquables")
    zone = ""
    with subtests.test("a contour that crosses itself is refused in words"):
        take(page, "Chercher dans une zone", "Polygone")
        for corner in [(-2, -1), (2, 1), (2, -1), (-2, 1)]:
            page.mouse.click(*on_screen(page, LON + corner[0] / 1e3, LAT + corner[1] / 1e3))
        page.get_by_role("button", name="Chercher ici").click()
        expect(page.locator("[data-bar-result]")).to_contain_text("Le contour se croise")
        assert asked(page, "within") == ""
        page.keyboard.press("Escape")
    with subtests.test("a rectangle drawn with the mouse filters the list"):
        take(page, "Chercher dans une zone", "Rectangle")
        drag(page, (LON - 0.002, LAT - 0.001), (LON + 0.002, LAT + 0.001))
        zone = within_of(page, zone)
        expect(count).to_have_text("1 sur 31")
    with subtests.test("a line drawn by hand becomes a valid zone"):
        take(page, "Chercher dans une zone", "À main levée")
        page.mouse.move(*on_screen(page, LON - 0.003, LAT))
        page.mouse.down()
        for corner in [(0, 2), (3, 0), (0, -2), (-3, 0.1), (-2, 1)]:  # the end runs over the beginning
            page.mouse.move(*on_screen(page, LON + corner[0] / 1e3, LAT + corner[1] / 1e3), steps=12)
        page.mouse.up()
        zone = within_of(page, zone)
        expect(count).to_have_text("1 sur 31")
    with subtests.test("a polygon closes on its first point"):
        take(page, "Chercher dans une zone", "Polygone")
        corners = [(LON - 0.002, LAT - 0.001), (LON + 0.002, LAT - 0.001), (LON, LAT + 0.001)]
        for place in [*corners, corners[0]]:
            page.mouse.click(*on_screen(page, *place))
        zone = within_of(page, zone)
        assert zone.count(",") == 3
    with subtests.test("a rectangle may be two clicks"):
        take(page, "Chercher dans une zone", "Rectangle")
        page.mouse.click(*on_screen(page, LON + 0.001, LAT - 0.001))
        page.mouse.click(*on_screen(page, LON + 0.003, LAT + 0.001))
        within_of(page, zone)
        expect(count).to_have_text("0 sur 31")


def test_what_is_near_is_asked_by_a_circle_or_a_point(visit: Visit, subtests: pytest.Subtests) -> None:
    page = visit.page()
    visit.map(page, ABOVE_THE_CEDAR)
    with subtests.test("a circle asks what is within its radius"):
        take(page, "Chercher dans une zone", "Cercle")
        edge = (LON + 0.002, LAT)
        drag(page, town.CEDAR_PLACE, edge)
        page.wait_for_url(re.compile("near="))
        expected = WGS84.inv(LON, LAT, *edge)[2]
        assert float(asked(page, "radius")) == pytest.approx(expected, abs=4)  # a pixel is 1.6 m here
    with subtests.test("the radius around a point may be changed"):
        take(page, "Chercher dans une zone", "Autour d’un point")
        page.mouse.click(*on_screen(page, LON, LAT))
        page.wait_for_url(re.compile("radius=300"))
        page.get_by_label("Rayon, en mètres").fill("150")
        page.get_by_label("Rayon, en mètres").press("Tab")
        page.wait_for_url(re.compile("radius=150"))


def test_measures_are_told(visit: Visit, subtests: pytest.Subtests) -> None:
    page = visit.page()
    visit.map(page, ABOVE_THE_CEDAR)
    result = page.locator("[data-bar-result]")
    with subtests.test("a distance is measured with the keyboard alone"):
        tab_to(page, "[aria-controls=menu-measure]")
        page.keyboard.press("Enter")
        page.keyboard.press("Enter")  # the first of the menu: a distance
        expect(page.locator("canvas")).to_be_focused()
        page.keyboard.press("Enter")
        before = page.url
        page.keyboard.press("ArrowRight")
        page.wait_for_url(lambda url: url != before)
        page.keyboard.press("Enter")
        expect(result).to_have_text(re.compile(r"Total : \d+\sm"))
        moved = page.url
        page.keyboard.press("ArrowLeft")
        page.wait_for_url(lambda url: url != moved)
    with subtests.test("escape puts the tool down"):
        page.keyboard.press("Escape")
        expect(page.locator("[data-bar]")).to_be_hidden()
    with subtests.test("an area is told in square metres and perimeter"):
        take(page, "Mesurer", "Une surface")
        for corner in [(-2, -1), (2, -1), (2, 1), (-2, 1)]:
            page.mouse.click(*on_screen(page, LON + corner[0] / 1e3, LAT + corner[1] / 1e3))
        expect(result).to_have_text(re.compile(r"6,\d+\sha .*m².*périmètre"))
        page.keyboard.press("Escape")
    with subtests.test("a click of a tool opens no sheet"):
        take(page, "Mesurer", "Une distance")
        page.mouse.click(*on_screen(page, LON, LAT))
        expect(page.locator("[data-overlay] .overlay-dot")).to_have_count(1)
        expect(page.locator("[data-sheet]")).to_be_hidden()
    with subtests.test("the last point is taken back"):
        for step in (1, 3):
            page.mouse.click(*on_screen(page, LON + step / 1e3, LAT))
        page.get_by_role("button", name="Annuler le dernier point").click()
        page.get_by_text("Longueur de chaque côté").click()
        expect(page.locator("[data-bar-list] li")).to_have_count(1)
        page.keyboard.press("Escape")
    with subtests.test("a distance is the one of the ellipsoid"):
        take(page, "Mesurer", "Une distance")
        page.get_by_text("Placer un point par ses coordonnées").click()
        for place in ("48.80500, 2.23100", "48.80700, 2.23400"):
            page.get_by_role("textbox", name="Coordonnées").fill(place)
            page.get_by_role("button", name="Placer").click()
        metres = WGS84.inv(2.231, 48.805, 2.234, 48.807)[2]
        expect(result).to_have_text(f"Total : {metres:.0f}\u00a0m")


def test_coordinates_are_understood_or_refused_with_examples(visit: Visit, subtests: pytest.Subtests) -> None:
    page = visit.page()
    zone = f"POLYGON(({LON - 0.01} {LAT},{LON} {LAT - 0.01},{LON} {LAT},{LON - 0.01} {LAT}))"
    visit.map(page, f"/carte/?couches=arbres-remarquables&within={zone}")
    with subtests.test("the shape asked is drawn when the address is opened"):
        expect(page.locator("[data-overlay] .overlay-area.is-filter")).to_have_count(1)
    take(page, "Autres outils", "Aller à des coordonnées")
    with subtests.test("what means nothing is refused with examples"):
        page.get_by_role("textbox", name="Coordonnées").fill("Meudon")
        page.get_by_role("button", name="Placer").click()
        expect(page.locator("[data-bar-read]")).to_contain_text("Exemples")
    with subtests.test("Lambert-93 leads to the place"):
        page.get_by_role("textbox", name="Coordonnées").fill("643 522, 6 856 401")
        expect(page.locator("[data-bar-read]")).to_contain_text("Compris : Lambert-93")
        page.get_by_role("button", name="Placer").click()
        page.wait_for_url(re.compile(r"#1[6-9]\.00/48\.80\d+/2\.23\d+"))
    with subtests.test("coordinates of the map switch to Lambert-93"):
        page.get_by_role("button", name="WGS 84").click()
        expect(page.locator("[data-readout]")).to_have_text(re.compile(r"64\d\s\d{3}, 6\s85\d\s\d{3}"))


@pytest.fixture
def plan(settings: Settings, tmp_path: Path) -> Iterator[Source]:
    """A basemap that the configuration names."""
    with source() as found:
        settings.PORTAL_BASEMAPS = [found.configuration()]
        settings.BASEMAP_CACHE = tmp_path / "basemaps"
        BASEMAP_PROXY.forget()
        yield found
        BASEMAP_PROXY.forget()


def test_a_basemap_out_of_order_leaves_the_map_usable_and_is_credited_once_it_answers(
    plan: Source, visit: Visit, subtests: pytest.Subtests
) -> None:
    plan.status = 500
    visit.watch.expected.add(502)
    page = visit.page(drawn=True)
    visit.map(page, "/carte/?couches=arbres-remarquables&fond=plan")
    with subtests.test("out of order, it says so"):
        expect(page.locator("[data-basemap-credit]")).to_have_text("fond de carte indisponible")
        expect(page.locator("[data-map-error]")).to_be_hidden()
    plan.status = 200
    BASEMAP_PROXY.forget()
    visit.map(page)
    with subtests.test("it is chosen, credited and kept in the address"):
        page.get_by_role("button", name="Autres outils").click()
        page.get_by_label("Plan d’essai").check()
        page.wait_for_url(re.compile("fond=plan"))
        expect(page.locator("[data-basemap-credit]")).to_have_text("© Source d’essai")
