"""Panels use the room that they have: bars fill it, a table that scrolls ends at a whole row, at every width."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests import dashboards, factories
from tests.browser.visit import Visit

TREES = "arbres-remarquables"
HEAD = "Chêne rouvre du carrefour des deux forêts"
PANELS: list[dict[str, Any]] = [
    {
        "id": "sortes",
        "kind": "bar",
        "title": "Par protection",
        "width": 6,
        "height": 5,
        "question": {"layer": TREES, "by": ["protection"]},
    },
    {
        "id": "liste",
        "kind": "table",
        "title": "La liste",
        "width": 6,
        "height": 5,
        "question": {"layer": TREES, "fields": ["nom_vernaculaire", "commune", "genre"], "limit": 40},
    },
]
# The part of its panel that a chart fills, from its top to what stands under it.
FILLED = """() => {
  const body = document.querySelector("#panneau-sortes .panel-body").getBoundingClientRect();
  const svg = document.querySelector("#panneau-sortes .panel-stage svg").getBoundingClientRect();
  return (svg.bottom - body.top) / body.height;
}"""
# From then on, how often Vega draws a chart of the page.
COUNT_DRAWINGS = """() => {
  window.drawings = 0;
  const count = ({ target, addedNodes }) => {
    if (target instanceof HTMLElement && target.matches(".panel-stage"))
      window.drawings += [...addedNodes].filter(({ localName }) => localName === "svg").length;
  };
  new MutationObserver((changes) => changes.forEach(count)).observe(document.body, { subtree: true, childList: true });
}"""
# The pixels of the row that a scrolling table cuts at its end: none where it ends at a row.
CUT_ROW = """() => {
  const { bottom } = document.querySelector("#panneau-liste .panel-scroll").getBoundingClientRect();
  const rows = [...document.querySelectorAll("#panneau-liste tbody tr")].map((row) => row.getBoundingClientRect());
  return Math.max(0, ...rows.filter((row) => row.top < bottom - 2).map((row) => row.bottom - bottom));
}"""


@pytest.fixture
def board(site: str) -> None:
    """A public dashboard of forty trees: their protections as bars beside their list."""
    with factories.in_bulk():
        for number in range(40):
            factories.tree(f"{HEAD} {number}", genre="Quercus")
    section = {"id": "tout", "title": "Tout", "panels": PANELS}
    dashboards.dashboard("place", sections=[section], is_public=True)


def opened(visit: Visit, **how: Any) -> Page:
    """Open the dashboard, and wait until both panels are there."""
    page = visit.page(**how)
    page.goto("/tableaux-de-bord/place/")
    expect(page.locator("#panneau-sortes panel-chart[data-state=ready]")).to_be_attached()
    expect(page.locator("#panneau-liste tbody tr").first).to_be_attached()
    return page


def test_bars_of_few_groups_fill_their_panel(board: None, visit: Visit) -> None:
    page = opened(visit)
    page.wait_for_function(f"() => ({FILLED})() > 0.9")
    assert page.evaluate(FILLED) <= 1.01


def test_a_chart_that_fills_its_panel_is_drawn_once_under_a_filter(board: None, visit: Visit) -> None:
    page = opened(visit)
    page.wait_for_function(f"() => ({FILLED})() > 0.9")
    page.evaluate(COUNT_DRAWINGS)
    page.locator("#panneau-sortes .panel-stage [data-mark]").first.click()
    expect(page).to_have_url(re.compile("protection="))
    page.wait_for_function(f"() => window.drawings > 0 && ({FILLED})() > 0.9")
    expect(page.locator("#panneau-sortes panel-chart[data-state=ready]")).to_be_attached()
    assert page.evaluate("window.drawings") == 1


@pytest.mark.parametrize("width", [375, 768, 1440])
def test_a_table_that_scrolls_ends_at_a_whole_row(board: None, visit: Visit, width: int) -> None:
    page = opened(visit, width=width)
    page.wait_for_function(f"() => ({CUT_ROW})() <= 2")
    assert page.locator("#panneau-liste .panel-scroll").evaluate("e => e.scrollHeight > e.clientHeight")
