"""The pieces of the design system work and are clean, in every mode a reader may choose."""

from __future__ import annotations

from typing import Literal

import pytest
from playwright.sync_api import expect

from tests.browser.tour import DESK, EVERY_RULE, Mode, Tour, violations
from tests.browser.visit import Visit

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def test_every_piece_is_clean_and_fits(visit: Visit, axe: str) -> None:
    modes = tuple(Mode(width, scheme, EVERY_RULE) for width in (1440, 320) for scheme in SCHEMES)
    tour = Tour(visit.page(), axe, modes)
    tour.go("/style/")
    assert tour.faults == {}


def test_every_piece_is_clean_in_the_colours_a_reader_asks_for(visit: Visit, axe: str) -> None:
    tour = Tour(visit.page(), axe, DESK)
    tour.page.emulate_media(contrast="more")
    tour.go("/style/")
    tour.page.emulate_media(contrast="no-preference", forced_colors="active")
    tour.see("the colours of the system")
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
