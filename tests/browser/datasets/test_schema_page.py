"""The fields of a new layer in a browser: moved by keyboard, listed in colours, and axe finds nothing on any page."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.tour import EACH_SCREEN, Tour
from tests.browser.visit import Visit
from tests.deliveries import bench, dataset, published
from tests.people import ADMINISTRATOR


def test_fields_are_described_by_keyboard_and_a_change_is_read(
    visit: Visit, axe: str, subtests: pytest.Subtests
) -> None:
    published(dataset("bancs"), bench("B1"), bench("B2", places="12"))
    page = visit.page()
    visit.sign_in(page, ADMINISTRATOR)
    tour = Tour(page, axe, EACH_SCREEN)
    page.goto("/jeux/nouvelle-couche/")
    page.get_by_label("Titre").fill("Mobilier")
    page.locator("#id_champs-0-title").fill("Référence")
    page.locator("#id_champs-1-title").fill("État")
    fields = page.locator("[data-field]")
    with subtests.test("a list has rows, with colours that differ"):
        page.locator("#id_champs-1-kind").select_option("list")
        labels = fields.nth(1).get_by_label("Libellé")
        labels.first.fill("Bon")
        labels.first.press("Enter")
        expect(labels.nth(1)).to_be_focused()
        labels.nth(1).fill("Cassé")
        fields.nth(1).get_by_label("En couleurs sur la carte").check()
        expect(page.locator("#id_champs-1-codes")).to_have_value("Bon | #2b8cbe\nCassé | #d95f02")
    tour.see("a new layer")
    with subtests.test("a field goes up by its button, which keeps the focus"):
        up = fields.nth(1).get_by_role("button", name="Monter État")
        up.focus()
        page.keyboard.press("Enter")
        expect(fields.nth(0).locator("input[name$=-title]")).to_have_value("État")
        expect(fields.nth(0).get_by_role("button", name="Descendre État")).to_be_focused()
    with subtests.test("the layer is made in that order"):
        page.get_by_role("button", name="Créer la couche").click()
        page.wait_for_url("**/catalogue/mobilier/")
        page.goto("/jeux/mobilier/schema/")
        expect(page.locator("#id_champs-0-title")).to_have_value("État")
    page.goto("/jeux/bancs/schema/")
    page.locator("#id_champs-2-maximum").fill("5")
    fields.nth(5).get_by_role("button", name="Retirer").click()
    page.get_by_role("button", name="Voir ce qui changerait").click()
    with subtests.test("the plan names the rows that lose a value"):
        expect(page.locator(".plan-steps")).to_contain_text("« 12 »")
    tour.see("the plan")
    with subtests.test("axe finds nothing"):
        assert tour.faults == {}
