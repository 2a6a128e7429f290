"""A citizen finds on a phone what applies to an address, in three actions at most, and understands it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from reference_data.vocabulary import PerimeterMethod
from tests import factories
from tests.browser.tour import DARK_DESK, DARK_PHONE, LIGHT_DESK, LIGHT_PHONE, Tour
from tests.browser.visit import Visit
from tests.parcels import address, easement, parcel, rectangle

MOST_ACTIONS = 3


def street() -> None:
    """A house on its parcel, in a zone beside that of the town, in the circle of a monument and a protected wood."""
    address(12, "bis")
    parcel(contenance=9_990)
    factories.zone("UA", geom=rectangle(-10, -10, 110, 110), libelong="Centre ancien")
    factories.prescription_surf("Bois à garder", geom=rectangle(0, 0, 50, 50))
    easement("AC1-130013907-1-1-1", rectangle(-300, -300, 300, 300), PerimeterMethod.TAMPON, paramcalc=500)


def find_rules(page: Page) -> int:
    """Go from the home page to the sheet; return the number of actions."""
    actions: list[Callable[[], object]] = [
        lambda: page.get_by_label("Une adresse, une parcelle ou des coordonnées").fill(
            "12 bis rue de la république meudon"
        ),
        lambda: page.get_by_role("button", name="Voir les règles").click(),
    ]
    for action in actions:
        action()
    return len(actions)


def test_a_citizen_finds_what_applies_to_an_address(
    visit: Visit, axe: str, subtests: pytest.Subtests
) -> None:
    street()
    page = visit.page(width=375, height=812)
    page.goto("/")
    with subtests.test("in three actions at most"):
        assert find_rules(page) <= MOST_ACTIONS
        expect(page.get_by_role("heading", level=1)).to_have_text("Parcelle AB 123")
    with subtests.test("the summary is the first thing said"):
        expect(page.locator(".applies-sum")).to_contain_text("Deux zones, une prescription, une servitude.")
    with subtests.test("each family explains itself"):
        help_texts = page.locator(".applies-help")
        help_texts.first.locator("summary").click()
        expect(help_texts.first).to_contain_text("Une zone dit ce qu’on peut construire")
    tour = Tour(page, axe, (LIGHT_PHONE, DARK_PHONE, LIGHT_DESK, DARK_DESK))
    tour.see("the sheet")
    with subtests.test("nothing is wrong for who reads otherwise"):
        assert tour.faults == {}
