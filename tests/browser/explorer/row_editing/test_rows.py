"""Rows are edited in cells by keyboard; two people on one row lose nothing of what either typed."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from heritage.models import RemarkableTree
from tests.browser.tour import EVERYWHERE, Tour
from tests.browser.visit import Visit
from tests.people import Person
from tests.world import TREES, grant

EDITORS = (Person("elagueuse", groups=("Élagage",)), Person("jardiniere", groups=("Élagage",)))
PAGE = f"/catalogue/{TREES}/modifier/"
SAVED = "Enregistré à"


def open_page(visit: Visit, person: Person) -> Page:
    page = visit.page()
    visit.sign_in(page, person)
    page.goto(PAGE)
    expect(page.locator("[data-rows]")).to_have_attribute("data-state", "ready")
    return page


def cell(page: Page, tree: RemarkableTree, name: str) -> Locator:
    return page.locator(f"#row-{tree.pk} [data-name={name}]")


def type_in(page: Page, target: Locator, text: str) -> None:
    """Type a text over the value of a cell, by keyboard alone once it has the focus."""
    target.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Control+a")
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def test_two_people_on_one_row_choose_by_field_and_nothing_typed_is_lost(visit: Visit, axe: str) -> None:
    for person in EDITORS:
        grant(person, TREES, can_add=True, can_change=True)
    visit.watch.expected |= {409, 422}
    tree = RemarkableTree.objects.earliest("pk")
    first, second = (open_page(visit, person) for person in EDITORS)
    tour = Tour(first, axe, EVERYWHERE)
    tour.see("table")

    type_in(second, cell(second, tree, "adresse"), "la leur")
    expect(second.locator(".rows-status")).to_contain_text(SAVED)
    type_in(first, cell(first, tree, "adresse"), "la mienne")
    expect(first.get_by_text(EDITORS[1].name).first).to_be_visible()
    expect(cell(first, tree, "adresse")).to_have_text("la mienne")
    tour.see("conflict")
    first.get_by_role("radio", name="La vôtre").check()
    first.get_by_role("button", name="Enregistrer le résultat").click()
    expect(first.locator(".rows-status")).to_contain_text(SAVED)
    assert RemarkableTree.objects.get(pk=tree.pk).adresse == "la mienne"

    type_in(first, cell(first, tree, "hauteur"), "haut")
    expect(cell(first, tree, "hauteur")).to_contain_text("haut")
    expect(cell(first, tree, "hauteur").locator(".rows-fault")).to_be_visible()
    type_in(first, cell(first, tree, "hauteur"), "12,5")
    expect(cell(first, tree, "hauteur")).to_have_text("12,5")
    first.get_by_role("button", name="Annuler").click()
    expect(first.locator(".rows-status")).to_contain_text("Annulé")
    tour.see("form")
    assert not tour.faults
