"""Units that a panel converts: amounts in metres shown in kilometres, in grams in tonnes, in euros in thousands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from layers.aggregates import AggregateResult, ResultColumn, Scalar
from layers.definitions import FieldType

# Units of one quantity, each by how much of the first one it holds.
_QUANTITIES: tuple[Mapping[str, Fraction], ...] = (
    {"m": Fraction(1), "cm": Fraction(1, 100), "mm": Fraction(1, 1000), "km": Fraction(1000)},
    {"m²": Fraction(1), "ha": Fraction(10_000), "km²": Fraction(1_000_000)},
    {"m³": Fraction(1), "L": Fraction(1, 1000)},
    {"kg": Fraction(1), "g": Fraction(1, 1000), "t": Fraction(1000)},
    {"s": Fraction(1), "min": Fraction(60), "h": Fraction(3600), "j": Fraction(86_400)},
    {"Wh": Fraction(1), "kWh": Fraction(1000), "MWh": Fraction(10**6), "GWh": Fraction(10**9)},
    {"W": Fraction(1), "kW": Fraction(1000), "MW": Fraction(10**6)},
    {"€": Fraction(1), "k€": Fraction(1000), "M€": Fraction(10**6)},
)


def conversion(unit: str, target: str) -> Fraction | None:
    """Return what an amount of a unit is multiplied by in another of its quantity; None between other texts."""
    for units in _QUANTITIES:
        if unit != target and unit in units and target in units:
            return units[unit] / units[target]
    return None


def other_units(unit: str) -> tuple[str, ...]:
    """Return the units that amounts of a unit may be converted to."""
    return tuple(name for units in _QUANTITIES if unit in units for name in units if name != unit)


def converted(result: AggregateResult, target: str) -> AggregateResult:
    """Return an answer whose first measure, and others of its unit, are in another unit of their quantity."""
    first = next((column for column in result.columns if not column.is_key), None)
    factor = conversion(first.unit, target) if first is not None else None
    if first is None or factor is None:
        return result
    indexes = {
        index
        for index, column in enumerate(result.columns)
        if not column.is_key and column.unit == first.unit
    }
    columns = tuple(
        _in_unit(column, target) if index in indexes else column
        for index, column in enumerate(result.columns)
    )
    rows = tuple(
        tuple(_times(value, factor) if index in indexes else value for index, value in enumerate(row))
        for row in result.rows
    )
    return replace(result, columns=columns, rows=rows)


def _in_unit(column: ResultColumn, unit: str) -> ResultColumn:
    return replace(column, unit=unit, type=FieldType.NUMBER)


def _times(value: Scalar, factor: Fraction) -> Scalar:
    """Return an amount multiplied; a value that is none stays."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return value
    return float(Fraction(value) * factor)
