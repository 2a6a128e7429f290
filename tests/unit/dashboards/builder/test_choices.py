"""What a maker chooses from: one filter for one thing, lists in alphabetical order."""

from __future__ import annotations

import pytest

from dashboards.builder.choices import is_commune_name
from layers.definitions import Field, FieldType


@pytest.mark.parametrize("title", ["Commune", "Communes", "nom de la commune", "Code INSEE", "code commune"])
def test_a_field_that_repeats_the_commune_is_recognised(title: str) -> None:
    assert is_commune_name(Field("ville", FieldType.TEXT, title))


@pytest.mark.parametrize("title", ["commune de naissance", "nom", "code", "communauté"])
def test_another_place_is_no_commune_of_the_rows(title: str) -> None:
    assert not is_commune_name(Field("ville", FieldType.TEXT, title))
