"""The legend over the map: it folds, by pointer and by keyboard and stays as it was left."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.visit import Visit, resize

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
        resize(page, 1440, 640)
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
        resize(page, 375, 812)
        card(page).locator("summary").click()
        expect(card(page)).to_have_attribute("open", "")


def test_classes_of_surfaces_are_listed_once_and_no_count_by_commune_is_told_of_them(
    visit: Visit, subtests: pytest.Subtests
) -> None:
    page = visit.page()
    visit.map(page, "/carte/?couches=plui-zones#11.50/48.82000/2.22000")
    card = page.locator("[data-legend]")
    classes = card.locator("li li")
    with subtests.test("in the panel, while its tab of layers shows"):
        expect(page.locator("#legend-plui-zones li").first).to_be_visible()
        expect(classes.first).to_be_hidden()
    with subtests.test("no points, no counts by commune"):
        expect(card.get_by_text("Nombre d’objets par commune")).to_be_hidden()
    with subtests.test("in the card, while another tab shows"):
        page.get_by_role("tab", name="Question").click()
        expect(classes.first).to_be_visible()
    with subtests.test("in the card, where the panel is closed"):
        resize(page, 768)
        expect(card).to_be_visible()
        assert classes.first.evaluate("one => getComputedStyle(one.parentElement).display") != "none"
