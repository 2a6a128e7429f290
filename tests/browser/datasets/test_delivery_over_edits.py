"""A file over rows edited in place, by clicks: it asks what stays, by field too; then rows say where they come from."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from layers import access
from layers.services.bulk import delete_features, update_features
from layers.visitor import system_visitor
from tests.browser.tour import EACH_SCREEN, Tour
from tests.browser.visit import Visit
from tests.deliveries import bench, dataset, deliver, published
from tests.people import ADMINISTRATOR


def _scope() -> access.Scope:
    return access.scope(system_visitor(), "bancs")


def _rows() -> dict[str, tuple[str, int]]:
    return {row.f0: (row.f1, row.f2) for row in _scope().queryset}


def _question(page: Page, words: str) -> Locator:
    return page.get_by_role("group", name=words)


def test_what_stays_of_edits_is_chosen_by_field_then_put_online(
    visit: Visit, axe: str, subtests: pytest.Subtests
) -> None:
    made = dataset()
    published(made, bench("B1"), bench("B2"), bench("B3"))
    pks = {row.f0: row.pk for row in _scope().queryset}
    update_features(scope=_scope(), values={"nom": "Modifié", "places": 7}, pks=[pks["B1"]])
    delete_features(scope=_scope(), pks=[pks["B3"]])
    delivery = deliver(made, bench("B1", "Fichier", places="9"), bench("B2"), bench("B3"))

    page = visit.page()
    visit.sign_in(page, ADMINISTRATOR)
    tour = Tour(page, axe, EACH_SCREEN)
    page.goto(f"/jeux/bancs/versions/{delivery.number}/")
    with subtests.test("the page asks, and says what the file would overwrite"):
        expect(page.locator("#modifications")).to_contain_text("Choisissez ce qui reste")
        expect(page.locator("#modifications table")).to_contain_text("Modifié")
    tour.see("the questions")
    _question(page, "le fichier change aussi").get_by_label("Garder les modifications").check()
    page.get_by_text("Choisir champ par champ").click()
    page.get_by_label("places (1)").select_option("file")
    _question(page, "supprimée sur place").get_by_label("Les laisser supprimées").check()
    page.get_by_role("button", name="Enregistrer ce choix").click()
    with subtests.test("the choice is stored and read again"):
        expect(page.get_by_text("Votre choix sera appliqué")).to_be_visible()
        expect(page.get_by_label("places (1)")).to_have_value("file")
    tour.see("the answers")
    with subtests.test("online, each field has the side that was chosen"):
        page.get_by_role("button", name="Mettre en ligne").click()
        expect(page.get_by_text("en ligne").first).to_be_visible()
        assert _rows() == {"B1": ("Modifié", 9), "B2": ("Banc", 3)}
    with subtests.test("the history of a row says that it came by a delivery"):
        page.goto(f"/catalogue/bancs/modifier/{pks['B1']}/historique/")
        expect(page.get_by_role("main")).to_contain_text("par une livraison")
    assert not tour.faults
