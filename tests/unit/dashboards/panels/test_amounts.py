"""Amounts of a trajectory are rounded, never cut, and a difference that is told as nothing has no sign."""

from __future__ import annotations

import pytest

from dashboards.panels.labels import amount
from dashboards.panels.trajectories import Amounts
from interface.wording import number


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (898.96, 0, "899"),
        (2.68, 1, "2,7"),
        (1_299.5001, 0, "1\u202f300"),
        (-0.04, 1, "0,0"),
        (-2.68, 1, "−2,7"),
        (None, 1, "–"),
    ],
)
def test_amounts_are_rounded_to_their_decimals(value: float | None, decimals: int, text: str) -> None:
    assert Amounts("kt", decimals).plain(value) == text


def test_differences_are_rounded_too() -> None:
    assert Amounts("kt", 1).signed(0.96) == "+1,0\u00a0kt"
    assert Amounts("kt", 1).signed(0.04) == "0,0\u00a0kt"


def test_numbers_are_rounded_to_three_decimals() -> None:
    assert [number(2.9996), number(0.0006), number(12)] == ["3", "0,001", "12"]


def test_an_amount_has_the_decimals_of_the_document() -> None:
    assert amount(1234.5, "m", decimals=2) == "1\u202f234,50\u00a0m"
    assert amount(12.0, decimals=1) == "12,0"


def test_a_count_has_no_decimals() -> None:
    assert amount(12, decimals=2) == "12"


def test_a_difference_that_rounds_to_zero_has_no_minus_zero() -> None:
    assert amount(-0.001, decimals=1) == "0,0"
