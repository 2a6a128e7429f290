"""The first rows alone, by a property or by the measure of their geometry."""

from __future__ import annotations

import datetime as dt

import pytest

from layers import access
from layers.errors import InvalidParameter, UnknownProperty
from layers.parsing import parse_query
from layers.queries import select
from tests import factories
from tests.people import PUBLIC, Person
from tests.selections import aggregated, selected

TREES, ZONES = "arbres-remarquables", "plui-zones"

pytestmark = pytest.mark.usefixtures("catalogue")


def titles(slug: str, person: Person = PUBLIC, **parameters: str) -> set[str]:
    scope = access.scope(person.visitor(), slug)
    query = parse_query({name.replace("_", "-"): [value] for name, value in parameters.items()})
    field = scope.definition.title_field
    return set(select(scope, query).queryset.values_list(field, flat=True))


@pytest.fixture
def trees(catalogue: object) -> None:
    with factories.in_bulk():
        for name, height in (("Un", 12), ("Deux", 30), ("Trois", None), ("Quatre", 21), ("Cinq", 8)):
            factories.tree(name, hauteur=height)


@pytest.mark.usefixtures("trees")
def test_the_first_rows_are_the_highest_and_rows_without_a_value_are_none_of_them() -> None:
    assert titles(TREES, top="-hauteur:2") == {"Deux", "Quatre"}
    assert titles(TREES, top="hauteur:9") == {"Un", "Deux", "Quatre", "Cinq"}


@pytest.mark.usefixtures("trees")
def test_other_conditions_come_before_the_first_rows_and_the_view_after() -> None:
    assert titles(TREES, top="-hauteur:1", filter="hauteur < 20") == {"Un"}
    assert titles(TREES, top="-hauteur:1", bbox="0,0,1,1") == set()


@pytest.mark.usefixtures("trees")
def test_a_hidden_property_does_not_choose_the_first_rows() -> None:
    with pytest.raises(UnknownProperty) as refused:
        titles(TREES, top="-etat_sanitaire:1")
    assert refused.value.parameter == "top"


@pytest.mark.parametrize(
    "text", ["hauteur", "hauteur:0", "-hauteur:5000", "_area:1", "critere:2", "days:hauteur..date_releve:1"]
)
def test_what_gives_no_order_is_refused(text: str) -> None:
    with pytest.raises(InvalidParameter):
        titles(TREES, top=text)


def test_zones_are_chosen_and_filtered_by_their_area() -> None:
    side = 0.01
    for name, factor in (("N", 1), ("UA", 3), ("UB", 2)):
        shape = factories.box(2.2, 48.8, 2.2 + side * factor, 48.81)
        factories.zone(name, geom=shape)
    scope = access.scope(PUBLIC.visitor(), ZONES)

    def found(**parameters: str) -> list[str]:
        query = parse_query({name: [value] for name, value in parameters.items()})
        return sorted(select(scope, query).queryset.values_list("libelle", flat=True))

    assert found(top="-_area:1") == ["UA"]
    assert found(filter="S_AREA(geom) > 1000000") == ["UA", "UB"]
    assert found(filter="NOT S_AREA(geom) > 1000000") == ["N"]


@pytest.fixture
def surveys(catalogue: object) -> None:
    with factories.in_bulk():
        for name, planted in (("Un", "2024-01-01"), ("Deux", "2023-12-01"), ("Trois", None)):
            day = dt.date.fromisoformat(planted) if planted else None
            factories.tree(name, date_plantation=day, date_releve=dt.date(2024, 1, 11))


@pytest.mark.usefixtures("surveys")
def test_rows_are_chosen_and_filtered_by_the_days_between_two_dates() -> None:
    assert titles(TREES, top="-days:date_plantation..date_releve:1") == {"Deux"}
    assert titles(TREES, top="days:date_plantation..date_releve:9") == {"Un", "Deux"}
    assert titles(TREES, filter="DAYS_BETWEEN(date_plantation, date_releve) = 10") == {"Un"}
    assert titles(TREES, filter="DAYS_BETWEEN(date_plantation, date_releve) > 40") == {"Deux"}


@pytest.mark.parametrize(
    "text",
    [
        "DAYS_BETWEEN(date_plantation, DATE('2024-01-01')) > 1",
        "DAYS_BETWEEN(date_plantation, hauteur) > 1",
        "DAYS_BETWEEN(date_plantation) > 1",
    ],
)
def test_days_are_between_two_dates_of_a_row(text: str) -> None:
    with pytest.raises(InvalidParameter):
        titles(TREES, filter=text)


@pytest.mark.usefixtures("trees")
def test_the_page_of_the_first_rows_is_not_that_of_the_whole_layer() -> None:
    """The first page of a whole layer is cached: what narrows it has a page of its own."""
    pages = [selected(TREES, **parameters).page().rows for parameters in ({}, {"top": "-hauteur:2"})]
    assert [len(rows) for rows in pages] == [5, 2]


def test_the_area_of_the_first_rows_under_a_commune_is_theirs_alone() -> None:
    for name, east in (("N", 2.205), ("UA", 2.209), ("UB", 2.207)):
        factories.zone(name, geom=factories.box(2.195, 48.805, east, 48.81))
    count, area = aggregated(ZONES, commune=factories.SEVRES, top="-_area:1", measures="count,area").rows[0]
    (alone,) = aggregated(ZONES, commune=factories.SEVRES, filter="libelle = 'UA'", measures="area").rows[0]
    assert (count, area) == (1, pytest.approx(alone))
