"""Answers of the kernel as tables: what the page shows under a chart, and what CSV and XLSX hold."""

from __future__ import annotations

from collections.abc import Mapping

from dashboards.panels.kinds import PanelColumn, PanelTable
from dashboards.panels.labels import filter_value, is_number, is_year, label
from layers.aggregates import AggregateResult, ResultColumn, Scalar
from layers.aggregates.plan import FEATURE
from layers.parsing.aggregates import SERIES

RowFilter = tuple[str, str] | None


def table_of(
    result: AggregateResult, *, unit: str = "", titles: Mapping[str, str] | None = None
) -> PanelTable:
    """Return the table of an aggregate: words for its keys, plain values for its measures.

    ``unit`` is that of the measures where the document says one; ``titles`` are its words for codes and measures.
    """
    columns = tuple(_column(column, unit, titles or {}) for column in result.columns)
    return PanelTable(
        columns=columns,
        rows=tuple(
            tuple(
                label(column, value, titles) if column.is_key else value
                for column, value in zip(result.columns, row, strict=True)
            )
            for row in result.rows
        ),
        filters=tuple(row_filter(result, row) for row in result.rows),
    )


def row_filter(result: AggregateResult, row: tuple[Scalar, ...]) -> RowFilter:
    """Return the page filter that a click on a group sets: its first key."""
    return key_filter(result.columns[0], row[0]) if result.columns and result.columns[0].is_key else None


def key_filter(column: ResultColumn, value: Scalar) -> RowFilter:
    """Return the page filter of a value of a key, by the field that the key is made of."""
    found = filter_value(column, value)
    if found is None or column.name == SERIES:
        return None
    return column.name.rpartition(":")[2].removeprefix(FEATURE), found


def _column(column: ResultColumn, unit: str, titles: Mapping[str, str]) -> PanelColumn:
    return PanelColumn(
        name=column.name,
        title=titles.get(column.name, column.title),
        unit="" if column.is_key else unit or column.unit,
        is_number=not column.is_key and is_number(column) and not is_year(column),
        is_rounded=not column.is_key,
    )
