"""The plan at a date on the map: a day chosen in the panel, its tiles, its sheets, and the way back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Request, expect

from tests.browser.tour import EVERYWHERE, Tour
from tests.browser.visit import Visit
from tests.plan_in_time import BEFORE, NEW, OLD, plan_in_time


def test_a_day_is_chosen_read_and_left_again(visit: Visit, axe: str, subtests: pytest.Subtests) -> None:
    plan = plan_in_time()
    page = visit.page(drawn=True)
    tour = Tour(page, axe, EVERYWHERE)
    tiles: list[str] = []

    def note(request: Request) -> None:
        if ".mvt" in request.url:
            tiles.append(request.url)

    visit.map(page, "/carte/?couches=plui-zones&fond=aucun#14.00/48.81000/2.21000")
    page.get_by_text("Le plan à une date").click()
    page.get_by_label("Lire les couches du PLUi au").fill(BEFORE)
    page.on("request", note)
    page.locator("[data-plan-date-form]").get_by_role("button", name="Afficher").click()
    page.wait_for_url(lambda url: f"plan-date={BEFORE}" in url)
    chip = page.locator("#chip-plan-date")
    expect(chip).to_contain_text("Plan au 1er mars 2024")
    with subtests.test("the place stays"):
        assert "#14.00/48.81000/2.21000" in page.url
    with subtests.test("the list has the zones of the day"):
        rows = page.locator("#pane-list")
        expect(rows).to_contain_text(OLD)
        expect(rows).not_to_contain_text(NEW)
    with subtests.test("tiles are those of the day"):
        expect(page.locator("[data-explorer]")).to_have_attribute("data-state", "ready")
        assert tiles
        assert all(f"plan-date={BEFORE}" in url for url in tiles)
    with subtests.test("at each width, in both schemes"):
        tour.see("the plan of a day")
        assert tour.faults == {}
    with subtests.test("a sheet is that of the day"):
        page.locator(f'#pane-list a[data-feature="plui-zones/{plan.west.pk}"]').first.evaluate(
            "a => a.click()"
        )
        expect(page.locator("[data-sheet] .sheet-title")).to_have_text(OLD)
    with subtests.test("the chip leads back to what is online"):
        chip.click()
        page.wait_for_url(lambda url: "plan-date" not in url)
        expect(page.locator("#pane-list")).to_contain_text(NEW)
