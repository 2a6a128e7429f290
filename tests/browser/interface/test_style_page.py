"""The pieces of the design system work and are clean, in every mode a reader may choose."""

from __future__ import annotations

from typing import Literal

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


def test_a_dialog_takes_the_focus_and_gives_it_back(visit: Visit) -> None:
    page = visit.page()
    page.goto("/style/")
    opener = page.get_by_role("button", name="Ouvrir un dialogue")
    opener.click()
    expect(page.get_by_role("dialog", name="Supprimer cette vue ?")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(opener).to_be_focused()


def test_an_open_dialog_is_clean(visit: Visit, axe: str) -> None:
    page = visit.page()
    page.goto("/style/")
    page.get_by_role("button", name="Ouvrir un dialogue").click()
    assert violations(page, axe) == []


def test_a_failure_stays_in_the_region_read_aloud_until_it_is_closed(visit: Visit) -> None:
    page = visit.page()
    page.goto("/style/")
    page.get_by_role("button", name="Un message d’échec").click()
    region = page.locator("[data-toasts][role=status]")
    expect(region).to_contain_text("La vue n’a pas pu être enregistrée")
    region.get_by_role("button", name="Fermer ce message").click()
    expect(region.locator(".toast")).to_have_count(0)


def test_arrows_move_between_tabs(visit: Visit) -> None:
    page = visit.page()
    page.goto("/style/")
    page.get_by_role("tab", name="Fiche").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Voisinage")).to_be_focused()
    expect(page.get_by_role("tabpanel", name="Voisinage")).to_be_visible()
