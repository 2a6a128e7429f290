"""Services to consult for a place: by what is there, everywhere, and where a layer is not read."""

from __future__ import annotations

import pytest
from django.test import Client

from gisportal.journal.models import JournalEntry
from layers.models import Commune, Layer
from planning.models import ConsultedService, ToolLayer
from planning.vocabulary import ServiceRelation
from reference_data.vocabulary import PerimeterMethod
from tests import factories
from tests.parcels import address, easement, parcel, position, rectangle
from tests.people import ADMINISTRATOR, PLANNER
from tests.staff import BACKEND
from tests.world import World

pytestmark = pytest.mark.django_db
PAGE, API = "/urbanisme/consultations/", "/api/planning/consultations"
IDU = "92048000AB0123"
TABLES = "/gestion/outils-urbanisme/"
SERVICE = {
    "service": "Service des arbres",
    "contact": "arbres@example.org",
    "occasion": "Abattage",
    "legal_basis": "",
    "layer": "arbres-remarquables",
    "rows": "",
    "relation": "within",
    "distance_m": "20",
    "order": "50",
    "is_active": "on",
}


@pytest.fixture
def place(catalogue: dict[str, Commune]) -> None:
    parcel(IDU)
    ConsultedService.objects.all().delete()
    ConsultedService.objects.create(
        service="ABF", layer="servitudes", rows="suptype = 'AC1'", occasion="Tous travaux", order=1
    )
    ConsultedService.objects.create(service="Réseaux", order=2)


def services(client: Client, **query: str) -> list[str]:
    document = client.get(API, query or {"parcel": IDU}).json()
    return [each["service"] for each in document["services"]]


def test_a_service_is_consulted_where_a_feature_of_its_layer_is(client: Client, place: None) -> None:
    before = services(client)
    easement("AC1-1-1-1", rectangle(0, 0, 50, 50), PerimeterMethod.TAMPON)
    assert (before, services(client)) == (["Réseaux"], ["ABF", "Réseaux"])


def test_a_sliver_of_a_perimeter_consults_nobody(client: Client, place: None) -> None:
    easement("AC1-1-1-1", rectangle(99.998, 0, 150, 50), PerimeterMethod.TAMPON)
    assert services(client) == ["Réseaux"]


def test_a_distance_reaches_what_is_near(client: Client, place: None) -> None:
    ConsultedService.objects.create(
        service="Arbres", layer="arbres-remarquables", relation=ServiceRelation.WITHIN, distance_m=20, order=3
    )
    factories.tree("Cedre", at=position(110, 50))
    assert "Arbres" in services(client)


def test_the_page_names_what_makes_a_service_consulted(client: Client, place: None) -> None:
    easement("AC1-1-1-1", rectangle(0, 0, 50, 50), PerimeterMethod.TAMPON)
    text = client.get(PAGE, {"parcelle": IDU}).content.decode()
    assert "Monument de AC1-1-1-1" in text and "Tous travaux" in text


def test_a_layer_that_is_not_read_is_said_not_to_be_looked_at(client: Client, place: None) -> None:
    easement("AC1-1-1-1", rectangle(0, 0, 50, 50), PerimeterMethod.TAMPON)
    Layer.objects.filter(slug="servitudes").update(visibility="internal")
    document = client.get(API, {"parcel": IDU}).json()
    assert (services(client), document["notLookedAt"]) == (["Réseaux"], ["ABF"])


def test_an_address_leads_to_its_parcel(client: Client, place: None) -> None:
    address(12)
    text = client.get(PAGE, {"lieu": "12 rue de la République, Meudon"}).content.decode()
    assert "Parcelle AB 123" in text and "Réseaux" in text


def test_a_text_that_means_nothing_says_so(client: Client, place: None) -> None:
    assert "Aucun lieu ne correspond" in client.get(PAGE, {"lieu": "rue Zébulon"}).content.decode()


def test_an_inactive_service_is_not_listed(client: Client, place: None) -> None:
    ConsultedService.objects.update(is_active=False)
    assert services(client) == []


@pytest.mark.parametrize(
    ("address_of", "query", "status"),
    [
        (PAGE, {"parcelle": "zz"}, 400),
        (PAGE, {"parcelle": "92048000ZZ9999"}, 404),
        (PAGE, {"contour": "POINT(2 48)"}, 400),
        (PAGE, {"autre": "1"}, 400),
        (API, {}, 400),
        (API, {"parcel": "zz"}, 400),
    ],
    ids=str,
)
def test_bad_input_is_named(
    client: Client, place: None, address_of: str, query: dict[str, str], status: int
) -> None:
    assert client.get(address_of, query).status_code == status


def test_the_fault_of_the_api_names_its_own_parameter(client: Client, place: None) -> None:
    assert client.get(API, {"parcel": "zz"}).json()["parameter"] == "parcel"


@pytest.fixture
def administrator(world: World) -> Client:
    client = Client()
    client.force_login(ADMINISTRATOR.account(), backend=BACKEND)
    return client


def test_a_service_is_written_with_a_line_of_the_journal(administrator: Client) -> None:
    before = JournalEntry.objects.count()
    assert administrator.post(f"{TABLES}services/nouveau/", SERVICE).status_code == 302
    assert ConsultedService.objects.filter(service="Service des arbres").exists()
    assert JournalEntry.objects.count() > before


def test_a_layer_of_a_role_is_written(administrator: Client) -> None:
    row = {"role": "buildings", "layer": "plui-zones", "rows": "", "order": "5", "is_active": "on"}
    administrator.post(f"{TABLES}couches/nouvelle/", row)
    assert ToolLayer.objects.filter(layer="plui-zones").exists()


@pytest.mark.parametrize(
    ("values", "culprit"),
    [
        ({"rows": "inconnu = 1"}, "inconnu"),
        ({"distance_m": ""}, "distance"),
        ({"service": ""}, "obligatoire"),
        ({"distance_m": "9999999"}, "2000"),
    ],
    ids=str,
)
def test_a_fault_of_the_form_is_named(administrator: Client, values: dict[str, str], culprit: str) -> None:
    response = administrator.post(f"{TABLES}services/nouveau/", SERVICE | values)
    assert (response.status_code, culprit in response.content.decode().replace("\u202f", "")) == (422, True)


def test_a_role_needs_a_layer_of_surfaces(administrator: Client) -> None:
    row = {"role": "buildings", "layer": "arbres-remarquables", "rows": "", "order": "5"}
    response = administrator.post(f"{TABLES}couches/nouvelle/", row)
    assert (response.status_code, "pas de surface" in response.content.decode()) == (422, True)


def test_the_tables_are_for_administrators(world: World) -> None:
    client = Client()
    client.force_login(PLANNER.account(), backend=BACKEND)
    assert [client.get(each).status_code for each in (TABLES, f"{TABLES}services/nouveau/")] == [404, 404]


def test_the_lists_show_every_row(administrator: Client) -> None:
    text = administrator.get(TABLES).content.decode()
    assert "Inspection des sites" in text and "absente" in text
