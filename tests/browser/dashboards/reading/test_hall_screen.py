"""A hall screen shows a section at a time, whole: nothing is scrolled, and each panel fills its cell."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests import dashboards
from tests.browser.visit import Visit
from tests.waiting import settled

TREES = "arbres-remarquables"
# How many pixels of a screen are under its panels, and how much of the page does not fit it.
EDGES = """() => {
  const grid = document.querySelector(".dashboard-section:not([hidden]) .panel-grid").getBoundingClientRect();
  return [Math.round(innerHeight - grid.bottom), document.documentElement.scrollHeight - innerHeight];
}"""
# The part of its panel that a chart fills, in percents of the height left by its legend.
FILLED = """() => [...document.querySelectorAll(".dashboard-section:not([hidden]) panel-chart")].map((chart) => {
  const { bottom } = chart.closest(".panel-read").lastElementChild.getBoundingClientRect();
  const body = chart.closest(".panel-body").getBoundingClientRect();
  return Math.round((100 * (bottom - body.top)) / body.height);
})"""


def panel(name: str, kind: str, width: int, height: int, **question: Any) -> dict[str, Any]:
    asked = {"layer": TREES, "measures": ["count"], **question}
    return {"id": name, "kind": kind, "title": name, "width": width, "height": height, "question": asked}


@pytest.fixture
def hall(site: str) -> None:
    """A dashboard of four figures, then more panels than a screen holds."""
    figures = [panel(f"n{number}", "figure", 3, 2) for number in range(4)]
    charts = [
        panel("genres", "bar", 7, 5, by=["genre"]),
        panel("hauteurs", "histogram", 5, 5, by=["width5:hauteur"]),
        panel("communes", "table", 6, 5, by=["commune"]),
        panel("etats", "donut", 6, 5, by=["genre"]),
    ]
    dashboards.dashboard(
        "hall",
        sections=[
            {"id": "essentiel", "title": "L’essentiel", "panels": figures},
            {"id": "arbres", "title": "Les arbres", "text": "Un **mot** d’abord.", "panels": charts},
        ],
        is_public=True,
    )


def visible_panels(page: Page) -> list[str]:
    panels = page.locator(".dashboard-section:not([hidden]) .panel")
    return [str(each.get_attribute("data-panel")) for each in panels.all()]


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1920, 1080)])
def test_each_screen_is_whole_and_each_panel_fills_its_cell(
    visit: Visit, hall: None, width: int, height: int
) -> None:
    page = visit.page(width=width, height=height)
    page.goto("/tableaux-de-bord/hall/ecran/")
    screens = [["n0", "n1", "n2", "n3"], ["genres", "hauteurs"], ["communes", "etats"]]
    for names in screens:
        assert visible_panels(page) == names
        expect(page.locator(".dashboard-section:not([hidden]) [aria-busy]")).to_have_count(0)
        page.wait_for_function(f"() => (([below, over]) => 0 < below && below < 50 && !over)(({EDGES})())")
        for chart in page.locator(".dashboard-section:not([hidden]) panel-chart").all():
            expect(chart).to_have_attribute("data-state", "ready")
        page.wait_for_function(f"() => ({FILLED})().every((part) => part > 85 && part <= 101)")
        page.get_by_role("button", name="Suivante").click()
    number = page.locator("#panneau-n0 .panel-value strong")
    assert number.evaluate("(element) => element.getBoundingClientRect().height") > height / 10


# What of a panel is outside its cell.
OUTSIDE = """(panel) => {
  const cell = panel.querySelector(".panel-body").getBoundingClientRect();
  return [...panel.querySelectorAll(".panel-body *")].map((part) => part.getBoundingClientRect())
    .filter(({ right, bottom }) => right > cell.right + 1 || bottom > cell.bottom + 1).length;
}"""


def test_figures_and_rows_are_as_large_as_their_cell_and_no_larger(visit: Visit, hall: None) -> None:
    page = visit.page(width=1920, height=1080)
    page.goto("/tableaux-de-bord/hall/ecran/")
    number = page.locator("#panneau-n0 .panel-value strong")
    expect(number).to_have_text("31")
    number.evaluate("(element) => { element.textContent = '83 323 200'; }")
    page.evaluate("dispatchEvent(new Event('resize'))")
    expect(number).to_have_attribute("style", "--letters: 10;")
    assert settled(lambda: page.locator("#panneau-n0").evaluate(OUTSIDE), 0) == 0
    for _turn in range(2):
        page.get_by_role("button", name="Suivante").click()
    expect(page.locator("#panneau-communes [data-matched]")).to_be_visible()
    page.wait_for_function(f"() => ({OUTSIDE})(document.querySelector('#panneau-communes')) === 0")
    zoom = page.locator("#panneau-communes .panel-read").evaluate("(element) => Number(element.style.zoom)")
    assert zoom > 1.2


def test_a_table_that_is_too_long_has_whole_rows_and_says_how_many_are_left(visit: Visit, site: str) -> None:
    rows = panel("liste", "table", 12, 3, fields=["nom_vernaculaire", "hauteur"], limit=30)
    del rows["question"]["measures"]
    further_panels = [panel("nombre", "figure", 12, 5)]
    dashboards.dashboard(
        "long", sections=[{"id": "s", "title": "s", "panels": [rows, *further_panels]}], is_public=True
    )
    page = visit.page()
    page.goto("/tableaux-de-bord/long/ecran/")
    table = page.locator("#panneau-liste")
    more = table.locator(".kiosk-more")
    expect(more).to_be_visible()
    page.wait_for_function(f"() => ({OUTSIDE})(document.querySelector('#panneau-liste')) === 0")
    left = int((more.text_content() or "").removeprefix("+ "))
    visible = [row for row in table.locator("tbody tr").all() if row.is_visible()]
    assert len(visible) > 0
    assert len(visible) + left == table.locator("tbody tr").count()


def test_a_screen_has_neither_header_nor_reminder_nor_footer(visit: Visit, hall: None) -> None:
    page = visit.page()
    for address in ("ecran/", "integrer/"):
        page.goto(f"/tableaux-de-bord/hall/{address}")
        expect(page.get_by_role("heading", name="hall")).to_be_visible()
        outside = page.locator("body > :not(main, template, script, .skip)")
        assert [each.evaluate("(e) => e.outerHTML") for each in outside.all() if each.is_visible()] == []
