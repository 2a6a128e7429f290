"""The pieces of the design system work and are clean, in every mode a reader may choose."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.tour import COLOURS, DARK_DESK, EVERY_RULE, LIGHT_DESK, Mode, Tour, violations
from tests.browser.visit import Visit


def test_every_piece_is_clean_in_every_colour_and_fits(visit: Visit, axe: str) -> None:
    modes = (LIGHT_DESK, DARK_DESK, Mode(320, "dark", EVERY_RULE), Mode(320, "light", COLOURS))
    tour = Tour(visit.page(), axe, modes)
    tour.go("/style/")
    tour.see_in_the_colours_of_the_system("the pieces")
    tour.modes = (DARK_DESK, Mode(1440, "light", COLOURS))
    tour.page.emulate_media(contrast="more")
    tour.see("the pieces with more contrast")
    assert tour.faults == {}


def test_the_pieces_answer_to_keys(visit: Visit, axe: str, subtests: pytest.Subtests) -> None:
    page = visit.page()
    page.goto("/style/")
    with subtests.test("arrows move between tabs"):
        page.get_by_role("tab", name="Fiche").focus()
        page.keyboard.press("ArrowRight")
        expect(page.get_by_role("tab", name="Voisinage")).to_be_focused()
        expect(page.get_by_role("tabpanel", name="Voisinage")).to_be_visible()
    with subtests.test("a failure stays in the region read aloud until it is closed"):
        page.get_by_role("button", name="Un message d’échec").click()
        region = page.locator("[data-toasts][role=status]")
        expect(region).to_contain_text("La vue n’a pas pu être enregistrée")
        region.get_by_role("button", name="Fermer ce message").click()
        expect(region.locator(".toast")).to_have_count(0)
    with subtests.test("a dialog is clean, takes the focus and gives it back"):
        opener = page.get_by_role("button", name="Ouvrir un dialogue")
        opener.click()
        expect(page.get_by_role("dialog", name="Supprimer cette vue ?")).to_be_visible()
        assert violations(page, axe) == []
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(opener).to_be_focused()
