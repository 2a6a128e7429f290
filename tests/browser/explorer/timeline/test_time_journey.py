"""A visitor chooses a period by keyboard, compares its halves and closes all of it; axe passes in every mode."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from playwright.sync_api import expect

from heritage.models import RemarkableTree
from tests import factories
from tests.browser.tour import Tour
from tests.browser.visit import Visit, resize

TREES = "arbres-remarquables"
MAP = f"/carte/?couches={TREES}"


@pytest.fixture
def dated(visit: Visit) -> None:
    """Trees of four months, and none without a date but one."""
    RemarkableTree.objects.all().delete()
    for month in (1, 2, 3, 3, 4):
        factories.tree(f"Arbre {month}", date_releve=dt.date(2024, month, 15))
    factories.tree("Sans date", date_releve=None)


def test_a_period_is_chosen_by_keyboard_then_compared(
    visit: Visit, dated: None, axe: str, subtests: pytest.Subtests
) -> None:
    page = visit.page()
    visit.map(page, MAP)
    row = page.locator(f'[data-layer="{TREES}"]')
    row.locator("summary").first.click()
    row.locator("[data-time]").press("Enter")
    start = page.get_by_role("slider", name="Début de la période")
    with subtests.test("the bar takes the focus, and its handle says its month"):
        expect(page.locator("[data-time-bar]")).to_be_visible()
        start.focus()
        expect(start).to_have_attribute("aria-valuetext", "janvier 2024")
    with subtests.test("keys choose a period, which is the filter of the date"):
        page.keyboard.press("ArrowRight")
        expect(page.locator("[data-time-words]")).to_have_text("depuis février 2024 · 4 objets")
        page.wait_for_url(re.compile(rf"{TREES}\.date_releve=2024-02-01\.\.&{TREES}\.date_releve=-"))
        expect(page.locator("#map-chips")).to_contain_text("à partir du 1er février 2024 ou non renseigné")
    with subtests.test("what has no date answers until its box is unticked"):
        page.get_by_label("1 sans date").press("Space")
        page.wait_for_url(re.compile(rf"{TREES}\.date_releve=2024-02-01\.\.&temps"))
    tour = Tour(page, axe)
    tour.see("the bar of time")
    resize(page, 1440)
    with subtests.test("the dialog proposes both halves, and the list counts both sides"):
        page.locator("[data-time-bar] [data-compare]").press("Enter")
        expect(page.get_by_role("dialog", name="Comparer")).to_be_visible()
        tour.see("the dialog")
        resize(page, 1440)
        page.get_by_role("dialog").get_by_role("button", name="Comparer").press("Enter")
        page.wait_for_url(re.compile(rf"rideau={TREES}@2024-02-01\.\.2024-03-31:50:{TREES}@2024-04-01"))
        expect(page.locator('[data-variant="left"]')).to_contain_text(re.compile(r"À gauche[^·]*3\s+objets"))
        expect(page.locator('[data-variant="right"]')).to_contain_text(
            re.compile(r"À droite[^·]*1\s+objet\b")
        )
    with subtests.test("Escape ends the comparison, then the bar, whose range stays"):
        page.get_by_role("slider", name="Limite entre les deux cartes").press("Escape")
        start.press("Escape")
        expect(page.locator("[data-time-bar]")).to_be_hidden()
        page.wait_for_url(re.compile(rf"{TREES}\.date_releve=2024-02-01\.\.(?!.*temps=)"))
    assert tour.faults == {}
