"""The tools of planners on every screen, and without script: axe on each page, no page wider than its screen."""

from __future__ import annotations

from playwright.sync_api import expect

from planning.models import ReservedPlot, ToolLayer
from planning.vocabulary import ToolRole
from tests import factories
from tests.browser import town
from tests.browser.tour import ANY_WIDTH, Tour
from tests.browser.visit import Visit
from tests.factories import IDURBA, box
from tests.parcels import parcel

IDU = "92048000AB0123"


def plan() -> None:
    """Draw a reserved plot over two parcels, and use the zones as the perimeter of pre-emption."""
    parcel(IDU, shape=box(2.2305, 48.8045, 2.2315, 48.8055))
    parcel("92048000AB0124", shape=box(2.2315, 48.8045, 2.2325, 48.8055))
    factories.prescription_surf("Futur square", box(2.2310, 48.8048, 2.2320, 48.8052), typepsc="05", txt="12")
    ReservedPlot.objects.create(idurba=IDURBA, number="12", beneficiary="Ville", state="open")
    ToolLayer.objects.filter(role=ToolRole.PREEMPTION).update(layer="plui-zones", rows="")


def test_every_tool_is_clean_on_every_screen(visit: Visit, axe: str) -> None:
    plan()
    page = visit.page()
    visit.watch.expected |= {400}
    tour = Tour(page, axe, ANY_WIDTH)
    for address in (
        "/urbanisme/",
        "/urbanisme/statistiques/?par=commune-libelle",
        "/urbanisme/superposition/?couche=parcelles&ecarts=oui",
        "/urbanisme/superposition/?couche=parcelles&filtre=inconnu",
        "/urbanisme/emplacements-reserves/",
        f"/urbanisme/preemption/?commune={town.MEUDON}",
        f"/urbanisme/consultations/?parcelle={IDU}",
    ):
        tour.go(address)
    assert tour.faults == {}


def test_a_planner_superposes_and_downloads_without_script(visit: Visit) -> None:
    plan()
    page = visit.page(script=False)
    page.goto("/urbanisme/superposition/")
    page.get_by_label("Couche", exact=True).select_option("parcelles")
    page.get_by_role("button", name="Superposer").click()
    expect(page.get_by_role("heading", name="Objet par objet")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert download.value.suggested_filename == "parcelles-plui-zones.csv"
