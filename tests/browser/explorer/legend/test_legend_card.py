"""The legend over the map: it folds, by pointer and by keyboard and stays as it was left."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.visit import Visit

ASKED = "/carte/?couches=plui-zones&couches=arbres-remarquables"
IS_BELOW = """() => {
  const [legend, found] = ["[data-legend]", ".summary"].map((one) =>
    document.querySelector(one).getBoundingClientRect());
  return legend.top >= found.bottom;
}"""


def card(page: Page) -> Locator:
    """Return the legend."""
    return page.locator("[data-legend]")


def test_the_legend_folds_and_stays_as_it_was_left(visit: Visit, subtests: pytest.Subtests) -> None:
    page = visit.page()
    visit.map(page, ASKED)
    with subtests.test("it is open on a desk, with what is on"):
        expect(card(page)).to_contain_text("Arbres remarquables")
    with subtests.test("it follows what is switched off"):
        page.locator("label.switch", has_text="Arbres remarquables").click()
        expect(card(page)).not_to_contain_text("Arbres remarquables")
    with subtests.test("it stays below what is asked when a table takes the height of the map"):
        page.set_viewport_size({"width": 1440, "height": 640})
        page.get_by_role("button", name="Tableau").click()
        expect(page.get_by_role("grid")).to_be_visible()
        page.wait_for_function(IS_BELOW)
        page.get_by_role("button", name="Tableau").click()
    with subtests.test("its title folds it by keyboard"):
        card(page).locator("summary").focus()
        page.keyboard.press("Enter")
        expect(card(page)).not_to_have_attribute("open", "")
    with subtests.test("it stays folded on the next map"):
        visit.map(page, ASKED)
        expect(card(page)).not_to_have_attribute("open", "")
    with subtests.test("a phone has its own choice"):
        page.set_viewport_size({"width": 375, "height": 812})
        card(page).locator("summary").click()
        expect(card(page)).to_have_attribute("open", "")
