"""The review of a delivery in a browser: rows by keyboard, a remark; axe finds nothing on a desk or a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.tour import EACH_SCREEN, Tour
from tests.browser.visit import Visit
from tests.deliveries import bench, dataset, deliver, published
from tests.factories import MEUDON, SEVRES
from tests.people import ADMINISTRATOR, PLANNER
from tests.world import grant

MAP_READY = "[data-review-map][data-state=ready]"


def test_a_delivery_is_reviewed_by_keyboard(visit: Visit, axe: str, subtests: pytest.Subtests) -> None:
    made = dataset("bancs")
    lines = [bench(f"B{n}", f"Banc {n}", at=MEUDON) for n in range(1, 9)]
    published(made, *lines)
    grant(PLANNER, "bancs", can_add=True, can_change=True, can_delete=True)
    changed = [bench("B1", "Banc 1", at=SEVRES), bench("B2", "Banc 2", places="4"), *lines[2:]]
    deliver(made, *changed, visitor=PLANNER.visitor())
    page = visit.page()
    visit.sign_in(page, ADMINISTRATOR)
    tour = Tour(page, axe, EACH_SCREEN)
    page.goto("/jeux/bancs/livraisons/2/relecture/")
    page.wait_for_selector(MAP_READY)
    tour.see("the review")
    title = page.locator("#detail-title")
    with subtests.test("arrows go from row to row, and the detail follows"):
        expect(title).to_contain_text("Banc 1")
        page.get_by_role("link", name="Banc 1", exact=True).focus()
        page.keyboard.press("ArrowDown")
        expect(title).to_contain_text("Banc 2")
        expect(page.get_by_role("link", name="Banc 2", exact=True)).to_be_focused()
    with subtests.test("c writes a remark, which stays with its row"):
        page.keyboard.press("c")
        expect(page.get_by_label("Remarque sur cette ligne")).to_be_focused()
        page.keyboard.type("Quatre places ?")
        page.locator("#detail").get_by_role("button", name="Ajouter").click()
        expect(page.locator("#remarques-ligne")).to_contain_text("pas encore envoyée")
    with subtests.test("sending back carries the remark"):
        page.get_by_text("Renvoyer, 1 remarque").click()
        tour.see("sending back")
        page.get_by_role("button", name="Renvoyer au producteur").click()
        expect(page.locator("#decision")).to_contain_text("Renvoyée")
    with subtests.test("axe finds nothing"):
        assert tour.faults == {}
