"""A filter is within another only where its text proves it."""

from __future__ import annotations

import pytest

from layers.parsing.cql2 import parse_filter
from layers.parsing.cql2.implication import implies

WITHIN = [
    ("commune = '92048'", "commune = '92048'"),
    ("commune = '92048'", "commune IN ('92048', '92072')"),
    ("commune = '92048' AND etat = 'bon'", "commune = '92048'"),
    ("commune = '92048' OR commune = '92072'", "commune IN ('92072', '92048')"),
    ("etat = 'bon' AND commune = '92048'", "commune = '92048' AND etat = 'bon'"),
    ("commune = '92048'", "etat = 'bon' OR commune = '92048'"),
]
BEYOND = [
    ("commune IN ('92048', '92072')", "commune = '92048'"),
    ("commune = '92048'", "commune = '92048' AND etat = 'bon'"),
    ("commune = '92048' OR etat = 'bon'", "commune = '92048'"),
    ("quartier = '92048'", "commune = '92048'"),
    ("NOT commune = '92048'", "commune = '92048'"),
]


def proven(narrow: str, wide: str) -> bool:
    return implies(*(parse_filter(text).tree for text in (narrow, wide)))


@pytest.mark.parametrize(("narrow", "wide"), WITHIN)
def test_a_narrower_filter_is_within(narrow: str, wide: str) -> None:
    assert proven(narrow, wide)


@pytest.mark.parametrize(("narrow", "wide"), BEYOND)
def test_a_wider_or_other_filter_is_not_within(narrow: str, wide: str) -> None:
    assert not proven(narrow, wide)
