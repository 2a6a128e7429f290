"""axe-core finds nothing on any page, in light and in dark, wide and narrow; no page is wider than its screen.

Each page is opened once: some are also read in the colours of the system, and spaced out as a reader may ask.
"""

from __future__ import annotations

import datetime as dt

from django.test import RequestFactory
from django.utils import timezone
from playwright.sync_api import Route

from gisportal.problems import server_error
from layers.models import Layer
from reuses.models import Reuse
from reuses.vocabulary import ReuseState
from tests.browser import town
from tests.browser.site.spacing import cut_words
from tests.browser.tour import ANY_WIDTH, EACH_SCREEN, Tour
from tests.browser.visit import Visit
from tests.people import OUTSIDER
from usage.services import Use, add_uses

TREES, GARDENS, ZONES = "arbres-remarquables", "aires-de-jeux", "plui-zones"
PAGES = [
    "/",
    "/catalogue/",
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
    "/wfs",
    f"/connecter/{GARDENS}/",
    "/hors-ligne/",
    f"/catalogue/{TREES}/usages/",
    f"/catalogue/{TREES}/reutilisations/",
    "/formulaires/",
    f"/urbanisme/inventaire/{TREES}/",
    f"/catalogue/{TREES}/reutilisations/nouvelle/",
]
# Those of each layout.
READ_IN_ANY_COLOURS = {"/", "/catalogue/", f"/catalogue/{TREES}/", "/compte/connexion/"}
READ_SPACED_OUT = READ_IN_ANY_COLOURS | {"/recherche/?q=tilleul"}
API_PAGES = [
    "/api/?f=html",
    "/api/conformance?f=html",
    "/api/collections?f=html",
    f"/api/collections/{GARDENS}?f=html",
    f"/api/collections/{GARDENS}/items?f=html",
    f"/api/collections/{TREES}/queryables?f=html",
    "/api/collections/catalogue/items?f=html",
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


def _make_use_of(slug: str) -> None:
    """Show the use of a layer to everybody, counted yesterday, and a reuse of it."""
    add_uses({Use(timezone.localdate() - dt.timedelta(days=1), "telechargement", slug, form="csv"): 12}, {})
    Layer.objects.filter(slug=slug).update(is_use_public=True)
    reuse = Reuse.objects.create(
        title="Promenade", address="https://promenade.example.org/", description="Une carte.", organisation="Parc",
        state=ReuseState.ACCEPTED, decided_at=timezone.now(),
    )  # fmt: skip
    reuse.layers.set(Layer.objects.filter(slug=slug))


def test_pages_for_people_are_clean(visit: Visit, axe: str) -> None:
    _make_use_of(TREES)
    tour = Tour(visit.page(), axe, ANY_WIDTH)
    for address in [*PAGES, f"/catalogue/{GARDENS}/{town.garden().pk}/signaler/"]:
        tour.go(address)
        if address in READ_IN_ANY_COLOURS:
            tour.see_on_a_dark_desk(address)
            tour.see_in_the_colours_of_the_system(address)
        if address in READ_SPACED_OUT:
            tour.faults |= cut_words(tour.page, address)
    assert tour.faults == {}


def test_pages_of_the_api_are_clean(visit: Visit, axe: str) -> None:
    tour = Tour(visit.page(), axe, ANY_WIDTH)
    for address in [*API_PAGES, f"/api/collections/{GARDENS}/items/{town.garden().pk}?f=html"]:
        tour.go(address)
    assert tour.faults == {}


def test_refusals_are_clean(visit: Visit, axe: str) -> None:
    visit.watch.expected.update({400, 403, 404})
    page = visit.page()
    visit.sign_in(page, OUTSIDER)
    tour = Tour(page, axe, ANY_WIDTH)
    for address in REFUSALS:
        tour.go(address)
    assert tour.faults == {}


def test_the_page_of_a_breakdown_is_clean(visit: Visit, axe: str) -> None:
    visit.watch.expected.add(500)
    page = visit.page()
    broken = server_error(RequestFactory().get("/panne/", headers={"Accept": "text/html"}))

    def fail(route: Route) -> None:
        route.fulfill(status=500, body=broken.content, content_type="text/html; charset=utf-8")

    page.route("**/panne/", fail)
    tour = Tour(page, axe, EACH_SCREEN)
    tour.go("/panne/")
    assert tour.faults == {}
