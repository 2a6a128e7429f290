"""Filters on arrays of texts: which communes each expression selects, by their postal codes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from layers.definitions import ID, fields_of
from layers.errors import InvalidFilter
from layers.models import Commune
from layers.parsing.cql2 import parse_filter
from layers.sql.filters import compile_filter


@pytest.fixture
def towns(communes: dict[str, Commune]) -> Iterator[Callable[[str], int]]:
    """Count the communes, each with its postal codes, that a filter selects."""
    Commune.objects.update(codes_postaux=["92130"])
    Commune.objects.filter(pk=next(iter(communes.values())).pk).update(codes_postaux=["92100", "92190"])
    fields = {field.name: field for field in (ID, *fields_of(Commune, ["nom", "codes_postaux"]))}
    yield lambda text: Commune.objects.filter(compile_filter(parse_filter(text), fields)).count()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A_CONTAINS(codes_postaux, ('92190'))", 1),
        ("A_CONTAINS(codes_postaux, ('92190', '92130'))", 0),
        ("A_CONTAINS(codes_postaux, ('921900'))", 0),
        ("A_CONTAINEDBY(codes_postaux, ('92190', '92100', '75000'))", 1),
        ("A_OVERLAPS(codes_postaux, ('92190', '92130'))", 3),
        ("A_EQUALS(codes_postaux, ('92190', '92100'))", 1),
        ("A_EQUALS(('92130'), codes_postaux)", 2),
        ("NOT A_CONTAINS(codes_postaux, ('92190'))", 2),
        ("A_EQUALS(codes_postaux, ())", 0),
        ("NOT A_EQUALS((), codes_postaux)", 3),
        ("A_CONTAINS(codes_postaux, ( ))", 3),
        ("S_INTERSECTS(geom, BBOX(-180, -90, 180, 90))", 3),
    ],
)  # fmt: skip
def test_arrays_are_compared_as_sets(towns: Callable[[str], int], text: str, expected: int) -> None:
    assert towns(text) == expected


@pytest.mark.parametrize(
    "text", ["codes_postaux = '92130'", "A_CONTAINS(codes_postaux, (1, 2))", "codes_postaux LIKE '92%'"]
)
def test_an_array_is_not_a_text(towns: Callable[[str], int], text: str) -> None:
    with pytest.raises(InvalidFilter):
        towns(text)
