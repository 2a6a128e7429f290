"""References and colours of the heritage."""

import re

import pytest

from heritage.catalogue import BUILDINGS, TREES
from heritage.vocabulary import MERIMEE_PATTERN, BuildingProtection


@pytest.mark.parametrize("text", ["PA00088117", "IA00066706", "ACR0000123"])
def test_a_reference_has_a_known_prefix(text: str) -> None:
    assert re.fullmatch(MERIMEE_PATTERN, text)


@pytest.mark.parametrize("text", ["PA0008811", "PA000881170", "XX00088117", "pa00088117", "PA0008811A", "PA"])
def test_anything_else_is_not_a_reference(text: str) -> None:
    assert not re.fullmatch(MERIMEE_PATTERN, text)


def test_every_protection_has_a_colour() -> None:
    assert [category.value for category in BUILDINGS.style.categories] == BuildingProtection.values


def test_the_diagnosis_of_a_tree_is_protected() -> None:
    assert {field.name for field in TREES.fields if field.is_protected} == {
        "etat_sanitaire",
        "date_dernier_diagnostic",
    }
