"""Reserved plots: what the plan draws, what the team adds, who reads it, who writes it."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.contrib.gis.geos import LineString
from django.test import Client

from gisportal.journal.models import JournalEntry
from layers.models import Commune, Layer
from planning.models import ReservedPlot
from planning.vocabulary import PlotState
from tests import factories
from tests.export_files import workbook_rows
from tests.factories import IDURBA
from tests.parcels import parcel, position, rectangle
from tests.pdf import sheets, written_text
from tests.people import ADMINISTRATOR, OUTSIDER, PLANNER, Person
from tests.staff import BACKEND
from tests.world import grant

pytestmark = pytest.mark.django_db
PAGE, API, FILE = (
    "/urbanisme/emplacements-reserves/",
    "/api/planning/reserved-plots",
    "/urbanisme/emplacements-reserves/liste.",
)
NEW = "/gestion/emplacements-reserves/nouveau/"
ROW = {
    "idurba": IDURBA,
    "number": "12",
    "purpose": "Square",
    "beneficiary": "Ville de Meudon",
    "origin": "2024-01-15",
    "state": "open",
    "note": "Négociation en cours.",
}


@pytest.fixture
def plan(catalogue: dict[str, Commune]) -> int:
    """Plot 12 in two drawings over two parcels, plot 2 along a line, a prescription that is none."""
    first = factories.prescription_surf("Futur square", rectangle(0, 0, 40, 40), typepsc="05", txt="12")
    factories.prescription_surf("Futur square", rectangle(60, 0, 80, 20), typepsc="05", txt="12")
    line = LineString(position(0, 50), position(40, 50), srid=4326)
    factories.prescription_lin("Voie nouvelle", line, typepsc="05", stypepsc="01", txt="2")
    factories.prescription_surf("Parc", rectangle(0, 60, 40, 80), txt="7")
    parcel("92048000AB0001", shape=rectangle(0, 0, 50, 100))
    parcel("92048000AB0002", shape=rectangle(50, 0, 100, 100))
    return first.pk


@pytest.fixture
def described(plan: int) -> ReservedPlot:
    return ReservedPlot.objects.create(**ROW | {"origin": dt.date(2024, 1, 15)})


def plots(client: Client, **query: str) -> dict[str, dict[str, Any]]:
    return {each["number"]: each for each in client.get(API, query).json()["plots"]}


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person.account(), backend=BACKEND)
    return client


def test_drawings_of_one_number_are_one_plot_in_the_order_of_numbers(client: Client, plan: int) -> None:
    assert [(number, len(each["prescriptions"])) for number, each in plots(client).items()] == [
        ("2", 1),
        ("12", 2),
    ]


def test_area_and_parcels_are_computed_from_the_drawings(client: Client, plan: int) -> None:
    plot = plots(client)["12"]
    assert plot["area_m2"] == pytest.approx(2_000, rel=0.01)
    assert plot["parcels"] == ["92048000AB0001", "92048000AB0002"]


def test_a_plot_along_a_line_has_a_length_and_its_parcels(client: Client, plan: int) -> None:
    plot = plots(client)["2"]
    assert (round(plot["length_m"]), plot["parcels"]) == (40, ["92048000AB0001"])


def test_the_beneficiary_is_public_and_the_note_is_not(client: Client, described: ReservedPlot) -> None:
    answers = client.get(PAGE).content.decode() + json.dumps(client.get(API).json(), ensure_ascii=False)
    assert ("Ville de Meudon" in answers, "Négociation" in answers) == (True, False)


def test_the_purpose_of_the_plan_stands_where_the_team_wrote_none(client: Client, plan: int) -> None:
    assert plots(client)["12"]["purpose"] == "Futur square"


@pytest.mark.parametrize(("state", "numbers"), [("open", ["2"]), ("acquired", ["12"])])
def test_a_state_narrows_and_a_plot_without_description_is_open(
    client: Client, described: ReservedPlot, state: str, numbers: list[str]
) -> None:
    ReservedPlot.objects.update(state=PlotState.ACQUIRED)
    assert list(plots(client, etat=state)) == numbers


def test_files_have_the_rows_of_the_page(client: Client, described: ReservedPlot) -> None:
    workbook = workbook_rows(client.get(f"{FILE}xlsx").getvalue())
    csv = client.get(f"{FILE}csv").getvalue().decode()
    assert [row[0] for row in workbook] == ["Numéro", "2", "12"]
    assert "Ville de Meudon;en vigueur;15/01/2024" in csv and "Négociation" not in csv


def test_the_list_on_paper_is_on_landscape_pages(client: Client, described: ReservedPlot) -> None:
    ((width, height),) = sheets(client.get(f"{FILE}pdf").content)
    assert width > height


def test_the_list_on_paper_has_every_plot_and_no_note(client: Client, described: ReservedPlot) -> None:
    text = written_text(client.get(f"{FILE}pdf").content)
    assert ("Ville de Meudon" in text, "Voie nouvelle" in text, "Négociation" in text) == (True, True, False)


def test_the_sheet_of_the_prescription_leads_to_its_plot(
    client: Client, described: ReservedPlot, plan: int
) -> None:
    text = client.get(f"/catalogue/plui-prescriptions-surf/{plan}/").content.decode()
    assert f"{PAGE}?numero=12" in text and "Ville de Meudon" in text


def test_hidden_prescriptions_hide_their_plots(client: Client, described: ReservedPlot) -> None:
    Layer.objects.filter(slug="plui-prescriptions-surf").update(visibility="internal")
    assert list(plots(client)) == ["2"]


def test_without_a_readable_layer_there_is_no_list(client: Client, described: ReservedPlot) -> None:
    Layer.objects.filter(slug__startswith="plui-prescriptions").update(visibility="internal")
    page = client.get(PAGE)
    assert (page.status_code, "Ville de Meudon" in page.content.decode()) == (404, False)


@pytest.mark.parametrize(
    "query",
    [{"etat": "perdu"}, {"numero": "x" * 11}, {"page": "0"}, {"commune": "00000"}, {"autre": "1"}],
    ids=str,
)
def test_bad_input_is_refused(client: Client, plan: int, query: dict[str, str]) -> None:
    assert client.get(PAGE, query).status_code == 400


def test_an_administrator_describes_a_plot_with_a_line_of_the_journal(plan: int) -> None:
    before = JournalEntry.objects.count()
    assert signed_in(ADMINISTRATOR).post(NEW, ROW).status_code == 302
    assert (ReservedPlot.objects.get().beneficiary, JournalEntry.objects.count() > before) == (
        "Ville de Meudon",
        True,
    )


def test_who_may_change_every_prescription_describes_plots(plan: int) -> None:
    planner = signed_in(PLANNER)
    before = planner.get(NEW).status_code
    grant(PLANNER, "plui-prescriptions-surf", can_change=True)
    assert (before, planner.post(NEW, ROW).status_code) == (404, 302)


def test_who_may_change_some_prescriptions_alone_describes_none(plan: int) -> None:
    grant(PLANNER, "plui-prescriptions-surf", can_change=True, rows="commune = '92048'")
    assert signed_in(PLANNER).get(NEW).status_code == 404


def test_an_outsider_has_no_form(plan: int, described: ReservedPlot) -> None:
    assert signed_in(OUTSIDER).get(f"/gestion/emplacements-reserves/{described.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("values", "culprit"),
    [
        ({"idurba": "200057974_PLUI_19990101"}, "Le portail n’a pas de document"),
        ({"number": ""}, "obligatoire"),
        ({"state": "perdu"}, "perdu"),
        ({"origin": "hier"}, "date"),
    ],
    ids=str,
)
def test_a_fault_of_the_form_is_named(plan: int, values: dict[str, str], culprit: str) -> None:
    response = signed_in(ADMINISTRATOR).post(NEW, ROW | values)
    assert (response.status_code, culprit in response.content.decode()) == (422, True)


def test_one_number_of_a_document_is_described_once(described: ReservedPlot) -> None:
    response = signed_in(ADMINISTRATOR).post(NEW, ROW)
    assert (response.status_code, ReservedPlot.objects.count()) == (422, 1)


def test_a_description_is_deleted(described: ReservedPlot) -> None:
    signed_in(ADMINISTRATOR).post(f"/gestion/emplacements-reserves/{described.pk}/", {"deed": "delete"})
    assert not ReservedPlot.objects.exists()


def test_a_client_that_has_the_plots_is_told_so_until_one_is_described(client: Client, plan: int) -> None:
    etag = client.get(API)["ETag"]
    same = client.get(API, headers={"If-None-Match": etag}).status_code
    ReservedPlot.objects.create(**ROW | {"origin": None})
    assert (same, client.get(API, headers={"If-None-Match": etag}).status_code) == (304, 200)
