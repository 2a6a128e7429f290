"""Rows of a layer by the records that they have."""

from __future__ import annotations

import pytest

from amenities.models import Equipment
from layers import access
from layers.errors import InvalidParameter, UnknownProperty
from layers.parsing import parse_query
from layers.queries import select
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
