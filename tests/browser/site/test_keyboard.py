"""Everything is reached with the keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.visit import Visit

MANY = 80


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until what matches ``selector`` has the focus."""
    for _press in range(MANY):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"the keyboard never reaches {selector}")


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
