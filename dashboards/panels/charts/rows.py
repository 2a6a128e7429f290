"""Rows of charts: each mark with its words, its tooltip, and the page filter that a click on it sets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from dashboards.panels.labels import amount, filter_value, is_year, label
from dashboards.panels.questions import keys_of, measures_of
from dashboards.panels.tables import key_filter
from layers.aggregates import AggregateResult, ResultColumn, Scalar

Row = dict[str, Any]
_SYMBOL = 3
"""Letters of a unit that is a symbol: %, m², kWh."""


@dataclass(frozen=True, slots=True)
class Words:
    """The document's own words: the unit of the measures, and titles of codes and measures."""

    unit: str = ""
    titles: Mapping[str, str] | None = None

    def unit_of(self, measure: ResultColumn) -> str:
        """Return the unit of a measure."""
        return self.unit or measure.unit

    def title_of(self, column: ResultColumn) -> str:
        """Return the title of a column."""
        return (self.titles or {}).get(column.name, column.title)


def chart_rows(result: AggregateResult, words: Words = Words()) -> list[Row]:
    """Return a row a group: keys ``k0``, ``k1`` and their words ``l0``, ``l1``; measures ``v0``… and words ``w0``….

    ``tip`` is what a tooltip and a screen reader say. ``filters`` are the page filters that a click on the mark sets,
    as [field, value], first key first. Groups whose first measure has no value are not drawn.
    """
    keys, measures = keys_of(result), measures_of(result)
    rows: list[Row] = []
    for cells in result.rows:
        values = cells[len(keys) :]
        if not values or not isinstance(values[0], int | float):
            continue
        row: Row = {"n": len(rows)}
        for place, (column, value) in enumerate(zip(keys, cells, strict=False)):
            row |= {f"k{place}": drawn_key(column, value), f"l{place}": label(column, value, words.titles)}
        for place, (column, value) in enumerate(zip(measures, values, strict=True)):
            row |= {f"v{place}": drawn(value), f"w{place}": mark_words(column, value, words)}
        row["filters"] = [found for pair in zip(keys, cells, strict=False) if (found := key_filter(*pair))]
        said = measure_words(measures[0], values[0], words)
        row["tip"] = tip([row[f"l{place}"] for place in range(len(keys))], said)
        rows.append(row)
    return rows


def drawn_key(column: ResultColumn, value: Scalar) -> str | float | None:
    """Return the value of a key as JSON holds it: the first day of a period, whatever the time zone."""
    start = filter_value(column, value) if column.period else None
    return start.partition("/")[0] if start else drawn(value)


def drawn(value: Scalar) -> str | float | None:
    """Return a value as JSON holds it: dates as ISO texts."""
    if isinstance(value, dt.date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


def measure_words(column: ResultColumn, value: Scalar, words: Words) -> str:
    """Write the value of a measure with its unit."""
    if isinstance(value, int | float):
        return amount(value, words.unit_of(column), is_year=is_year(column))
    return label(column, value)


def mark_words(column: ResultColumn, value: Scalar, words: Words) -> str:
    """Write the value of a measure beside its mark: with a unit that is a symbol; a longer one is told once, below."""
    if isinstance(value, int | float) and not is_symbol(words.unit_of(column)) and not is_year(column):
        return amount(value)
    return measure_words(column, value, words)


def is_symbol(unit: str) -> bool:
    """Whether a unit is short enough to be written beside every mark."""
    return len(unit) <= _SYMBOL


def tip(labels: list[str], value: str) -> str:
    """Return what is said of a mark: « Annuel principal, en retard : 12 »."""
    return _("%(title)s : %(text)s") % {"title": ", ".join(labels), "text": value} if labels else value
