"""Rows of a layer by the records that they have."""

from __future__ import annotations

import pytest

from amenities.models import Equipment
from layers import access
from layers.errors import InvalidParameter, UnknownProperty
from layers.parsing import parse_query
from layers.queries import Selection, select
from tests import factories
from tests.people import PUBLIC
from tests.selections import selected

pytestmark = pytest.mark.usefixtures("catalogue")


def names(*records: str) -> list[str]:
    scope = access.scope(PUBLIC.visitor(), "aires-de-jeux")
    return sorted(select(scope, parse_query({"records": records})).queryset.values_list("nom", flat=True))


@pytest.fixture
def playgrounds(catalogue: object) -> None:
    for name, kinds in (
        ("Deux", ("toboggan", "toboggan")),
        ("Mixte", ("toboggan", "balancoire")),
        ("Rien", ()),
    ):
        playground = factories.playground(name)
        for kind in kinds:
            Equipment.objects.create(playground=playground, type=kind)


@pytest.mark.usefixtures("playgrounds")
@pytest.mark.parametrize(
    ("records", "expected"),
    [
        (("equipements",), ["Deux", "Mixte"]),
        (("equipements:0",), ["Rien"]),
        (("equipements:2..",), ["Deux", "Mixte"]),
        (("equipements:2..?type = 'toboggan'",), ["Deux"]),
        (("equipements:1?type = 'toboggan'",), ["Mixte"]),
        (("equipements:0..1?type = 'toboggan'",), ["Mixte", "Rien"]),
        (("equipements?type = 'toboggan'", "equipements:0?type = 'balancoire'"), ["Deux"]),
    ],
)
def test_rows_are_selected_by_how_many_records_they_have(
    records: tuple[str, ...], expected: list[str]
) -> None:
    assert names(*records) == expected


def trees_of(**parameters: list[str]) -> Selection:
    return select(access.scope(PUBLIC.visitor(), "arbres-remarquables"), parse_query(parameters))


def near_playgrounds(**parameters: list[str]) -> list[str]:
    return sorted(trees_of(**parameters).queryset.values_list("nom_vernaculaire", flat=True))


@pytest.fixture
def trees_near_playgrounds(catalogue: object) -> None:
    """A tree beside a playground with a slide, another one beside a playground without any."""
    for name, kinds, at in (("Glisse", ("toboggan",), (2.21, 48.81)), ("Nu", (), (2.23, 48.81))):
        playground = factories.playground(name, at=at)
        factories.tree(f"Près de {name}", at=(at[0] + 0.0003, at[1]))
        for kind in kinds:
            Equipment.objects.create(playground=playground, type=kind)


@pytest.mark.usefixtures("trees_near_playgrounds")
@pytest.mark.parametrize(
    ("relation", "records", "expected"),
    [
        ("touching", [], ["Près de Glisse", "Près de Nu"]),
        ("touching", ["aires-de-jeux/equipements?type = 'toboggan'"], ["Près de Glisse"]),
        ("touching", ["aires-de-jeux/equipements:0"], ["Près de Nu"]),
        ("disjoint", ["aires-de-jeux/equipements?type = 'toboggan'"], ["Près de Nu"]),
    ],
)
def test_a_relation_is_with_the_features_that_have_such_records(
    relation: str, records: list[str], expected: list[str]
) -> None:
    assert near_playgrounds(**{relation: ["aires-de-jeux@100"], "records": records}) == expected


@pytest.mark.usefixtures("trees_near_playgrounds")
def test_the_nearest_feature_of_a_relation_has_such_records_too() -> None:
    near = trees_of(
        touching=["aires-de-jeux@5000"], records=["aires-de-jeux/equipements:0"], matched=["true"]
    )
    assert {row["aires_de_jeux_voisin"] for row in near.page().rows} == {"Nu"}


def test_hidden_records_of_another_layer_are_refused_like_those_that_do_not_exist() -> None:
    for relation in ("inspections", "absente"):
        with pytest.raises(UnknownProperty) as refused:
            near_playgrounds(touching=["aires-de-jeux@100"], records=[f"aires-de-jeux/{relation}"])
        assert refused.value.parameter == "records"


@pytest.mark.parametrize("touching", [[], ["plui-zones"], ["aires-de-jeux/1@100"]])
def test_records_of_a_layer_that_nothing_relates_to_are_refused(touching: list[str]) -> None:
    with pytest.raises(InvalidParameter, match="aires-de-jeux"):
        near_playgrounds(touching=touching, records=["aires-de-jeux/equipements"])


@pytest.mark.parametrize("relation", ["inspections", "absente"])
def test_a_hidden_relation_is_refused_like_one_that_does_not_exist(relation: str) -> None:
    with pytest.raises(UnknownProperty) as refused:
        names(relation)
    assert refused.value.parameter == "records"


@pytest.mark.parametrize("text", ["equipements:3..1", "equipements:x", "", "equipements?"])
def test_what_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(InvalidParameter):
        names(text)


@pytest.mark.usefixtures("playgrounds")
def test_the_page_of_rows_with_records_is_not_that_of_the_whole_layer() -> None:
    """The first page of a whole layer is cached: what narrows it has a page of its own."""
    pages = [
        selected("aires-de-jeux", **parameters).page().rows
        for parameters in ({}, {"records": "equipements:0"})
    ]
    assert [len(rows) for rows in pages] == [3, 1]
