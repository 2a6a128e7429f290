"""A town declares works of two phases, the authority publishes them, a resident finds them and subscribes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.contrib.gis.geos import LineString
from django.utils import timezone
from playwright.sync_api import Page, expect

from reference_data.models import Address, RoadSection
from roadworks.models import RoadWorks, StreetSubscription
from tests.browser import town
from tests.browser.tour import ANY_WIDTH, Tour
from tests.browser.visit import Visit
from tests.factories import point
from tests.people import PLANNER, TOWN_AGENT
from tests.world import grant

STREET = "Rue du Moulin"
LINE = ((2.2310, 48.8050), (2.2336, 48.8050))
MOST_ACTIONS_TO_DECLARE = 12


def street() -> None:
    """Add a street with a house, who declares works there and who approves them."""
    RoadSection.objects.create(
        cleabs="TRONROUT1", nature="Route à 1 chaussée", nom_voie_ban_gauche=STREET, importance="4",
        sens_de_circulation="Double sens", geom=LineString(*LINE, srid=4326),
    )  # fmt: skip
    Address.objects.create(
        id_ban="92048_x_14", numero=14, nom_voie=STREET, code_insee=town.MEUDON, nom_commune="Meudon",
        geom=point(2.2320, 48.8051),
    )  # fmt: skip
    for person in (TOWN_AGENT, PLANNER):
        person.account()
    grant(TOWN_AGENT, "travaux-voirie", rows=f"commune = '{town.MEUDON}'", can_add=True, can_change=True)
    grant(PLANNER, "travaux-voirie", can_add=True, can_change=True, can_approve=True)


def declare(page: Page, *, submits: bool = True) -> int:
    """Fill the form without its map, and submit it; return the number of actions."""
    today = timezone.localdate()
    days = [today, today + dt.timedelta(days=3), today + dt.timedelta(days=9)]
    actions: list[Callable[[], object]] = [
        lambda: page.get_by_label("Rue", exact=True).fill(STREET),
        lambda: page.get_by_label("Travaux", exact=True).select_option("Eau"),
        lambda: page.get_by_role("radio", name="Barrée").check(),
        lambda: page.locator("[name=phase-0-date_debut]").fill(days[0].isoformat()),
        lambda: page.locator("[name=phase-0-date_fin]").fill(days[1].isoformat()),
        lambda: page.get_by_role("button", name="Ajouter une phase").click(),
        lambda: page.locator("[name=phase-1-date_fin]").fill(days[2].isoformat()),
        lambda: page.get_by_role("button", name="Soumettre").click(),
    ]
    chosen = actions if submits else actions[:-1]
    for action in chosen:
        action()
    return len(chosen)


def test_works_go_from_a_town_to_a_resident(visit: Visit, axe: str, subtests: pytest.Subtests) -> None:
    street()
    page = visit.page()
    tour = Tour(page, axe, ANY_WIDTH)
    visit.sign_in(page, TOWN_AGENT)
    page.goto("/travaux/declarer/")
    tour.see("the form")
    with subtests.test("a town declares works of two phases in few actions"):
        assert declare(page) <= MOST_ACTIONS_TO_DECLARE
        expect(page.get_by_role("status").first).to_contain_text("Soumis")
        assert RoadWorks.objects.get().phases.count() == 2
    tour.see("the sheet of its author")
    page.context.clear_cookies()
    visit.sign_in(page, PLANNER)
    with subtests.test("the authority publishes them in two"):
        page.goto(f"/travaux/{RoadWorks.objects.get().pk}/")
        page.get_by_role("button", name="Publier").click()
        expect(page.get_by_text("C’est fait").first).to_be_visible()
    page.context.clear_cookies()
    page.goto("/travaux/")
    with subtests.test("a resident finds them in two"):
        page.get_by_role("searchbox").fill(f"14 {STREET}")
        page.get_by_role("button", name="Chercher").click()
        expect(page.get_by_role("link", name=f"{STREET}, barrée")).to_be_visible()
    tour.see("works near an address")
    with subtests.test("and subscribes"):
        page.get_by_label("Adresse électronique").fill("riverain@exemple.fr")
        page.get_by_role("button", name="Me prévenir").click()
        expect(page.get_by_role("status").first).to_contain_text("Presque fini")
        assert StreetSubscription.objects.get().email == "riverain@exemple.fr"
    page.goto("/travaux/calendrier/")
    tour.see("the calendar of the year")
    visit.sign_in(page, TOWN_AGENT)
    with subtests.test("the town sees that they hamper others before it submits those"):
        page.goto("/travaux/declarer/")
        declare(page, submits=False)
        conflict = page.get_by_role("region", name="Un chantier gêne le vôtre")
        expect(conflict.get_by_role("link", name=f"{STREET}, barrée")).to_be_visible()
    assert tour.faults == {}
