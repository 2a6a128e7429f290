"""A reader chooses a part of a plan, then an indicator: the table keeps the others, the curve follows."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from layers.models import Layer
from plans.models import Axis
from tests import dashboards
from tests.browser.tour import excess_width, violations
from tests.browser.visit import Visit
from tests.plans import INDICATORS, indicator_of, plan_of

NOW = timezone.localdate().year
STATES = {
    "state": "etat",
    "good": ["atteint", "en_bonne_voie"],
    "warn": ["en_retard"],
    "bad": ["hors_trajectoire"],
}
FOLLOWED = STATES | {
    "measure": "valeur_mesure", "measure_year": "annee_mesure", "target": "valeur_cible", "target_year": "annee_cible",
    "gap": "ecart", "units": "unite", "selects": "code", "records": "mesures", "steps": "jalons",
    "projection": "projection",
}  # fmt: skip


def panel(name: str, kind: str, width: int, options: dict[str, Any]) -> dict[str, Any]:
    """Return a panel about every indicator."""
    asked = {"layer": INDICATORS}
    return {
        "id": name, "kind": kind, "title": name.capitalize(), "width": width, "height": 6, "question": asked,
        "options": options,
    }  # fmt: skip


@pytest.fixture
def board(site: str) -> None:
    """A public dashboard over a plan of two axes."""
    Layer.objects.filter(slug=INDICATORS).update(visibility="open")
    Axis.objects.create(plan=plan_of(), code="2", titre="Protéger", rang=20)
    way = {NOW - 6: 100.0, NOW + 4: 50.0}
    indicator_of(way, {NOW - 2: 82.0, NOW - 1: 78.0})
    indicator_of(way, {NOW - 1: 74.0}, code="energie")
    indicator_of(way, {NOW - 1: 60.0}, code="bruit", axis="2")
    tree = STATES | {"level_1": "axe", "level_2": "sous_axe", "clears": ["code"]}
    panels = [
        panel("axes", "outline", 3, tree),
        panel("suivi", "tracking", 9, FOLLOWED),
        panel("courbe", "trajectory", 12, FOLLOWED),
    ]
    section = {"id": "tout", "title": "Tout", "panels": panels}
    links = {"indicateur": {INDICATORS: "code"}}
    dashboards.dashboard("plan", sections=[section], links=links, is_public=True)


def test_a_part_then_a_row_are_chosen_and_undone(board: None, visit: Visit, axe: str) -> None:
    page = visit.page()
    page.goto("/tableaux-de-bord/plan/")
    rows, curve = page.locator("#panneau-suivi tbody tr"), page.locator(".trajectory-name")
    expect(rows).to_have_count(3)
    page.get_by_role("button", name="1. Réduire").press("Enter")
    expect(rows).to_have_count(2)
    expect(page.locator(".outline-2")).to_have_count(1)
    part = page.locator(".outline-1 .outline-part").first
    expect(part).to_have_attribute("aria-pressed", "true")
    expect(part).to_be_focused()
    page.get_by_role("link", name="Energie").click()
    expect(curve).to_contain_text("Energie")
    expect(rows).to_have_count(2)
    expect(page.locator("#panneau-suivi tr[data-filtered]")).to_have_count(1)
    expect(page).to_have_url(re.compile("axe=.*indicateur=energie|indicateur=energie.*axe="))
    assert violations(page, axe) == []
    page.get_by_role("button", name="2. Protéger").click()
    expect(curve).to_contain_text("Bruit")
    expect(page).not_to_have_url(re.compile("indicateur="))
    page.get_by_role("button", name="Ensemble").click()
    expect(rows).to_have_count(3)
    expect(page).not_to_have_url(re.compile("axe="))


def test_a_phone_shows_the_state_of_each_row_without_sliding(board: None, visit: Visit, axe: str) -> None:
    page = visit.page(width=375, scheme="dark")
    page.goto("/tableaux-de-bord/plan/")
    rows = page.locator("#panneau-suivi tbody tr")
    expect(rows).to_have_count(3)
    assert page.locator("#panneau-suivi .panel-scroll").evaluate("it => it.scrollWidth <= it.clientWidth")
    for row in rows.all():
        state = row.locator(".panel-state").bounding_box()
        assert state is not None
        assert state["x"] + state["width"] <= 375
    expect(page.get_by_role("row").filter(has_text="Energie").get_by_role("cell", name="74")).to_have_count(1)
    # A panel is read when it comes near, and takes the place of what was there: its place is not awaited at rest.
    page.locator("#panneau-courbe").evaluate("it => it.scrollIntoView()")
    expect(page.locator("#panneau-courbe svg").first).to_be_attached()
    assert violations(page, axe) == []
    assert excess_width(page) == 0
