"""Cells of an aggregate as people read them: periods, bins, communes and codes in words, amounts with their unit."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import pairwise

from django.utils import timezone
from django.utils.translation import gettext as _

from interface import wording
from layers.aggregates import ResultColumn, Scalar
from layers.definitions import Field, FieldType
from layers.parsing.aggregates import SERIES, AggregateMeasure, parse_measure

_NUMBERS = frozenset({FieldType.INTEGER, FieldType.NUMBER})
_WEEK = dt.timedelta(days=6)
_WITHIN = re.compile(r"min|max|avg|median|p[\d.]+")
"""Measures whose values lie within those of their field."""
_COUNTS = frozenset({"count", "distinct"})
_RUNNING = frozenset({"cumulated", "change"})


def is_number(column: ResultColumn) -> bool:
    """Whether the cells of a column are amounts."""
    return column.type in _NUMBERS and not column.labels


def measure_units(columns: Sequence[ResultColumn], unit: str = "") -> Mapping[str, str]:
    """Return the unit of each measure, by name; ``unit`` is that of the document, which the first measure has.

    Of the other measures, those of the same quantity have it too: the median and a percentile of one field, the sums
    of two fields in euros. A count, a share or a quantity in another unit keeps its own.
    """
    measures = [column for column in columns if not column.is_key]
    return {
        column.name: unit if unit and _is_same_quantity(measures[0], column) else column.unit
        for column in measures
    }


def _is_same_quantity(first: ResultColumn, other: ResultColumn) -> bool:
    """Whether two measures are amounts of the same thing."""
    one, two = _summed(parse_measure(first.name)), _summed(parse_measure(other.name))
    if str(one) == str(two):
        return True
    if one.parts or two.parts:
        return bool(first.unit) and one.function == two.function and first.unit == other.unit
    if first.unit or other.unit:
        return first.unit == other.unit
    return one.property == two.property and not {one.function, two.function} & _COUNTS


def _summed(measure: AggregateMeasure) -> AggregateMeasure:
    """Return what a running total or a difference is made of, which has the same unit."""
    return measure.parts[0] if measure.function in _RUNNING else measure


def rounded(value: float) -> float:
    """Return a number as precise as a reader needs: three figures, whole ones as they are."""
    if isinstance(value, int) or value == int(value):
        return int(value)
    size = abs(value)
    return round(value) if size >= 100 else round(value, 1 if size >= 10 else 2)


def amount(
    value: float | Decimal | None, unit: str = "", *, is_year: bool = False, decimals: int | None = None
) -> str:
    """Write an amount with its unit (« 6,2 j »); a dash for none. A year is no amount (« 2008 »).

    ``decimals`` are those of the document, which whole numbers by nature (counts) do not have.
    """
    if value is None:
        return "–"
    if is_year:
        return wording.year(value)
    text = precise(value, decimals)
    return f"{text}{wording.HARD_SPACE}{wording.unit(unit)}" if unit else text


def precise(value: float | Decimal, decimals: int | None = None) -> str:
    """Write a number with the decimals of the document, else as precisely as a reader needs."""
    if decimals is None or isinstance(value, int):
        return wording.number(rounded(float(value) if isinstance(value, Decimal) else value))
    return wording.number(value, decimals)


def signed(value: float, unit: str = "", *, decimals: int | None = None) -> str:
    """Write a difference: its sign is always there, with a true minus; percentages differ by points."""
    sign = "+" if value > 0 else "−" if value < 0 else ""
    size = abs(value)
    words = wording.difference_unit(unit, rounded(size))
    return f"{sign}{amount(size, words, decimals=decimals)}"


def label(column: ResultColumn, value: Scalar, titles: Mapping[str, str] | None = None) -> str:
    """Write a cell of a group key; ``titles`` are words of the document, by code."""
    if titles and (title := titles.get("" if value is None else str(value))):
        return title
    if value is None or value == "":
        return column.label(None)
    if isinstance(value, dt.date):
        return period_label(local_day(value), column.period)
    if column.bins is not None and isinstance(value, int | float):
        return _bin_label(column, value)
    if is_number(column) and isinstance(value, int | float) and not isinstance(value, bool):
        # A key is never rounded: two groups would read the same.
        if is_year(column):
            return wording.year(value)
        text = wording.number(value)
        return f"{text}{wording.HARD_SPACE}{wording.unit(column.unit)}" if column.unit else text
    words = column.label(value)
    return words[:1].upper() + words[1:] if column.name == SERIES else words


def period_label(start: dt.date, period: str) -> str:
    """Name a period by its first day: « 2021 », « T2 2021 », « mars 2021 », « 8–14 mars 2021 », a day."""
    return wording.period_label(start, period)


def filter_value(column: ResultColumn, value: Scalar) -> str | None:
    """Return what the address of the page holds for a cell: a code, or ``start/end`` of a period or a bin.

    A period holds its last day. A bin holds its start and not its end, but for the last one of real numbers. None for
    what no filter says: a missing value.
    """
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if column.period and isinstance(value, dt.date):
        start = local_day(value)
        return f"{start}/{last_day(start, column.period)}"
    if column.bins is not None and isinstance(value, int | float):
        return f"{_plain(value)}/{_plain(_bin_end(column, value))}"
    return _plain(value) if isinstance(value, float) else str(value)


def last_day(start: dt.date, period: str) -> dt.date:
    """Return the last day of a period that begins on a day."""
    if period == "day":
        return start
    if period == "week":
        return start + _WEEK
    months = {"year": 12, "quarter": 3, "month": 1}[period]
    year, month = divmod(start.month - 1 + months, 12)
    after = dt.date(start.year + year, month + 1, 1) if start.year + year <= dt.MAXYEAR else dt.date.max
    return after - dt.timedelta(days=1)


def local_day(value: dt.date) -> dt.date:
    """Return the day of a date, or that of an instant in the portal's time zone."""
    return timezone.localtime(value).date() if isinstance(value, dt.datetime) else value


def _plain(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)


def is_year(column: ResultColumn) -> bool:
    """Whether the cells of a column are years: those of a key, or a measure that is one of them or between them."""
    function, _colon, name = column.name.rpartition(":")
    is_key = column.is_key or bool(_WITHIN.fullmatch(function))
    return is_key and wording.is_year(Field(name, column.type, column.title, unit=column.unit))


def _bin_end(column: ResultColumn, start: float) -> float:
    """Return where a bin ends."""
    assert column.bins is not None
    edges = [edge for edge in column.bins.edges if isinstance(edge, int | float)]
    return next((end for begin, end in pairwise(edges) if begin == start), start + column.bins.step)


def _bin_label(column: ResultColumn, start: float) -> str:
    """Write a bin: whole numbers by their first and last (« 5–9 »), others by their edges."""
    end = _bin_end(column, start)
    if column.type is FieldType.INTEGER:
        first, last = int(start), int(end) - 1
        write = wording.year if is_year(column) else wording.number
        return write(first) if last <= first else f"{write(first)}–{write(last)}"
    return _("%(start)s à %(end)s") % {
        "start": wording.number(rounded(start)),
        "end": wording.number(rounded(end)),
    }
