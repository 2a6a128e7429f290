"""axe-core finds nothing on any page, in light and in dark, wide and narrow; no page is wider than its screen."""

from __future__ import annotations

import pytest
from django.test import RequestFactory
from playwright.sync_api import Route

from gisportal.views import server_error
from tests.browser import town
from tests.browser.conftest import Visit
from tests.browser.tour import RULES, Tour, violations
from tests.people import OUTSIDER

__all__ = ["RULES", "violations"]  # the tests of other pages take them from here

TREES, GARDENS, ZONES = "arbres-remarquables", "aires-de-jeux", "plui-zones"
PAGES = [
    "/",
    "/catalogue/",
    "/catalogue/?q=arbre",
    "/catalogue/?q=rien+du+tout",
    f"/catalogue/{TREES}/",
    f"/catalogue/{ZONES}/?commune={town.MEUDON}",
    "/recherche/",
    "/recherche/?q=tilleul",
    "/recherche/?q=rien+du+tout",
    f"/carte/filtres/{TREES}/?couches={TREES}",
    f"/carte/statistiques/{TREES}/",
    f"/carte/telecharger/?couches={TREES}&couches={ZONES}",
    "/carte/vues/",
    "/compte/connexion/",
    "/accessibilite/",
    "/connecter/",
    f"/connecter/{GARDENS}/",
    "/hors-ligne/",
]
API_PAGES = [
    "/api/?f=html",
    "/api/conformance?f=html",
    "/api/collections?f=html",
    f"/api/collections/{GARDENS}?f=html",
    f"/api/collections/{GARDENS}/items?f=html",
    f"/api/collections/{TREES}/queryables?f=html",
    f"/api/collections/{TREES}/schema?f=html",
    f"/api/collections/{TREES}/items?f=html&q=rien+du+tout",
    f"/api/collections/{ZONES}/aggregate?group_by=typezone&measures=count,area&f=html",
]
REFUSALS = [
    "/catalogue/?couleur=bleu",
    "/jeux/",
    "/nulle-part/",
    f"/api/collections/{TREES}/items?f=html&limit=2&bbox=1",
    f"/api/collections/{TREES}/items/999999?f=html",
]
# A state has the same colours on every screen: each scheme on a desk, and on a phone the one that fails more.
MODES = [(1440, "light"), (1440, "dark"), (375, "dark")]


@pytest.mark.parametrize(("width", "scheme"), MODES)
def test_pages_for_people_are_clean(visit: Visit, axe: str, width: int, scheme: str) -> None:
    garden = f"/catalogue/{GARDENS}/{town.garden().pk}/"
    tour = Tour(visit.page(width=width, scheme=scheme), axe)
    for address in [*PAGES, garden, f"{garden}signaler/"]:
        tour.go(address)
    assert tour.faults == {}


@pytest.mark.parametrize(("width", "scheme"), MODES)
def test_pages_of_the_api_are_clean(visit: Visit, axe: str, width: int, scheme: str) -> None:
    tour = Tour(visit.page(width=width, scheme=scheme), axe)
    for address in [*API_PAGES, f"/api/collections/{GARDENS}/items/{town.garden().pk}?f=html"]:
        tour.go(address)
    assert tour.faults == {}


@pytest.mark.parametrize(("width", "scheme"), MODES)
def test_refusals_are_clean(visit: Visit, axe: str, width: int, scheme: str) -> None:
    visit.watch.expected.update({400, 403, 404})
    page = visit.page(width=width, scheme=scheme)
    visit.sign_in(page, OUTSIDER)
    tour = Tour(page, axe)
    for address in REFUSALS:
        tour.go(address)
    assert tour.faults == {}


@pytest.mark.parametrize(("width", "scheme"), MODES)
def test_the_page_of_a_breakdown_is_clean(visit: Visit, axe: str, width: int, scheme: str) -> None:
    visit.watch.expected.add(500)
    page = visit.page(width=width, scheme=scheme)
    broken = server_error(RequestFactory().get("/panne/", headers={"Accept": "text/html"}))

    def fail(route: Route) -> None:
        route.fulfill(status=500, body=broken.content, content_type="text/html; charset=utf-8")

    page.route("**/panne/", fail)
    tour = Tour(page, axe)
    tour.go("/panne/")
    assert tour.faults == {}
