"""Figures of zones by type, label and commune: page, files, JSON, and who reads them."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from pytest_django import Settings

from layers.models import Commune, Layer
from planning.models import ToolLayer
from planning.statistics.parsing import Grouping, StatisticsQuery
from planning.statistics.queries import statistics_layers, zone_statistics
from planning.vocabulary import ToolRole
from tests import factories
from tests.export_files import workbook_rows
from tests.factories import MEUDON
from tests.parcels import parcel, rectangle
from tests.people import PUBLIC

pytestmark = pytest.mark.django_db
PAGE, API, FILE = "/urbanisme/statistiques/", "/api/planning/statistics", "/urbanisme/statistiques/zones."


@pytest.fixture
def plan(catalogue: dict[str, Commune]) -> None:
    """Two zones side by side, a parcel in the first, one across both, one that goes 0.2 mm into the second."""
    factories.zone("UA", geom=rectangle(0, 0, 100, 100))
    factories.zone("N", geom=rectangle(100, 0, 200, 50), typezone="N")
    parcel("92048000AB0001", shape=rectangle(0, 0, 50, 50))
    parcel("92048000AB0002", shape=rectangle(80, 0, 110, 50))
    parcel("92048000AB0003", shape=rectangle(60, 50, 100.002, 100))
    parcel("92048000AB0004", shape=rectangle(60, 0, 100.002, 50))


def group(client: Client, **query: str) -> dict[str, dict[str, float]]:
    document = client.get(API, query).json()
    return {each.get("libelle") or each["typezone"]: each for each in document["groups"]}


def test_areas_are_those_of_the_drawings_on_the_spheroid(client: Client, plan: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT typezone, ST_Area(geom::geography) FROM plui_zoneurba")
        by_hand = dict(cursor.fetchall())
    answer = group(client)
    assert {name: each["area_m2"] for name, each in answer.items()} == pytest.approx(by_hand, abs=0.01)


def test_a_parcel_belongs_to_the_zone_of_its_largest_share(client: Client, plan: None) -> None:
    answer = group(client)
    assert {name: each["mainParcels"] for name, each in answer.items()} == {"U": 4, "N": 0}


def test_parcels_that_a_zone_touches_are_counted_apart_from_slivers(client: Client, plan: None) -> None:
    answer = group(client, by="libelle")
    assert (answer["N"]["parcels"], answer["N"]["sliverParcels"]) == (1, 1)


def test_the_whole_counts_each_zone_and_each_parcel_once(client: Client, plan: None) -> None:
    total = client.get(API).json()["total"]
    assert (total["zones"], total["mainParcels"], total["parcels"]) == (2, 4, 4)


def test_without_a_layer_of_buildings_the_page_says_so(client: Client, plan: None) -> None:
    assert "bâti non chargé" in client.get(PAGE).content.decode()


def test_a_layer_named_for_the_role_gives_the_built_share(client: Client, plan: None) -> None:
    ToolLayer.objects.filter(role=ToolRole.BUILDINGS).update(layer="parcelles", rows="idu = '92048000AB0001'")
    assert group(client)["U"]["builtShare"] == pytest.approx(0.25, abs=0.001)


def test_a_commune_narrows_and_a_zone_astride_counts_its_part(client: Client, plan: None) -> None:
    factories.zone("UB", geom=factories.box(2.215, 48.811, 2.235, 48.812))
    whole = group(client, by="libelle")["UB"]["area_m2"]
    part = group(client, by="libelle", commune=MEUDON)["UB"]["area_m2"]
    assert 0 < part < whole


def test_rows_by_commune_name_it(client: Client, plan: None) -> None:
    document = client.get(API, {"by": "commune"}).json()
    assert [each["commune"] for each in document["groups"]] == [MEUDON]


def test_the_workbook_has_a_row_a_group_and_one_for_all(client: Client, plan: None) -> None:
    response = client.get(f"{FILE}xlsx", {"par": "libelle"})
    rows = workbook_rows(response.getvalue())
    assert [row[0] for row in rows] == ["Type de zone", "N", "U", "Ensemble"]


def test_the_csv_is_that_of_a_french_spreadsheet(client: Client, plan: None) -> None:
    text = client.get(f"{FILE}csv").getvalue().decode("utf-8-sig")
    assert text.startswith('"Type de zone";"Zones";"Surface (ha)"') and ";1,0" in text


def test_hidden_zones_read_like_absent_ones(client: Client, plan: None) -> None:
    Layer.objects.filter(slug="plui-zones").update(visibility="internal")
    response = client.get(PAGE)
    assert (response.status_code, "Couche non lisible" in response.content.decode()) == (404, True)


@pytest.mark.parametrize("address", [API, f"{FILE}csv"])
def test_figures_of_hidden_zones_are_not_found(client: Client, plan: None, address: str) -> None:
    Layer.objects.filter(slug="plui-zones").update(visibility="internal")
    assert client.get(address).status_code in {401, 404}


@pytest.mark.parametrize(
    ("address", "query"),
    [
        (PAGE, {"par": "couleur"}),
        (PAGE, {"commune": "00000"}),
        (PAGE, {"autre": "1"}),
        (API, {"by": "x"}),
        (f"{FILE}doc", {}),
    ],
    ids=str,
)
def test_bad_input_is_refused(client: Client, plan: None, address: str, query: dict[str, str]) -> None:
    assert client.get(address, query).status_code in {400, 404}


def test_a_client_that_has_the_figures_is_told_so_until_a_zone_changes(client: Client, plan: None) -> None:
    etag = client.get(API)["ETag"]
    same = client.get(API, headers={"If-None-Match": etag}).status_code
    factories.zone("UC", geom=rectangle(300, 0, 400, 50))
    assert (same, client.get(API, headers={"If-None-Match": etag}).status_code) == (304, 200)


def test_the_portal_of_a_commune_has_its_part_alone(plan: None) -> None:
    factories.zone("UB", geom=factories.box(2.215, 48.811, 2.235, 48.812))
    query = StatisticsQuery(Grouping.LABEL)
    areas = []
    for visitor in (PUBLIC.visitor(), PUBLIC.visitor(portal=MEUDON)):
        groups = zone_statistics(statistics_layers(visitor), query).groups
        areas += [each.area_m2 for each in groups if each.keys == ["U", "UB"]]
    assert areas[1] == pytest.approx(areas[0] / 4, rel=0.01)


def test_areas_stay_where_the_parcels_would_compare_too_much(
    client: Client, plan: None, settings: Settings
) -> None:
    settings.REFUSED_COST = 0
    document = client.get(API).json()
    assert (document["isTooLong"], document["total"]["zones"], document["total"]["parcels"]) == (
        True,
        2,
        None,
    )
