"""Amounts in another unit of their quantity."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from dashboards.panels.units import conversion, converted, other_units
from layers.aggregates import AggregateResult, ResultColumn
from layers.definitions import FieldType

PLACE = ResultColumn("commune", "commune", FieldType.TEXT, is_key=True)
LENGTH = ResultColumn("length", "longueur", FieldType.NUMBER, "m")
COUNT = ResultColumn("count", "nombre", FieldType.INTEGER)


@pytest.mark.parametrize(
    ("unit", "target", "factor"),
    [
        ("m", "km", Fraction(1, 1000)),
        ("m²", "ha", Fraction(1, 10_000)),
        ("kg", "t", Fraction(1, 1000)),
        ("€", "k€", Fraction(1, 1000)),
        ("min", "h", Fraction(1, 60)),
        ("m", "m", None),
        ("m", "arbres", None),
        ("m", "t", None),
        ("", "km", None),
    ],
)
def test_a_unit_converts_within_its_quantity_alone(unit: str, target: str, factor: Fraction | None) -> None:
    assert conversion(unit, target) == factor


def test_the_amounts_of_one_unit_convert_together_and_counts_stay() -> None:
    rows = (("92048", Decimal("2518.5"), 7), ("92040", None, 2))
    result = AggregateResult((PLACE, LENGTH, COUNT), rows, matched=9, groups=2, limit=10)
    answer = converted(result, "km")
    assert answer.rows == (("92048", 2.5185, 7), ("92040", None, 2))
    assert [column.unit for column in answer.columns] == ["", "km", ""]


def test_a_unit_in_words_changes_no_amount() -> None:
    result = AggregateResult((LENGTH,), ((2518,),), matched=1, groups=1, limit=1)
    assert converted(result, "mètres de haies") is result


def test_the_units_of_a_quantity_are_offered() -> None:
    assert other_units("m²") == ("ha", "km²")
