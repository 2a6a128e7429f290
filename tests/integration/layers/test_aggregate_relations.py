"""Related records grouped like features: under the rights of the relation, of its layer's fields and of its rows."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DataError, connection, transaction

from amenities.models import Inspection, Intervention
from amenities.vocabulary import InterventionKind
from layers.aggregates import AggregateResult
from layers.errors import InvalidFilter, InvalidParameter, LayersError, UnknownLayer, UnknownProperty
from layers.models import Layer
from tests import factories
from tests.factories import BOULOGNE, MEUDON, SEVRES
from tests.people import (
    ADMINISTRATOR,
    EVERYBODY,
    GARDENER,
    MANAGER,
    NEWCOMER,
    OUTSIDER,
    PARTNER,
    PLANNER,
    PUBLIC,
    TOWN_AGENT,
    Person,
)
from tests.selections import aggregated
from tests.world import PLAYGROUNDS, World, protect

pytestmark = pytest.mark.django_db
STATIONS = "bornes-de-recharge"


@pytest.fixture
def stations(catalogue: object) -> None:
    """Three stations with five charge points."""
    powers = {
        ("Gare", MEUDON, 8): (22.0, 150.0),
        ("Mairie", MEUDON, 2): (7.4,),
        ("Quai", SEVRES, 4): (50.0, 50.0),
    }
    with factories.in_bulk():
        for (name, place, rank), given in powers.items():
            owner = factories.station(name, at=place, nbre_pdc=rank, id_station_local=name)
            for number, power in enumerate(given):
                opened = dt.date(2024 + number, 6, 1)
                factories.charge_point(
                    owner, id_pdc_local=str(number), puissance_nominale=power, date_maj=opened
                )


def rows(result: AggregateResult) -> list[tuple[object, ...]]:
    return list(result.rows)


def points(**asked: str) -> AggregateResult:
    return aggregated(STATIONS, relation="points_de_charge", **asked)


def test_a_decimal_that_is_no_number_has_no_value(catalogue: object) -> None:
    """A column of decimals with a precision holds NaN, which PostgreSQL places above every number, and no infinity."""
    square = factories.playground()
    for cost in (10, 20, 30):
        done = {"date": dt.date(2025, 3, 1), "nature": InterventionKind.ENTRETIEN}
        Intervention.objects.create(playground=square, cout_eur=cost, **done)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE amenities_intervention SET cout_eur = 'NaN' WHERE cout_eur = 20")
    asked = {"relation": "interventions", "measures": "count,sum:cout_eur,max:cout_eur"}
    assert rows(aggregated(PLAYGROUNDS, ADMINISTRATOR, **asked)) == [(3, 40, 30)]
    with pytest.raises(DataError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE amenities_intervention SET cout_eur = 'Infinity'")


def test_related_records_are_the_rows(stations: None) -> None:
    result = points(measures="count,sum:puissance_nominale")
    assert rows(result) == [(5, pytest.approx(279.4))]
    assert result.matched == 5


def test_they_are_grouped_by_their_own_fields(stations: None) -> None:
    found = rows(points(group_by="year:date_maj", measures="count"))
    assert found == [(dt.date(2024, 1, 1), 3), (dt.date(2025, 1, 1), 2)]


def test_they_are_grouped_by_the_fields_of_their_feature(stations: None) -> None:
    found = rows(points(group_by="feature.nom_station", measures="count,max:puissance_nominale"))
    assert found == [("Gare", 2, 150.0), ("Mairie", 1, 7.4), ("Quai", 2, 50.0)]


def test_they_are_grouped_by_the_commune_of_their_feature(stations: None) -> None:
    result = points(group_by="commune")
    assert rows(result) == [(MEUDON, 3), (SEVRES, 2)]
    assert result.columns[0].labels == {MEUDON: "Meudon", SEVRES: "Sèvres"}


def test_a_filter_of_features_chooses_whose_records_count(stations: None) -> None:
    assert rows(points(filter="nbre_pdc > 3")) == [(4,)]


def test_a_commune_chooses_whose_records_count(stations: None) -> None:
    assert rows(points(commune=SEVRES)) == [(2,)]


def test_a_filter_of_records_chooses_which_count(stations: None) -> None:
    assert rows(
        points(**{"relation-filter": "puissance_nominale >= 50 AND \"feature.nom_station\" = 'Gare'"})
    ) == [(1,)]


def test_records_are_dated_by_their_own_field(stations: None) -> None:
    assert rows(points(period="date_maj:2025-01-01/..")) == [(2,)]


def test_measures_are_derived_of_records(stations: None) -> None:
    found = rows(points(group_by="commune", measures="share:count,ratio:sum:puissance_nominale/count"))
    assert found == [(MEUDON, 60.0, pytest.approx(179.4 / 3)), (SEVRES, 40.0, 50.0)]


def test_the_count_of_records_has_their_name(stations: None) -> None:
    assert points().columns[0].title == "Points de recharge (nombre)"


def test_records_have_no_ground(stations: None) -> None:
    with pytest.raises(InvalidParameter) as caught:
        points(measures="area")
    assert caught.value.parameter == "measures"


@pytest.mark.parametrize(
    ("asked", "culprit"),
    [
        ({"group_by": "nom_station"}, "group_by"),
        ({"group_by": "feature.inconnu"}, "group_by"),
        ({"measures": "sum:feature.inconnu"}, "measures"),
        ({"relation-filter": "inconnu = 1"}, "relation-filter"),
        ({"period": "inconnu:2024-01-01"}, "period"),
    ],
)
def test_a_name_that_records_do_not_have_names_its_parameter(
    stations: None, asked: dict[str, str], culprit: str
) -> None:
    with pytest.raises(UnknownProperty) as caught:
        points(**asked)
    assert caught.value.parameter == culprit


def test_a_filter_that_does_not_fit_the_records_is_refused(stations: None) -> None:
    with pytest.raises(InvalidFilter) as caught:
        points(**{"relation-filter": "S_INTERSECTS(geom, POINT(2 48))"})
    assert caught.value.parameter == "relation-filter"


# What each person is answered of the inspections of playgrounds, which GARDENER and an administrator read.
SEEN: dict[Person, object] = {
    PUBLIC: UnknownLayer,
    OUTSIDER: UnknownLayer,
    PLANNER: UnknownProperty,
    TOWN_AGENT: UnknownProperty,
    PARTNER: UnknownLayer,
    NEWCOMER: UnknownLayer,
    GARDENER: 3,
    MANAGER: UnknownLayer,
    ADMINISTRATOR: 3,
}


@pytest.mark.parametrize("person", EVERYBODY, ids=str)
def test_records_are_counted_for_who_reads_the_relation(world: World, person: Person) -> None:
    try:
        found: object = aggregated(PLAYGROUNDS, person, relation="inspections").rows[0][0]
    except LayersError as error:
        found = type(error)
    expected = SEEN[person]
    assert found == expected or (isinstance(expected, type) and issubclass(found, expected))  # type: ignore[arg-type]  # a class of fault


@pytest.mark.parametrize(("person", "number"), [(PLANNER, 3), (TOWN_AGENT, 2)], ids=str)
def test_records_of_hidden_features_do_not_count(world: World, person: Person, number: int) -> None:
    assert aggregated(PLAYGROUNDS, person, relation="equipements").rows == ((number,),)


def test_records_of_another_commune_do_not_count_on_a_portal(world: World) -> None:
    assert aggregated(PLAYGROUNDS, GARDENER, portal=BOULOGNE, relation="inspections").rows == ((1,),)


def test_a_hidden_relation_is_refused_like_an_unknown_one(world: World) -> None:
    told = {}
    for name in ("inspections", "inconnues"):
        with pytest.raises(UnknownProperty) as caught:
            aggregated(PLAYGROUNDS, PLANNER, relation=name)
        told[name] = (str(caught.value).replace(name, "…"), caught.value.parameter)
    assert told["inspections"] == told["inconnues"]


@pytest.mark.parametrize(
    "asked", [{"group_by": "feature.etat"}, {"relation-filter": "\"feature.etat\" = 'ouvert'"}]
)
def test_a_protected_field_of_the_feature_is_hidden_from_its_records(
    world: World, asked: dict[str, str]
) -> None:
    protect(PLAYGROUNDS, "etat", GARDENER)
    with pytest.raises(UnknownProperty):
        aggregated(PLAYGROUNDS, PLANNER, relation="equipements", **asked)


def test_a_new_record_changes_the_answer(world: World) -> None:
    before = aggregated(PLAYGROUNDS, GARDENER, relation="inspections").rows
    Inspection.objects.create(
        playground=world.playgrounds["Jeux-Val"], type="annuel", resultat="conforme", date=dt.date(2026, 5, 1)
    )
    after = aggregated(PLAYGROUNDS, GARDENER, relation="inspections").rows
    assert (before, after) == (((3,),), ((4,),))


def test_small_groups_of_records_are_suppressed(world: World) -> None:
    Layer.objects.filter(slug=PLAYGROUNDS).update(smallest_count=2)
    result = aggregated(PLAYGROUNDS, GARDENER, relation="inspections", group_by="commune")
    assert [row[1] for row in result.rows] == [None, None]


def test_records_of_features_near_another_layer_are_counted(world: World) -> None:
    assert aggregated(
        PLAYGROUNDS, GARDENER, relation="inspections", touching="arbres-remarquables@100"
    ).rows == ((3,),)


def test_records_of_no_feature_are_none(world: World) -> None:
    assert aggregated(PLAYGROUNDS, GARDENER, relation="inspections", ids="999999").rows == ((0,),)
