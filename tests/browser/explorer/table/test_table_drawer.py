"""A planner reads the answer in its table: opens it, sorts it, walks through it by keyboard, takes it away."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.gis.geos import Point
from playwright.sync_api import Browser, Page, expect

from heritage.models import RemarkableTree
from tests.browser import town
from tests.browser.visit import Visit

TREES = "/carte/?couches=arbres-remarquables"
OPEN = f"{TREES}&tableau=arbres-remarquables"
GRID, FIRST = "[data-grid]", "[aria-rowindex='2'] [role=rowheader]"


@pytest.fixture(autouse=True)
def settled(chromium: Browser, visit: Visit) -> Iterator[None]:
    """Let the last answers come before the database is emptied."""
    yield
    for page in [page for context in chromium.contexts for page in context.pages]:
        still(page)


def still(page: Page) -> None:
    """Wait for what the page has asked: a menu that is read again would close."""
    for part in ("[data-drawer]", "[data-list]", "[data-drawer-menus]"):
        expect(page.locator(f"{part}[aria-busy=true]")).to_have_count(0)


def table(visit: Visit, page: Page, address: str = OPEN) -> None:
    """Open the map with its table read."""
    visit.map(page, address)
    expect(page.locator(FIRST)).to_have_text(re.compile(r"\w"))
    expect(page.locator("[data-downloads]")).to_be_visible()


def test_the_table_opens_under_the_map_and_answers(visit: Visit, subtests: pytest.Subtests) -> None:
    page = visit.page()
    visit.map(page, TREES)
    with subtests.test("its address remembers it"):
        page.get_by_role("button", name="Tableau", exact=True).click()
        expect(page.get_by_role("grid")).to_have_attribute("aria-rowcount", "33")
        expect(page.locator("[data-drawer-message]")).to_contain_text("31 arbres")
        page.wait_for_url(re.compile("tableau=arbres-remarquables"))
    with subtests.test("a title sorts it and says how"):
        title = page.get_by_role("columnheader", name="Hauteur (m)")
        title.get_by_role("button").click()
        expect(title).to_have_attribute("aria-sort", "ascending")
        title.get_by_role("button").click()
        expect(title).to_have_attribute("aria-sort", "descending")
        expect(page.locator(FIRST)).to_have_text("Cèdre de l’Observatoire")
        page.wait_for_url(re.compile("tri=-hauteur"))
    still(page)
    with subtests.test("columns are chosen and remembered"):
        page.locator("[data-columns] > summary").click()
        page.get_by_label("Famille", exact=True).check()
        expect(page.get_by_role("columnheader", name="Famille")).to_be_attached()
        page.wait_for_url(re.compile("colonnes=.*famille"))
        expect(page.get_by_label("Famille", exact=True)).to_be_focused()
        page.locator("[data-columns] > summary").click()
    still(page)
    with subtests.test("a system that a format cannot hold closes it"):
        page.locator("[data-downloads] > summary").click()
        page.locator("#download-crs").select_option(label="RGF93 / Lambert-93")
        expect(page.get_by_role("button", name="KML", exact=True)).to_be_disabled()
        page.locator("[data-downloads] > summary").click()
    with subtests.test("its height is set by keyboard"):
        grip = page.get_by_role("separator", name="Hauteur du tableau")
        grip.focus()
        page.keyboard.press("End")
        expect(grip).to_have_attribute("aria-valuenow", "85")
    with subtests.test("statistics follow the field chosen"):
        page.get_by_role("tab", name="Statistiques").click()
        expect(page.get_by_text("Sur 31 objets")).to_be_visible()
        page.get_by_role("combobox", name="Nombre par").select_option(label="Genre")
        expect(page.get_by_role("rowheader", name="Cedrus")).to_be_visible()


def test_around_a_place_the_table_is_by_distance_until_the_place_leaves(visit: Visit) -> None:
    page = visit.page()
    longitude, latitude = town.CEDAR_PLACE
    table(visit, page, f"{OPEN}&near={longitude},{latitude}&radius=20000")
    title = page.get_by_role("columnheader", name="Distance (m)")
    expect(title).to_have_attribute("aria-sort", "ascending")
    expect(page.locator(FIRST)).to_have_text(town.CEDAR)
    title.get_by_role("button").click()
    expect(title).to_have_attribute("aria-sort", "descending")
    page.wait_for_url(re.compile("tri=-_distance"))
    page.locator("#map-chips").get_by_role("link", name=re.compile("Autour")).click()
    expect(title).to_have_count(0)
    expect(page.locator("[data-drawer-message]")).to_contain_text("triés par nom")


def test_a_sort_that_the_server_refuses_leaves_the_table_in_its_order(visit: Visit) -> None:
    page = visit.page()
    visit.watch.expected.add(400)
    page.route(
        "**/carte/tableau/**tri=-hauteur**", lambda route: route.fulfill(status=400, body="<h1>Refus</h1>")
    )
    visit.map(page, f"{OPEN}&tri=-hauteur")
    expect(page.get_by_text("Le tri ou les colonnes demandés")).to_be_visible()
    expect(page.locator("[data-drawer-message]")).to_contain_text("triés par nom")
    expect(page.locator("[data-downloads]")).to_be_visible()
    expect(page.get_by_role("heading", name="Refus")).to_have_count(0)
    page.wait_for_url(lambda address: "tri=" not in address)


def named(page: Page) -> str | None:
    """Return the row of the cell that the table says to be active, as assistive tools number it."""
    found = page.locator(GRID).evaluate(
        "grid => document.getElementById(grid.getAttribute('aria-activedescendant'))"
        "?.closest('[aria-rowindex]').ariaRowIndex"
    )
    return None if found is None else str(found)


def test_a_table_read_again_is_walked_by_keyboard(visit: Visit, subtests: pytest.Subtests) -> None:
    page = visit.page()
    visit.watch.expected.add(503)
    page.route("**/carte/tableau/**", lambda route: route.fulfill(status=503))
    visit.map(page, OPEN)
    with subtests.test("what cannot be read says so and is read again"):
        expect(page.get_by_text("Le tableau n’a pas pu être lu.")).to_be_visible()
        page.unroute("**/carte/tableau/**")
        page.get_by_role("button", name="Réessayer").click()
        expect(page.locator(FIRST)).to_have_text(re.compile(r"\w"))
    with subtests.test("the keyboard reaches the last row"):
        page.locator(GRID).focus()
        page.keyboard.press("Control+End")
        expect(page.locator("[aria-rowindex='32'] .is-active")).to_be_in_viewport()
        expect(page.locator("[aria-rowindex='32'] [role=rowheader]")).to_have_text("Tilleul 30")
    with subtests.test("the active cell keeps its name when rows are drawn again"):
        assert named(page) == "32", "the last row is not the active one"
        drawn = page.locator("[data-grid-space] > .grid-row").count()
        page.get_by_role("separator", name="Hauteur du tableau").press("End")
        expect(page.locator("[data-grid-space] > .grid-row:visible")).not_to_have_count(drawn)
        assert named(page) == "32", "the active cell lost its name"
    with subtests.test("Enter opens the sheet of its row"):
        page.locator(GRID).press("Enter")
        expect(page.locator(".sheet-title")).to_have_text("Tilleul 30")


def test_the_file_holds_the_rows_of_the_list(visit: Visit, tmp_path: Path) -> None:
    page = visit.page()
    table(visit, page, f"{OPEN}&q=Tilleul%2001")
    page.locator("[data-downloads] > summary").click()
    with page.expect_download() as taken:
        page.get_by_role("button", name="GeoJSON", exact=True).click()
    file = tmp_path / "selection.geojson"
    taken.value.save_as(file)
    listed = page.locator("[data-list] [data-feature]").evaluate_all("all => all.map(e => e.dataset.feature)")
    features = json.loads(file.read_text("utf-8"))["features"]
    assert [f"arbres-remarquables/{feature['id']}" for feature in features] == listed


def test_the_list_leads_to_the_whole_table(visit: Visit) -> None:
    for number in range(31, 45):
        place = Point(2.2, 48.816, srid=4326)
        RemarkableTree.objects.create(nom_vernaculaire=f"Tilleul {number}", geom=place)
    page = visit.page()
    visit.map(page, TREES)
    page.get_by_role("tab", name="Question").click()
    page.get_by_role("link", name=re.compile("suivants?, dans le tableau")).click()
    expect(page.locator(GRID)).to_be_focused()
