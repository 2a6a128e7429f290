"""The numbers of a field, for classes: all of them, or quantiles of all of them; a row without one is counted apart."""

from __future__ import annotations

from unittest.mock import patch

import pytest

from layers import access
from layers.aggregates import NumberSample, number_sample, profiles
from layers.errors import InvalidParameter, UnknownProperty
from layers.parsing import FeatureQuery
from layers.queries import select
from tests import factories
from tests.people import ADMINISTRATOR, PUBLIC, Person

HEIGHTS = (30, 4, None, 12, 8, 21)


@pytest.fixture
def trees(catalogue: object) -> None:
    with factories.in_bulk():
        for height in HEIGHTS:
            factories.tree(f"Arbre-{height}", hauteur=height)


def sample(field: str = "hauteur", person: Person = ADMINISTRATOR) -> NumberSample:
    return number_sample(select(access.scope(person.visitor(), "arbres-remarquables"), FeatureQuery()), field)


def test_numbers_come_in_order_without_the_missing_ones(trees: None) -> None:
    found = sample()
    assert found.values.tolist() == [4, 8, 12, 21, 30]
    assert (found.count, found.rows, found.is_sampled, found.weight) == (5, 6, False, 1)


def test_very_many_numbers_are_told_by_quantiles_of_all_of_them_ends_included(trees: None) -> None:
    with patch.object(profiles, "MAX_READ", 3), patch.object(profiles, "QUANTILES", 2):
        found = sample()
    assert found.values.tolist() == [4, 12, 30]
    assert (found.is_sampled, round(found.weight, 2)) == (True, 1.67)


def test_what_is_no_number_or_not_read_is_refused(trees: None) -> None:
    with pytest.raises(InvalidParameter, match="nom"):
        sample("nom_vernaculaire")
    with pytest.raises(UnknownProperty):
        sample("etat_sanitaire", PUBLIC)
