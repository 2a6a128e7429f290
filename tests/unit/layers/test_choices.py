"""A value outside the choices of its parameter is refused, and both are named."""

from __future__ import annotations

import pytest

from layers.errors import InvalidParameter
from layers.parsing.choices import choice


@pytest.mark.parametrize("value", ["", "a3"])
def test_a_value_of_the_list_is_returned(value: str) -> None:
    assert choice(value, ["", "a4", "a3"], parameter="papier") == value


@pytest.mark.parametrize("value", ["", "A3", "a3 ", "a5"])
def test_another_value_is_refused(value: str) -> None:
    with pytest.raises(InvalidParameter) as refusal:
        choice(value, ["a4", "a3"], parameter="papier")
    assert refusal.value.parameter == "papier"


def test_a_refusal_names_the_choices_that_can_be_written() -> None:
    with pytest.raises(InvalidParameter, match=r"papier .*: a4, a3\s;"):
        choice("a5", ["", "a4", "a3"], parameter="papier")


def test_a_refusal_tells_the_beginning_of_the_value() -> None:
    with pytest.raises(InvalidParameter) as refusal:
        choice("é" * 1_000, ["a4"], parameter="papier")
    assert "é" * 41 not in str(refusal.value)
