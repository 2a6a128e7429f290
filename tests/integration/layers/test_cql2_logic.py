"""Random filters select the rows that plain Python, with SQL's three values, says they select."""

from __future__ import annotations

import json

import cql2
import pytest
from hypothesis import given

from amenities.models import Playground
from layers.parsing.cql2 import parse_filter
from layers.sql.filters import compile_filter
from tests.examples import examples
from tests.random_filters import FIELDS, Node, Row, drawn_playgrounds, evaluate, trees


@pytest.fixture
def rows(db: None) -> list[Row]:
    return drawn_playgrounds()


def _selected(text: str, lang: str) -> list[int]:
    condition = compile_filter(parse_filter(text, lang=lang), FIELDS)
    return list(Playground.objects.filter(condition).order_by("pk").values_list("pk", flat=True))


def test_random_filters_select_what_three_valued_logic_says(rows: list[Row]) -> None:
    @examples(150)
    @given(trees())
    def agrees(tree: Node) -> None:
        expected = [row["id"] for row in rows if evaluate(tree, row) is True]
        assert _selected(json.dumps(tree), "cql2-json") == expected

    agrees()


def test_random_filters_written_as_text_select_the_same(rows: list[Row]) -> None:
    @examples(80)
    @given(trees())
    def agrees(tree: Node) -> None:
        written = json.dumps(tree)
        assert _selected(cql2.parse_json(written).to_text(), "cql2-text") == _selected(written, "cql2-json")

    agrees()
