"""Where no script runs, the pages still answer: filters are forms, the map is a list."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser import town
from tests.browser.visit import Visit


def test_the_map_is_a_filtered_list(visit: Visit) -> None:
    page = visit.page(script=False)
    page.goto("/carte/")
    page.get_by_text("Toutes les communes").click()
    page.get_by_label("Meudon", exact=True).check()
    page.get_by_label("Mots", exact=True).fill("cedre")
    page.get_by_role("button", name="Afficher la liste").click()
    expect(page.locator(".results-name")).to_have_text([town.CEDAR])


def test_no_map_is_promised(visit: Visit) -> None:
    page = visit.page(script=False)
    page.goto("/carte/")
    expect(page.locator("[data-map]")).to_be_hidden()


def test_a_row_of_the_list_leads_to_the_sheet(visit: Visit) -> None:
    page = visit.page(script=False)
    page.goto("/carte/?couches=aires-de-jeux")
    page.get_by_role("link", name=town.GARDEN).click()
    expect(page.get_by_role("heading", level=1, name=town.GARDEN)).to_be_visible()


def test_the_table_of_a_layer_turns_its_pages(visit: Visit) -> None:
    page = visit.page(script=False)
    page.goto("/catalogue/arbres-remarquables/")
    page.get_by_role("link", name="Page suivante").click()
    expect(page.get_by_role("link", name="Tilleul 30")).to_be_visible()


def test_the_menu_opens_on_a_phone(visit: Visit) -> None:
    page = visit.page(width=375, script=False)
    page.goto("/")
    page.get_by_role("button", name="Menu").click()
    expect(page.get_by_role("link", name="Catalogue", exact=True)).to_be_visible()
