"""The agent finds the internal layer on every page; the public finds no trace of it."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser import town
from tests.browser.visit import Visit
from tests.people import PLANNER


def test_the_agent_sees_the_internal_layer_with_its_padlock(visit: Visit) -> None:
    page = visit.page()
    visit.sign_in(page, PLANNER)
    visit.map(page)
    expect(page.locator(f"[data-layer={town.INTERNAL}]")).to_contain_text("Interne")


def test_a_link_to_an_internal_layer_opens_for_the_public_without_naming_it(visit: Visit) -> None:
    page = visit.page()
    visit.map(page, f"/carte/?couches={town.INTERNAL}&couches=aires-de-jeux")
    notice = page.get_by_role("status").filter(has_text="ne vous est pas ouverte")
    expect(notice.locator("code")).to_have_text(town.INTERNAL)
    expect(page.get_by_role("switch", name="Bâtiments patrimoniaux")).to_have_count(0)
    expect(page.get_by_text("Bâtiments patrimoniaux")).to_have_count(0)


def test_signing_out_hides_the_internal_layer_again(visit: Visit) -> None:
    page = visit.page()
    visit.sign_in_by_form(page, PLANNER)
    page.locator("summary").filter(has_text=PLANNER.name).click()
    page.get_by_role("button", name="Se déconnecter").click()
    page.goto("/catalogue/")
    expect(page.get_by_role("link", name="Bâtiments patrimoniaux")).to_have_count(0)
