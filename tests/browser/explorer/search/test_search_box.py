"""The search box of every page: suggestions by keyboard, announced, and clean for axe-core."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser import town
from tests.browser.tour import DARK_PHONE, DESK, LIGHT_PHONE, Mode, Tour
from tests.browser.visit import Visit

PHONE = (LIGHT_PHONE, DARK_PHONE)


def typed(visit: Visit, text: str, *, width: int = 1440) -> Page:
    """Open the catalogue and type in the search box of the header."""
    page = visit.page(width=width)
    page.goto("/catalogue/")
    if width < 900:
        page.get_by_role("button", name="Menu").click()
    page.locator("#bar-q").press_sequentially(text)
    expect(page.locator("#bar-q-list")).to_be_visible()
    return page


def test_the_keyboard_alone_goes_from_words_to_a_sheet(visit: Visit, subtests: pytest.Subtests) -> None:
    page = typed(visit, "observatoire")
    with subtests.test("the number of suggestions is announced"):
        expect(page.locator(".bar-search [role=status]")).to_have_text("1 suggestion")
    page.keyboard.press("ArrowDown")
    with subtests.test("the active option is named by the field"):
        field, option = page.locator("#bar-q"), page.locator("#bar-q-list [aria-selected=true]")
        expect(option).to_have_count(1)
        expect(field).to_have_attribute("aria-activedescendant", str(option.get_attribute("id")))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name=town.CEDAR)).to_be_visible()


def test_the_list_closes_and_enter_without_a_choice_opens_the_results(
    visit: Visit, subtests: pytest.Subtests
) -> None:
    page = typed(visit, "cedr")
    field, found = page.locator("#bar-q"), page.locator("#bar-q-list")
    with subtests.test("escape closes the list and keeps the words"):
        page.keyboard.press("Escape")
        expect(found).to_be_hidden()
        expect(field).to_have_value("cedr")
    with subtests.test("leaving the field closes the list"):
        field.press_sequentially("e")
        expect(found).to_be_visible()
        page.keyboard.press("Tab")
        expect(found).to_be_hidden()
        expect(field).to_have_attribute("aria-expanded", "false")
    with subtests.test("the page of results opens"):
        field.press("Enter")
        expect(page.get_by_role("heading", level=1, name="Recherche")).to_be_visible()
        link = page.get_by_role("main").get_by_role("link", name=town.CEDAR, exact=True)
        expect(link).to_be_visible()


@pytest.mark.parametrize("modes", [DESK, PHONE], ids=["desk", "phone"])
def test_the_open_list_is_clean(visit: Visit, axe: str, modes: tuple[Mode, ...]) -> None:
    tour = Tour(typed(visit, "arbre", width=modes[0].width), axe, modes)
    tour.page.keyboard.press("ArrowDown")
    tour.see("the open list")
    assert tour.faults == {}
