"""What a layer shares with the surfaces of another: pairs against figures by hand, pages, files, refusals, access."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.gis.geos import LineString
from django.db import connection
from django.test import Client
from pytest_django import Settings

from layers.models import Commune, Layer
from planning.overlaps import queries
from tests import factories
from tests.export_files import workbook_rows
from tests.parcels import parcel, position, rectangle
from tests.people import GARDENER
from tests.staff import BACKEND
from tests.world import World

pytestmark = pytest.mark.django_db
PAGE, API, FILE = "/urbanisme/superposition/", "/api/planning/overlaps", "/urbanisme/superposition/table."
PARCELS = {"layer": "parcelles"}


@pytest.fixture
def plan(catalogue: dict[str, Commune]) -> None:
    """Two zones side by side; a parcel across both, one inside the first, one 2 mm into the second."""
    factories.zone("UA", geom=rectangle(0, 0, 100, 100))
    factories.zone("N", geom=rectangle(100, 0, 200, 50), typezone="N")
    parcel("92048000AB0001", shape=rectangle(80, 0, 120, 50))
    parcel("92048000AB0002", shape=rectangle(0, 0, 50, 50))
    parcel("92048000AB0003", shape=rectangle(60, 20, 100.002, 50))
    parcel("92048000AB0004", shape=rectangle(60, 0, 80, 50))


def pairs(client: Client, **query: str) -> list[dict[str, Any]]:
    document = client.get(API, PARCELS | query).json()
    rows: list[dict[str, Any]] = document["pairs"]
    return rows


def file_of(client: Client, form: str, **query: str) -> bytes:
    response = client.get(f"{FILE}{form}", {"couche": "parcelles"} | query)
    return response.getvalue()


def test_pairs_have_the_areas_that_postgis_measures(client: Client, plan: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.idu, z.libelle, round(ST_Area(ST_Intersection(p.geom, z.geom)::geography)::numeric, 2)::float8"
            " FROM reference_data_parcel p JOIN plui_zoneurba z ON ST_Relate(p.geom, z.geom, 'T********')"
            " WHERE ST_Area(ST_Intersection(p.geom, z.geom)::geography) >= 1"
        )
        by_hand = {(idu[-1], libelle): area for idu, libelle, area in cursor.fetchall()}
    found = {(each["title"][-1], each["with"]["title"]): each["shared"] for each in pairs(client)}
    assert found == pytest.approx(by_hand, abs=0.01)


def test_shares_are_of_the_feature_and_of_the_zone(client: Client, plan: None) -> None:
    across = [each for each in pairs(client) if each["title"].endswith("1") and each["with"]["title"] == "N"]
    assert [(round(each["share"], 3), round(each["withShare"], 3)) for each in across] == [(0.5, 0.2)]


def test_slivers_are_there_for_who_asks(client: Client, plan: None) -> None:
    assert len(pairs(client, slivers="true")) == len(pairs(client)) + 1


def test_lines_are_measured_in_metres(client: Client, plan: None) -> None:
    line = LineString(position(50, 20), position(150, 20), srid=4326)
    factories.prescription_lin("Alignement", line)
    answer = client.get(API, {"layer": "plui-prescriptions-lin"}).json()
    lengths = [round(each["shared"]) for each in answer["pairs"]]
    assert (answer["unit"], lengths) == ("m", [50, 50])


def test_points_say_in_which_zone_they_are(client: Client, plan: None) -> None:
    factories.tree("Cedre", at=position(150, 20))
    answer = client.get(API, {"layer": "arbres-remarquables"}).json()
    assert [(each["with"]["title"], each["shared"]) for each in answer["pairs"]] == [("N", None)]


def test_filters_of_either_side_narrow(client: Client, plan: None) -> None:
    both = pairs(client, **{"filter": "idu = '92048000AB0001'", "with-filter": "libelle = 'N'"})
    assert [(each["title"][-1], each["with"]["title"]) for each in both] == [("1", "N")]


def test_pages_follow_each_other_without_loss(
    client: Client, plan: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = pairs(client)
    monkeypatch.setattr(queries, "PAGE_PAIRS", 2)
    address, read = f"{API}?layer=parcelles", list[dict[str, Any]]()
    while address:
        document = client.get(address).json()
        read += document["pairs"]
        address = document["next"]
    assert read == whole


def test_totals_are_by_the_title_of_the_surfaces(client: Client, plan: None) -> None:
    text = client.get(PAGE, {"couche": "parcelles"}).content.decode()
    start = text.index("Totaux")
    assert start < text.index("UA", start) < text.index("Objet par objet", start)


def test_the_page_leads_to_the_map_of_the_same_question(client: Client, plan: None) -> None:
    text = client.get(PAGE, {"couche": "parcelles"}).content.decode()
    assert "/carte/?couches=parcelles&amp;couches=plui-zones&amp;parcelles.touching=plui-zones" in text


def test_files_have_every_pair(client: Client, plan: None) -> None:
    sizes = {
        "csv": len(file_of(client, "csv").decode().strip().splitlines()) - 1,
        "xlsx": len(workbook_rows(file_of(client, "xlsx"))) - 1,
        "geojson": len(json.loads(file_of(client, "geojson"))["features"]),
    }
    assert sizes == dict.fromkeys(sizes, 5)


def test_the_geometry_of_a_pair_is_what_both_share(client: Client, plan: None) -> None:
    query = {"filtre": "idu = '92048000AB0001'", "filtre-avec": "libelle = 'N'"}
    (feature,) = json.loads(file_of(client, "geojson", **query))["features"]
    (ring,) = feature["geometry"]["coordinates"]
    assert min(x for x, _y in ring) == pytest.approx(position(100, 0)[0], abs=1e-6)


def test_a_text_that_a_spreadsheet_would_run_is_written_as_text(client: Client, plan: None) -> None:
    factories.zone("=1+1", geom=rectangle(300, 0, 400, 50))
    parcel("92048000AB0009", shape=rectangle(310, 10, 320, 20))
    assert ";'=1+1;" in file_of(client, "csv").decode()


def test_a_layer_without_pairs_says_so(client: Client, plan: None) -> None:
    query = {"couche": "parcelles", "filtre": "idu = 'rien'"}
    assert "Rien ne se superpose" in client.get(PAGE, query).content.decode()


@pytest.mark.parametrize(
    ("query", "culprit"),
    [
        ({"couche": "parcelles", "avec": "arbres-remarquables"}, "pas de surface"),
        ({"couche": "plui-zones", "avec": "plui-zones"}, "différentes"),
        ({"couche": "parcelles", "filtre": "inconnu = 1"}, "inconnu"),
        ({"couche": "parcelles", "filtre": "idu ="}, "filtre"),
        ({"couche": "parcelles", "ecarts": "peut-être"}, "ecarts"),
        ({"couche": "parcelles", "cursor": "zz"}, "jeton"),
        ({"couche": "parcelles", "commune": "00000"}, "00000"),
        ({"autre": "1"}, "autre"),
    ],
    ids=str,
)
def test_bad_input_is_named(client: Client, plan: None, query: dict[str, str], culprit: str) -> None:
    response = client.get(PAGE, query)
    assert (response.status_code, culprit in response.content.decode()) == (400, True)


def test_a_file_without_a_layer_names_the_parameter(client: Client, plan: None) -> None:
    assert client.get(f"{FILE}csv").status_code == 400


def test_a_question_that_compares_too_much_is_refused_in_words(
    client: Client, plan: None, settings: Settings
) -> None:
    settings.REFUSED_COST = 0
    assert "comparerait trop d’objets" in client.get(PAGE, {"couche": "parcelles"}).content.decode()


@pytest.mark.parametrize("hidden", ["parcelles", "plui-zones"])
def test_a_hidden_layer_reads_like_an_absent_one_on_either_side(
    client: Client, plan: None, hidden: str
) -> None:
    Layer.objects.filter(slug=hidden).update(visibility="internal")
    page = client.get(PAGE, {"couche": "parcelles"})
    assert (page.status_code, "Couche non lisible" in page.content.decode()) == (404, True)


@pytest.mark.parametrize("address", [f"{API}?layer=parcelles", f"{FILE}csv?couche=parcelles"])
def test_pairs_of_hidden_zones_are_not_found(client: Client, plan: None, address: str) -> None:
    Layer.objects.filter(slug="plui-zones").update(visibility="internal")
    assert client.get(address).status_code in {401, 404}


def test_a_filter_by_a_field_that_is_not_read_is_that_of_an_unknown_one(client: Client, world: World) -> None:
    query = {"couche": "arbres-remarquables", "filtre": "matricule LIKE 'M%'"}
    hidden = client.get(PAGE, query)
    client.force_login(GARDENER.account(), backend=BACKEND)
    assert (hidden.status_code, client.get(PAGE, query).status_code) == (400, 200)


def test_a_page_reads_few_statements_whatever_the_pairs(
    client: Client, plan: None, django_assert_max_num_queries: Any
) -> None:
    client.get(API, PARCELS)
    with django_assert_max_num_queries(12):
        client.get(API, PARCELS)


def test_the_page_of_a_layer_leads_to_its_superposition(client: Client, plan: None) -> None:
    assert f"{PAGE}?couche=parcelles" in client.get("/catalogue/parcelles/").content.decode()


def test_the_zones_are_not_superposed_to_themselves(client: Client, plan: None) -> None:
    assert f"{PAGE}?couche=plui-zones" not in client.get("/catalogue/plui-zones/").content.decode()


def test_the_search_finds_the_tools(client: Client, plan: None) -> None:
    assert PAGE in client.get("/recherche/", {"q": "superposition"}).content.decode()


def test_every_tool_of_the_list_answers(client: Client, plan: None) -> None:
    addresses = [tool.address for tool in client.get("/urbanisme/").context["tools"]]
    assert {address: client.get(address).status_code for address in addresses} == dict.fromkeys(
        addresses, 200
    )


def test_an_inventory_is_among_the_tools_of_who_reads_its_layer(client: Client, plan: None) -> None:
    address = "/urbanisme/inventaire/batiments-patrimoniaux/"
    assert address in client.get("/urbanisme/").content.decode()
    Layer.objects.filter(slug="batiments-patrimoniaux").update(visibility="internal")
    assert address not in client.get("/urbanisme/").content.decode()
