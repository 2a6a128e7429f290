"""The chart on the page of a layer: drawn when it is seen, again at each choice, with its table beside it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.tour import EVERYWHERE, Tour
from tests.browser.visit import Visit

LAYER = "/catalogue/arbres-remarquables/"
DRAWN = "#graphique panel-chart[data-state=ready]"


def test_a_reader_makes_a_chart_of_a_layer(visit: Visit, axe: str, subtests: pytest.Subtests) -> None:
    page = visit.page()
    tour = Tour(page, axe, EVERYWHERE)
    page.goto(LAYER)
    chart = page.locator("#graphique")
    chart.scroll_into_view_if_needed()
    with subtests.test("it is drawn when it is seen"):
        expect(page.locator(DRAWN)).to_be_visible()
    with subtests.test("a choice draws it again, and keeps the focus"):
        page.get_by_label("Mesurer").select_option("avg:hauteur")
        expect(chart.get_by_role("heading", level=3)).to_have_text("Moyenne de Hauteur par commune")
        expect(page.get_by_label("Mesurer")).to_be_focused()
    with subtests.test("the page is clean with it"):
        expect(page.locator(DRAWN)).to_be_visible()
        tour.see("chart")
        assert tour.faults == {}
    with subtests.test("its link opens the same chart, without script too"):
        link = chart.locator("[data-chart]").get_attribute("data-address") or ""
        other = visit.page(script=False)
        other.goto(link)
        expect(other.get_by_role("heading", level=3)).to_have_text("Moyenne de Hauteur par commune")
        expect(other.get_by_label("Mesurer")).to_have_value("avg:hauteur")
    with subtests.test("a mark opens the features that it stands for"):
        page.locator(f"{DRAWN} [role=button]").first.press("Enter")
        page.wait_for_url(re.compile(r"/carte/.*tableau=arbres-remarquables.*commune="))
