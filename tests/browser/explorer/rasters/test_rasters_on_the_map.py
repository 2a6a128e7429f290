"""A visitor compares a raster by keyboard, clicks it, reads its values; its pages pass axe in every mode."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.tour import EACH_SCREEN, Tour
from tests.browser.visit import Visit, on_screen, resize
from tests.people import ADMINISTRATOR
from tests.rasters import online, slope

MAP = "/carte/?couches=arbres-remarquables&couches=relief#15.50/{latitude:.5f}/{longitude:.5f}"


@pytest.fixture
def middle(visit: Visit, media: Path) -> tuple[float, float]:
    """Put a raster online; return the longitude and the latitude of its middle."""
    raster = online("relief", slope(), title="Relief", unit="m")
    assert raster.online is not None
    west, south, east, north = raster.online.bounds
    return (west + east) / 2, (south + north) / 2


def test_a_raster_is_compared_by_keyboard_and_told_at_a_click(
    visit: Visit, axe: str, middle: tuple[float, float], subtests: pytest.Subtests
) -> None:
    page = visit.page(drawn=True)
    visit.map(page, MAP.format(longitude=middle[0], latitude=middle[1]))
    divider = page.get_by_role("slider", name="Limite entre les deux cartes")
    compare = page.locator('[data-swipe-with="relief"]')
    page.locator('[data-layer="relief"] summary').click()
    with subtests.test("each cell is drawn as it is when that is chosen, and the address holds it"):
        with page.expect_request(re.compile(r"/tiles/raster/relief/.*resampling=nearest")):
            page.get_by_label("Rendu de Relief").select_option("exact")
        page.wait_for_url(re.compile(r"rendu=relief:exact"))
    with subtests.test("the foot of the map names a raster that is alone"):
        page.locator('[data-layer="arbres-remarquables"] .switch').click()
        expect(page.locator("[data-drawer-message]")).to_have_text("Raster allumé\u00a0: Relief")
        page.locator('[data-layer="arbres-remarquables"] .switch').click()
    compare.press("Enter")
    with subtests.test("the divider takes the focus, and keys move it"):
        expect(divider).to_be_focused()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("PageUp")
        expect(divider).to_have_attribute("aria-valuenow", "62")
        expect(divider).to_have_attribute("aria-valuetext", "Relief à gauche, sur 62 % de la carte")
    with subtests.test("the address holds it, and another layer on its right"):
        page.wait_for_url(re.compile(r"rideau=relief:62(?!:)"))
        page.get_by_label("avec").select_option(label="Arbres remarquables")
        page.wait_for_url(re.compile(r"rideau=relief:62:arbres-remarquables"))
    tour = Tour(page, axe)
    with subtests.test("a click tells the value, with its unit"):
        page.mouse.click(*on_screen(page, *middle))
        expect(page.locator("[data-raster-values]")).to_contain_text(re.compile(r"Relief\s+Ici [\d\s]+m"))
    tour.see("comparing, with the values of a place")
    resize(page, 1440)  # on a phone the panel is closed, and the button with it
    with subtests.test("Escape ends the comparison and gives the focus back"):
        divider.press("Escape")
        expect(divider).to_be_hidden()
        expect(compare).to_be_focused()
    assert tour.faults == {}


def test_a_finger_moves_the_divider_on_a_phone(
    visit: Visit, middle: tuple[float, float], subtests: pytest.Subtests
) -> None:
    page = visit.page(width=375, touch=True)
    visit.map(page, MAP.format(longitude=middle[0], latitude=middle[1]).replace("#", "&rideau=relief:50#"))
    divider = page.get_by_role("slider", name="Limite entre les deux cartes")
    divider.click(trial=True)  # where it stays, with nothing over it
    start, bar = divider.bounding_box(), page.get_by_role("group", name="Comparer").bounding_box()
    assert start is not None
    assert bar is not None
    with subtests.test("the handle is below the bar that names both sides"):
        assert start["y"] >= bar["y"] + bar["height"]
    x, y, place = start["x"] + start["width"] / 2, start["y"] + start["height"] / 2, page.url.split("#")[1]
    finger = page.context.new_cdp_session(page)
    for kind, points in (
        ("touchStart", [x]),
        ("touchMove", [x + 60]),
        ("touchMove", [300]),
        ("touchEnd", []),
    ):
        touches = [{"x": left, "y": y} for left in points]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})
    with subtests.test("the divider is under the finger, the map has not moved, and the address holds both"):
        expect(divider).to_have_attribute("aria-valuenow", "80")
        page.wait_for_url(re.compile(r"rideau=relief:80"))
        assert page.url.split("#")[1] == place


def test_pages_of_rasters_have_no_fault(visit: Visit, axe: str, middle: tuple[float, float]) -> None:
    page = visit.page()
    visit.sign_in(page, ADMINISTRATOR)
    tour = Tour(page, axe, EACH_SCREEN)
    for address in (
        "/catalogue/relief/",
        "/rasters/",
        "/rasters/nouveau/",
        "/rasters/relief/",
        "/rasters/relief/style/",
    ):
        tour.go(address)
    assert tour.faults == {}
