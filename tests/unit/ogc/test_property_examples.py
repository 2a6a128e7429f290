"""The filters that pages give as examples: each names its field, whatever its name, and is read."""

from __future__ import annotations

from typing import Any

import pytest

from layers.definitions import Field, FieldType
from layers.parsing.cql2 import parse_filter
from layers.parsing.cql2.nodes import Operation, Property
from ogc.presenters import example


def names_in(node: Any) -> set[str]:
    if isinstance(node, Property):
        return {node.name}
    return set().union(*map(names_in, node.arguments)) if isinstance(node, Operation) else set()


@pytest.mark.parametrize("name", ["hauteur", "année", "not", "TRUE", "null", "_x", "2024", 'a "b"', "date"])
@pytest.mark.parametrize("kind", FieldType)
def test_an_example_names_its_field(name: str, kind: FieldType) -> None:
    assert names_in(parse_filter(example(Field(name, kind, name))).tree) == {name}


@pytest.mark.parametrize("kind", [FieldType.TEXT, FieldType.TEXTS])
def test_the_example_of_a_coded_field_asks_one_of_its_codes(kind: FieldType) -> None:
    assert "'d''été'" in example(Field("saison", kind, "saison", choices=(("d'été", "Été"),)))
