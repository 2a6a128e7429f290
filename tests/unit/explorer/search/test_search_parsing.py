"""The search box reads words, or a position in either order."""

from __future__ import annotations

import pytest

from explorer.search.results import SearchQuery, parse_search, read_position
from layers.errors import InvalidParameter, UnknownParameter


def test_blanks_are_folded() -> None:
    assert parse_search({"q": ["  parc   de  Meudon "]}) == SearchQuery("parc de Meudon")


def test_an_empty_form_looks_for_nothing() -> None:
    assert parse_search({"q": [""]}) == SearchQuery()


def test_an_unknown_parameter_is_named() -> None:
    with pytest.raises(UnknownParameter, match="couleur"):
        parse_search({"couleur": ["bleu"]})


@pytest.mark.parametrize("values", [["a", "b"], ["x" * 201], ["a\x00b"]])
def test_a_text_that_cannot_be_looked_for_is_refused(values: list[str]) -> None:
    with pytest.raises(InvalidParameter) as refusal:
        parse_search({"q": values})
    assert refusal.value.parameter == "q"


@pytest.mark.parametrize(
    "text",
    ["48.805, 2.231", "48.805 2.231", "2.231, 48.805", "48,805 2,231", "48,805 ; 2,231", "48.805° 2.231°"],
)
def test_two_degrees_are_a_position_in_either_order(text: str) -> None:
    assert read_position(text) == (2.231, 48.805)


@pytest.mark.parametrize("text", ["12 rue du Port", "92190", "148.8, 2.2", "48.8", "0, 0", "rue 48.8 2.2"])
def test_anything_else_is_words(text: str) -> None:
    assert read_position(text) is None
