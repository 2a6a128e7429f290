"""The table of operators, its handlers and its page say the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from layers.parsing.cql2 import bounds, parse_filter, parser
from layers.parsing.cql2.parser import EXTENSIONS, SERVED
from layers.parsing.geometry import MAX_VERTICES
from layers.sql.filters import HANDLERS, operators

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "filters.md").read_text()


def test_every_operator_served_has_a_handler_and_no_handler_is_idle() -> None:
    assert HANDLERS.keys() == SERVED.keys() | EXTENSIONS.keys()


@pytest.mark.parametrize("example", PAGE.split("```")[1].strip().split("\n"))
def test_the_examples_of_the_page_are_filters(example: str) -> None:
    assert parse_filter(example, lang="cql2-json" if example.startswith("{") else "cql2-text")


@pytest.mark.parametrize("operator", [name for name in SERVED if name.startswith(("s_", "a_"))])
def test_the_page_names_every_function(operator: str) -> None:
    assert operator.upper() in PAGE


@pytest.mark.parametrize(
    "bound",
    [
        bounds.MAX_CHARACTERS,
        bounds.MAX_NESTING,
        bounds.MAX_CHAIN,
        parser.MAX_NODES,
        MAX_VERTICES,
        operators.MAX_CALCULATIONS,
    ],
)
def test_the_page_tells_every_bound(bound: int) -> None:
    assert f"| {bound:,} " in PAGE
