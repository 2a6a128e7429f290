"""Everything is reached with the keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser import town
from tests.browser.visit import Visit

MANY = 80


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until what matches ``selector`` has the focus."""
    for _press in range(MANY):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"the keyboard never reaches {selector}")


def test_the_first_tab_leads_to_the_content(visit: Visit) -> None:
    page = visit.page()
    page.goto("/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()


def test_a_sheet_opens_from_the_list_and_escape_comes_back(visit: Visit, subtests: pytest.Subtests) -> None:
    page = visit.page()
    visit.map(page, "/carte/?couches=aires-de-jeux")
    with subtests.test("the sheet takes the focus"):
        tab_to(page, "[role=tab]")
        page.keyboard.press("ArrowRight")
        tab_to(page, "a[data-feature]")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name=town.GARDEN)).to_be_focused()
    with subtests.test("escape closes the sheet and gives the focus back"):
        page.keyboard.press("Escape")
        expect(page.get_by_role("link", name=town.GARDEN)).to_be_focused()
    with subtests.test("escape leaves the panel of a desk open"):
        page.get_by_role("tab", name="Question").focus()
        page.keyboard.press("Escape")
        expect(page.get_by_role("tab", name="Question")).to_be_focused()
        expect(page.get_by_role("tabpanel", name="Question")).to_be_visible()


def test_enter_on_the_map_opens_what_is_in_its_middle(visit: Visit) -> None:
    page = visit.page()
    longitude, latitude = town.CEDAR_PLACE
    visit.map(page, f"/carte/?couches=arbres-remarquables#15.00/{latitude:.5f}/{longitude:.5f}")
    tab_to(page, "canvas")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=town.CEDAR)).to_be_visible()


def test_escape_closes_the_portal_menu(visit: Visit) -> None:
    page = visit.page()
    page.goto("/")
    tab_to(page, "summary")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(page.locator("details.drop[open]")).to_have_count(0)


def test_escape_on_a_phone_closes_one_thing_at_a_time(visit: Visit, subtests: pytest.Subtests) -> None:
    page = visit.page(width=375, touch=True)
    visit.map(page, "/carte/?couches=aires-de-jeux")
    panel = page.get_by_role("tablist", name="Panneau de la carte")
    tabs = {"Couches": "Couches", "Question": "Question", "Liste": "Question"}
    for name, tab in tabs.items():
        with subtests.test("the panel closes and gives the focus back", opener=name):
            opener = page.locator(".bottom-bar").get_by_role("button", name=name)
            opener.press("Enter")
            expect(page.get_by_role("tab", name=tab)).to_be_focused()
            page.keyboard.press("Escape")
            expect(panel).to_be_hidden()
            expect(opener).to_be_focused()
    with subtests.test("the menu of the panel closes before the panel"):
        page.locator(".bottom-bar").get_by_role("button", name="Couches").press("Enter")
        page.locator(".communes > summary").press("Enter")
        page.keyboard.press("Escape")
        expect(page.locator(".communes")).not_to_have_attribute("open", "")
        expect(panel).to_be_visible()
        page.keyboard.press("Escape")
        expect(panel).to_be_hidden()
    with subtests.test("the search of the panel is emptied before the panel closes"):
        page.locator(".bottom-bar").get_by_role("button", name="Couches").press("Enter")
        page.get_by_label("Chercher une couche", exact=True).fill("parc")
        page.keyboard.press("Escape")
        expect(page.get_by_label("Chercher une couche", exact=True)).to_have_value("")
        page.keyboard.press("Escape")
        expect(panel).to_be_hidden()
