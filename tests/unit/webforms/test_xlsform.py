"""The common part of XLSForm: what is read of its expressions, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from webforms.xlsform.expressions import UnreadExpression, read_bounds, read_relevant


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("${etat} = 'casse'", {"field": "etat", "op": "=", "value": "casse"}),
        ("${n}>=2.5", {"field": "n", "op": ">=", "value": 2.5}),
        ("${a} != ''", {"field": "a", "op": "empty", "value": False}),
        ("selected(${mobilier}, 'banc')", {"field": "mobilier", "op": "contains", "value": "banc"}),
        (
            "${a} = 'x' or ${a} = 'y' and ${b} < 3",
            {
                "any": [
                    {"field": "a", "op": "=", "value": "x"},
                    {"all": [{"field": "a", "op": "=", "value": "y"}, {"field": "b", "op": "<", "value": 3}]},
                ]
            },
        ),
        (
            "(${a} = 'x' or ${b} = true()) and ${c} != 0",
            {
                "all": [
                    {
                        "any": [
                            {"field": "a", "op": "=", "value": "x"},
                            {"field": "b", "op": "=", "value": True},
                        ]
                    },
                    {"field": "c", "op": "!=", "value": 0},
                ]
            },
        ),
    ],
)
def test_a_simple_relevant_is_a_condition(text: str, condition: Any) -> None:
    assert read_relevant(text) == condition


@pytest.mark.parametrize(
    "text",
    [
        "",
        "${a}",
        "${a} = ${b}",
        "${a} + 1 = 2",
        "count(${a}) > 1",
        "${a} = 'x' and",
        "(${a} = 'x'",
        "not(${a} = 'x')",
    ],
)
def test_an_expression_beyond_the_simple_part_is_unread(text: str) -> None:
    with pytest.raises(UnreadExpression):
        read_relevant(text)


def test_bounds_of_a_constraint_are_read() -> None:
    assert read_bounds(". >= 0 and . <= 10", is_whole=False) == (0, 10)
    assert read_bounds(".>0", is_whole=True) == (1, None)


@pytest.mark.parametrize("text", [". > 0.5", "regex(., '[0-9]+')", ". >= 0 or . = 9"])
def test_a_constraint_that_is_no_bound_is_unread(text: str) -> None:
    with pytest.raises(UnreadExpression):
        read_bounds(text, is_whole=False)
