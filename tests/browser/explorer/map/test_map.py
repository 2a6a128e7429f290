"""A visitor opens the map, asks for a commune, clicks a feature and reads its sheet."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import town
from tests.browser.chromium import READY
from tests.browser.visit import Visit, on_screen
from tests.waiting import settled


def ask_meudon(page: Page) -> None:
    """Choose Meudon in the panel and wait until the map has moved."""
    page.get_by_text("Toutes les communes").click()
    page.get_by_label("Meudon", exact=True).check()
    page.wait_for_url(re.compile(r"commune=92048"))
    expect(page.locator("#count-arbres-remarquables")).to_have_text("1 sur 31")
    page.wait_for_selector(READY)


def test_a_commune_asked_is_counted_listed_and_clicked(visit: Visit, subtests: pytest.Subtests) -> None:
    page = visit.page(drawn=True)
    visit.map(page)
    with subtests.test("a layer switched off is taken out of the address"):
        switch = page.get_by_role("switch", name="Arbres remarquables")
        switch.set_checked(False, force=True)
        page.wait_for_url(re.compile(r"\?couches=aires-de-jeux#"))
        switch.set_checked(True, force=True)
    ask_meudon(page)
    with subtests.test("counts in the panel follow the commune"):
        expect(page.locator("#count-arbres-remarquables")).to_have_text("1 sur 31")
    with subtests.test("the list says what the commune holds"):
        page.get_by_role("tab", name="Question").click()
        shown = page.get_by_role("tabpanel", name="Question")
        expect(shown.locator(".results-name")).to_have_text([town.CEDAR, town.GARDEN])
    with subtests.test("clicking a tree opens its sheet"):
        page.mouse.click(*on_screen(page, *town.CEDAR_PLACE))
        expect(page.get_by_role("heading", name=town.CEDAR)).to_be_visible()
    with subtests.test("removing the chip shows the whole territory again"):
        page.get_by_role("tab", name="Couches").click()
        page.get_by_role("link", name="Retirer cette condition").click()
        expect(page.get_by_text("Toutes les communes")).to_be_visible()


def test_several_features_under_the_pointer_offer_a_choice(visit: Visit, subtests: pytest.Subtests) -> None:
    page = visit.page()
    layers = "couches=plui-zones&couches=arbres-remarquables"
    address = f"/carte/?{layers}&commune={town.MEUDON}#14.00/48.80600/2.23200"
    visit.map(page, address)
    with subtests.test("an address opens the same view again"):
        assert page.url == visit.site + address
    with subtests.test("one of them is chosen"):
        page.mouse.click(*on_screen(page, *town.CEDAR_PLACE))
        page.get_by_role("button", name=town.CEDAR).click()
        expect(page.get_by_role("heading", name=town.CEDAR)).to_be_visible()
    with subtests.test("its sheet speaks French titles and units"):
        fact = page.locator(".fact-grid div").filter(has_text="Hauteur")
        expect(fact).to_contain_text("24,5\u00a0m")


def test_a_feature_that_is_gone_says_so_in_the_sheet(visit: Visit) -> None:
    visit.watch.expected.add(404)
    page = visit.page()
    visit.map(page, "/carte/?objet=arbres-remarquables/999999")
    expect(page.get_by_role("heading", name="Fiche indisponible")).to_be_visible()


def test_on_a_phone_the_sheet_leaves_the_feature_in_sight(visit: Visit) -> None:
    page = visit.page(width=375)
    visit.map(page, f"/carte/?objet=aires-de-jeux/{town.garden().pk}")
    sheet = page.get_by_role("complementary", name="Fiche")
    expect(sheet.get_by_role("heading", name=town.GARDEN)).to_be_visible()

    def is_in_sight() -> bool:
        box = sheet.bounding_box()
        return box is not None and on_screen(page, *town.GARDEN_PLACE)[1] < box["y"]

    assert settled(is_in_sight, True), "the sheet covers the feature"


def test_without_webgl_the_list_still_opens_sheets(visit: Visit) -> None:
    page = visit.page()
    page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    page.goto("/carte/?couches=aires-de-jeux")
    expect(page.get_by_role("alert")).to_contain_text("La liste reste juste")
    page.get_by_role("tab", name="Question").click()
    page.get_by_role("link", name=town.GARDEN).click()
    expect(page.get_by_role("heading", name=town.GARDEN)).to_be_visible()


def test_with_blocked_storages_the_map_starts_and_remembers_nothing(
    visit: Visit, subtests: pytest.Subtests
) -> None:
    page = visit.page(drawn=True)
    page.add_init_script("""for (const name of ["localStorage", "sessionStorage"])
        Object.defineProperty(window, name, { get() { throw new DOMException("blocked", "SecurityError"); } });""")
    with subtests.test("the map is drawn and follows a choice"):
        visit.map(page, "/carte/?couches=aires-de-jeux")
        switch = page.get_by_role("switch", name="Arbres remarquables")
        switch.set_checked(True, force=True)
        page.wait_for_url(re.compile("arbres-remarquables"))
    with subtests.test("the table opens at its usual height"):
        page.get_by_role("button", name="Tableau").first.click()
        expect(page.get_by_role("grid").first).to_be_visible()
