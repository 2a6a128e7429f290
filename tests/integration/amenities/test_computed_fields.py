"""Fields computed of related records: asked as any field, absent with the records, and never written."""

from __future__ import annotations

import datetime as dt
import io
import json
from dataclasses import replace
from typing import Any

import pytest

from amenities.models import Equipment, Inspection, Playground
from export_formats.registry import FORMATS, write_export
from layers import access, queries
from layers.crs import CRS84
from layers.definitions import Computation, Field, FieldType
from layers.errors import UnknownProperty
from layers.formats.geojson import feature_collection
from layers.parsing import parse_query
from layers.parsing.feature import parse_feature
from layers.queries import Selection
from layers.services.features import create_feature, replace_feature
from layers.sql.computed import record_count
from tests import factories
from tests.factories import MEUDON, SEVRES
from tests.people import ADMINISTRATOR, EVERYBODY, GARDENER, PLANNER, PUBLIC, TOWN_AGENT, Person
from tests.selections import aggregated, selected
from tests.world import PLAYGROUNDS, World, protect

pytestmark = pytest.mark.django_db
STATIONS = "bornes-de-recharge"
OF_INSPECTIONS = ("dernier_controle", "dernier_controle_resultat")


@pytest.fixture
def stations(catalogue: object) -> None:
    """A station of two points, one of one, one of none."""
    station = factories.station("Gare", at=MEUDON, nbre_pdc=2, id_station_local="gare")
    factories.charge_point(station, id_pdc_local="1", puissance_nominale=22.0)
    factories.charge_point(
        station, id_pdc_local="2", puissance_nominale=150.0, prise_type_2=False, prise_type_combo_ccs=True
    )
    small = factories.station("Quai", at=SEVRES, nbre_pdc=1, id_station_local="quai")
    factories.charge_point(small, puissance_nominale=7.4, prise_type_ef=True)
    factories.station("Vide", at=SEVRES, nbre_pdc=1, id_station_local="vide")


def values(selection: Selection, *names: str) -> dict[str, tuple[Any, ...]]:
    """Return, by title, the values of a page."""
    title = selection.scope.definition.title_field
    return {row[title]: tuple(row[name] for name in names) for row in selection.page().rows}


def titles(selection: Selection) -> list[str]:
    return [row[selection.scope.definition.title_field] for row in selection.page().rows]


def test_a_station_tells_its_power_and_connectors(stations: None) -> None:
    assert values(selected(STATIONS), "puissance_max", "connecteurs") == {
        "Gare": (150.0, ["type_2", "combo_ccs"]),
        "Quai": (7.4, ["type_2", "type_ef"]),
        "Vide": (None, []),
    }


def test_a_playground_tells_its_equipment_and_the_latest_of_its_inspections(world: World) -> None:
    owner = world.playgrounds["Jeux-Val"]
    Equipment.objects.create(playground=owner, type="toboggan")
    Inspection.objects.filter(playground=owner).delete()
    for day, result in ((1, "danger"), (3, "conforme"), (2, "reserve_mineure")):
        Inspection.objects.create(
            playground=owner, type="visuel", date=dt.date(2026, 5, day), resultat=result
        )
    told = values(selected(PLAYGROUNDS, GARDENER), "nombre_equipements", *OF_INSPECTIONS)["Jeux-Val"]
    assert told == (Equipment.objects.filter(playground=owner).count(), dt.date(2026, 5, 3), "conforme")


@pytest.mark.parametrize("person", EVERYBODY, ids=str)
def test_who_does_not_read_the_records_does_not_have_their_fields(person: Person, world: World) -> None:
    scopes = {scope.slug: scope for scope in access.visible(person.visitor())}
    if PLAYGROUNDS not in scopes:
        return
    reads = {relation.name for relation in scopes[PLAYGROUNDS].relations}
    names = {field.name for field in scopes[PLAYGROUNDS].fields}
    assert {"nombre_equipements"} <= names
    assert {*OF_INSPECTIONS} <= names if "inspections" in reads else names.isdisjoint(OF_INSPECTIONS)


@pytest.mark.parametrize(
    "asked",
    [
        {"filter": "dernier_controle_resultat = 'conforme'"},
        {"sortby": "dernier_controle"},
        {"properties": "dernier_controle"},
    ],
    ids=lambda asked: next(iter(asked)),
)
def test_a_field_of_hidden_records_reads_as_one_that_does_not_exist(
    asked: dict[str, str], world: World
) -> None:
    with pytest.raises(UnknownProperty):
        selected(PLAYGROUNDS, PLANNER, **asked)


def test_protecting_a_relation_takes_its_fields_away(world: World) -> None:
    protect(PLAYGROUNDS, "equipements")
    assert "nombre_equipements" not in access.scope(TOWN_AGENT.visitor(), PLAYGROUNDS).filterable


def test_open_data_with_hidden_fields_stays_public(stations: None) -> None:
    assert access.scope(PUBLIC.visitor(), STATIONS).is_public
    protect(STATIONS, "points_de_charge")
    assert access.scope(PUBLIC.visitor(), STATIONS).is_public
    assert not access.scope(ADMINISTRATOR.visitor(), STATIONS).is_public


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("puissance_max >= 50", ["Gare"]),
        ("puissance_max IS NULL", ["Vide"]),
        ("a_contains(connecteurs, ('combo_ccs'))", ["Gare"]),
        ("a_contains(connecteurs, ('type_2'))", ["Gare", "Quai"]),
    ],
)
def test_computed_fields_are_filtered(asked: str, found: list[str], stations: None) -> None:
    assert titles(selected(STATIONS, filter=asked, sortby="nom_station")) == found


def test_pages_sorted_on_a_computed_field_hold_every_row_once(stations: None) -> None:
    first = selected(STATIONS, sortby="-puissance_max", limit="2")
    page = first.page()
    following = selected(STATIONS, sortby="-puissance_max", limit="2", cursor=page.next)
    assert [row["nom_station"] for row in page.rows] + titles(following) == ["Gare", "Quai", "Vide"]


def test_computed_fields_group_and_measure(stations: None) -> None:
    by_connector = aggregated(STATIONS, group_by="connecteurs", measures="count")
    assert {("type_2", 2), ("combo_ccs", 1), ("type_ef", 1)} <= set(by_connector.rows)
    assert aggregated(STATIONS, measures="max:puissance_max").rows[0][0] == 150.0


def test_the_collection_holds_computed_fields_with_their_type(stations: None) -> None:
    answer = feature_collection(selected(STATIONS, sortby="nom_station"), links=lambda _around: [])
    with answer.body as body:
        text = body.read()
    properties = [feature["properties"] for feature in json.loads(text)["features"]]
    assert [each["puissance_max"] for each in properties] == [150.0, 7.4, None]
    assert properties[0]["connecteurs"] == ["type_2", "combo_ccs"]
    assert b'"puissance_max":150.0' in text


@pytest.mark.parametrize("extension", ["csv", "geojson", "gpkg", "xlsx", "gml", "parquet"])
def test_every_export_has_them(extension: str, stations: None, tmp_path: Any) -> None:
    path = tmp_path / f"bornes.{extension}"
    written = write_export(selected(STATIONS), FORMATS[extension], path)
    assert written.rows == 3
    if extension == "csv":
        assert "puissance_max" in io.StringIO(path.read_text(encoding="utf-8-sig")).readline()


def test_a_write_of_everything_that_was_read_keeps_the_feature_and_says_what_is_computed(
    world: World,
) -> None:
    owner = world.playgrounds["Jeux-Val"]
    scope = access.scope(ADMINISTRATOR.visitor(), PLAYGROUNDS)
    sent = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [*owner.geom.coords]},
        "properties": {"nom": owner.nom, "nombre_equipements": 99},
    }
    body = json.dumps(sent).encode()
    draft = parse_feature(body, scope.filterable, kind=scope.definition.geometry, crs=CRS84)
    done = replace_feature(scope=scope, pk=owner.pk, draft=draft, expected=None)
    assert any("nombre_equipements" in warning for warning in done.warnings)
    assert Playground.objects.get(pk=owner.pk).nom == owner.nom


def test_a_copy_that_is_pasted_is_told_what_its_own_records_say(world: World) -> None:
    scope = access.scope(ADMINISTRATOR.visitor(), PLAYGROUNDS)
    sent = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [*world.playgrounds["Jeux-Val"].geom.coords]},
        "properties": {"nom": "Copie", "nombre_equipements": 7},
    }
    body = json.dumps(sent).encode()
    draft = parse_feature(body, scope.filterable, kind=scope.definition.geometry, crs=CRS84)
    (told,) = create_feature(scope=scope, draft=draft).warnings
    assert "«\xa00\xa0»" in told


def test_a_definition_refuses_a_field_of_records_it_does_not_have(world: World) -> None:
    definition = access.scope(ADMINISTRATOR.visitor(), PLAYGROUNDS).definition
    lost = Field("n", FieldType.INTEGER, "n", computed=Computation("nulle-part", record_count))
    with pytest.raises(ValueError, match="no such relation: nulle-part"):
        replace(definition, fields=(*definition.fields, lost))


def test_rows_of_a_grant_name_no_computed_field(world: World) -> None:
    definition = access.scope(ADMINISTRATOR.visitor(), PLAYGROUNDS).definition
    assert "nombre_equipements" not in definition.row_fields
    assert {"id", "nom"} <= set(definition.row_fields)


def test_expressions_are_written_once_and_each_visitor_narrows_their_own_rows(world: World) -> None:
    planner = access.scope(PLANNER.visitor(), PLAYGROUNDS)
    before = access.scope(TOWN_AGENT.visitor(), PLAYGROUNDS).queryset.count()
    assert planner.queryset.filter(pk=0).count() == 0
    again = access.scope(TOWN_AGENT.visitor(), PLAYGROUNDS)
    assert again.queryset.count() == before < planner.queryset.count()
    written = [scope.queryset.query.annotations["computed_nombre_equipements"] for scope in (again, planner)]
    assert written[0] is written[1]


def test_one_feature_has_them(world: World) -> None:
    scope = access.scope(GARDENER.visitor(), PLAYGROUNDS)
    owner = world.playgrounds["Jeux-Val"]
    found = queries.feature(scope, owner.pk)
    assert found.computed_nombre_equipements == Equipment.objects.filter(playground=owner).count()


def test_a_count_does_not_pay_for_what_it_does_not_ask(
    stations: None, django_assert_num_queries: Any
) -> None:
    scope = access.scope(PUBLIC.visitor(), STATIONS)
    selection = queries.select(scope, parse_query({}))
    with django_assert_num_queries(1) as asked:
        selection.queryset.count()
    assert "chargepoint" not in asked.captured_queries[0]["sql"].lower()
