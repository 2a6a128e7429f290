"""Where no script runs, the pages still answer: filters are forms, the map and the paper are a list."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser import town
from tests.browser.visit import Visit

TREES = "arbres-remarquables"


def test_the_map_and_the_paper_are_a_filtered_list(visit: Visit, subtests: pytest.Subtests) -> None:
    page = visit.page(script=False)
    page.goto("/carte/")
    with subtests.test("no map is promised"):
        expect(page.locator("[data-map]")).to_be_hidden()
    with subtests.test("what is asked is listed"):
        page.get_by_text("Toutes les communes").click()
        page.get_by_label("Meudon", exact=True).check()
        page.get_by_label("Mots", exact=True).fill("potager")
        page.get_by_role("button", name="Afficher la liste").click()
        expect(page.locator(".results-name")).to_have_text([town.GARDEN])
    with subtests.test("a row of the list leads to the sheet"):
        page.get_by_role("link", name=town.GARDEN).click()
        expect(page.get_by_role("heading", level=1, name=town.GARDEN)).to_be_visible()
    with subtests.test("a button that needs a script is not offered"):
        page.goto("/carte/?couches=absente&couches=plui-zones")
        expect(page.get_by_role("status").filter(has_text="ne vous est pas ouverte")).to_be_visible()
        expect(page.get_by_role("button", name="Fermer ce message")).to_be_hidden()
    with subtests.test("the sheet of paper lists too"):
        page.goto(f"/carte/imprimer/?couches={TREES}&vue=14.00/48.80500/2.23100&commune={town.MEUDON}")
        expect(page.get_by_role("link", name=town.CEDAR)).to_be_visible()
    with subtests.test("the table of a layer turns its pages"):
        page.goto(f"/catalogue/{TREES}/")
        page.get_by_role("link", name="Page suivante").click()
        expect(page.get_by_role("link", name="Tilleul 30")).to_be_visible()
    with subtests.test("the menu opens on a phone"):
        page.set_viewport_size({"width": 375, "height": 900})
        page.goto("/")
        page.get_by_role("button", name="Menu").click()
        expect(page.get_by_role("link", name="Catalogue", exact=True)).to_be_visible()
