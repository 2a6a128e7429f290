"""Random filters written in XML, in each version, select what the same filters in CQL2 and plain Python select."""

from __future__ import annotations

import json

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from amenities.models import Playground
from layers.parsing.cql2 import Expression, parse_filter
from layers.sql.filters import compile_filter
from tests.examples import examples
from tests.fes_writing import WILDCARDS, FesWriter, has_times
from tests.random_filters import FIELDS, Node, Row, drawn_playgrounds, evaluate, trees
from wfs.parsing.fes import FesVersion, read_filter
from wfs.parsing.xml import parse_xml


@pytest.fixture
def rows(db: None) -> list[Row]:
    return drawn_playgrounds()


def _ids(expression: Expression) -> list[int]:
    found = Playground.objects.filter(compile_filter(expression, FIELDS))
    return list(found.order_by("pk").values_list("pk", flat=True))


def test_random_filters_in_xml_select_what_cql2_and_three_valued_logic_say(rows: list[Row]) -> None:
    @examples(150)
    @given(trees(), st.sampled_from(list(FesVersion)), st.sampled_from(WILDCARDS))
    def agrees(tree: Node, version: FesVersion, wildcards: tuple[str, str, str]) -> None:
        assume(version is FesVersion.V2_0 or not has_times(tree))
        text = FesWriter(version, wildcards).filter(tree)
        parsed = read_filter(parse_xml(text), version=version)
        assert parsed.expression is not None
        found = _ids(parsed.expression)
        assert found == _ids(parse_filter(json.dumps(tree), lang="cql2-json"))
        assert found == [row["id"] for row in rows if evaluate(tree, row) is True]

    agrees()
