"""Answers and rows as tables: what the page shows under a chart, and what CSV and XLSX hold; a cell in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboards.panels.kinds import PanelColumn, PanelRequest, PanelTable
from dashboards.panels.labels import (
    filter_value,
    is_number,
    is_year,
    label,
    last_day,
    local_day,
    measure_units,
    precise,
)
from interface import wording
from interface.territory import COMMUNE_FIELD, label_communes
from layers import queries
from layers.aggregates import AggregateResult, ResultColumn, Scalar
from layers.aggregates.plan import FEATURE
from layers.definitions import Field, FieldType
from layers.parsing import parse_query
from layers.parsing.aggregates import SERIES

RowFilter = tuple[str, str] | None


def table_of(
    result: AggregateResult, *, unit: str = "", titles: Mapping[str, str] | None = None
) -> PanelTable:
    """Return the table of an aggregate: words for its keys, plain values for its measures.

    ``unit`` is that of the first measure where the document says one; ``titles`` are its words for codes and measures.
    """
    units = measure_units(result.columns, unit)
    columns = tuple(_column(column, units.get(column.name, ""), titles or {}) for column in result.columns)
    return PanelTable(
        columns=columns,
        rows=tuple(
            tuple(
                _key_cell(column, value, titles) if column.is_key else value
                for column, value in zip(result.columns, row, strict=True)
            )
            for row in result.rows
        ),
        filters=tuple(row_filter(result, row) for row in result.rows),
        until=_until(result),
        running=frozenset(running_rows(result)),
    )


def running_note(result: AggregateResult, form: str | None = None) -> str:
    """Name the period of an answer that is not over, whose groups are not to be compared with those of others.

    ``form`` says how it is drawn: its ``%s`` is the period.

    A year that is a number may be one of a plan, or of a yearly survey: nothing says that it is incomplete.
    """
    running = running_rows(result)
    return (form or _("Période en cours, incomplète : %s.")) % next(iter(running.values())) if running else ""


def running_rows(result: AggregateResult) -> dict[int, str]:
    """Return the name of the period of each row of an answer whose period is not over, by the index of the row."""
    today, running = timezone.localdate(), {}
    for index, column in enumerate(result.columns):
        if not column.is_key or not column.period:
            continue
        for at, row in enumerate(result.rows):
            start = row[index]
            if isinstance(start, dt.date) and is_running(local_day(start), column.period, today):
                running[at] = label(column, start)
    return running


def is_running(start: dt.date, period: str, today: dt.date) -> bool:
    """Whether a period has begun and is not over; today is not over, the last day of a longer period is its end."""
    finish = last_day(start, period)
    return start <= today < finish or start == today == finish


def _until(result: AggregateResult) -> dt.date | None:
    """Return the last day of the last of the periods that have begun; None without a key of periods or years."""
    today, ends = timezone.localdate(), []
    for index, column in enumerate(result.columns):
        if not column.is_key or not (column.period or is_year(column)):
            continue
        for row in result.rows:
            start = row[index]
            if isinstance(start, dt.date) and local_day(start) <= today:
                ends.append(last_day(local_day(start), column.period))
            elif isinstance(start, int) and dt.MINYEAR < start <= today.year:
                ends.append(dt.date(start, 12, 31))
    return max(ends, default=None)


def _key_cell(column: ResultColumn, value: Scalar, titles: Mapping[str, str] | None) -> Any:
    """Return the words of a group, but the date of a day: a page writes both alike, a spreadsheet reads the date."""
    is_day = (
        isinstance(value, dt.date) and column.period in {"", "day"} and not (titles or {}).get(str(value))
    )
    return local_day(value) if isinstance(value, dt.date) and is_day else label(column, value, titles)


def row_filter(result: AggregateResult, row: tuple[Scalar, ...]) -> RowFilter:
    """Return the page filter that a click on a group sets: its first key."""
    return key_filter(result.columns[0], row[0]) if result.columns and result.columns[0].is_key else None


def key_filter(column: ResultColumn, value: Scalar) -> RowFilter:
    """Return the page filter of a value of a key, by the field that the key is made of."""
    text = filter_value(column, value)
    if text is None or column.name == SERIES:
        return None
    return column.name.rpartition(":")[2].removeprefix(FEATURE), text


def _column(column: ResultColumn, unit: str, titles: Mapping[str, str]) -> PanelColumn:
    return PanelColumn(
        name=column.name,
        title=titles.get(column.name, column.title),
        unit=unit,
        is_number=not column.is_key and is_number(column) and not is_year(column),
        is_rounded=not column.is_key,
    )


_NUMBERS = frozenset({FieldType.INTEGER, FieldType.NUMBER})
_FEW = 4


@dataclass(frozen=True, slots=True)
class PanelRows:
    """``rows`` by field name, with ``id``; ``matched`` is how many were selected."""

    fields: tuple[Field, ...]
    rows: tuple[Mapping[str, Any], ...]
    matched: int


def list_rows(request: PanelRequest, *, also: Iterable[str] = ()) -> PanelRows:
    """Return the rows of a panel; ``also`` are fields that the kind reads and does not show.

    Without fields of its own, a panel shows the title of the features and their key facts.

    Raises:
        UnknownProperty: a field that the visitor does not have.
    """
    names = request.question.fields or _key_facts(request)
    read = [*names, *(name for name in also if name not in names)]
    words = {"properties": [",".join(read)], "limit": [str(request.question.limit)]}
    if request.question.sort:
        words["sortby"] = [",".join(request.question.sort)]
    shape = parse_query(words)
    query = replace(request.query, properties=shape.properties, sort=shape.sort, limit=shape.limit)
    listing = queries.listing(queries.select(request.scope, query))
    by_name = request.scope.filterable
    fields = tuple(by_name[name] for name in names)
    named = label_communes(fields) if COMMUNE_FIELD in names else fields
    return PanelRows(named, listing.rows, listing.matched)


def _key_facts(request: PanelRequest) -> tuple[str, ...]:
    """Return the title and the key facts of a layer, as far as the visitor reads them."""
    definition = request.scope.definition
    named = dict.fromkeys((definition.title_field, *definition.summary))
    readable = [name for name in named if name in request.scope.filterable]
    rest = [field.name for field in request.scope.fields if field.name not in named]
    return tuple((readable or rest)[: _FEW + 1])


def row_table(listed: PanelRows, titles: Mapping[str, str] | None = None, *, selects: str = "") -> PanelTable:
    """Return rows as a table: codes in words, other values as they are.

    ``selects`` is the field whose value a click on a row makes a filter of the page.
    """
    return PanelTable(
        columns=tuple(
            PanelColumn(
                field.name,
                (titles or {}).get(field.name, capitalised(str(field.title))),
                field.unit,
                is_amount(field),
            )
            for field in listed.fields
        ),
        rows=tuple(tuple(cell(field, row) for field in listed.fields) for row in listed.rows),
        filters=tuple(_filter(row, selects) for row in listed.rows),
        features=tuple(row["id"] for row in listed.rows),
    )


def _filter(row: Mapping[str, Any], selects: str) -> tuple[str, str] | None:
    value = row.get(selects)
    return None if wording.is_empty(value) else (selects, str(value))


def is_amount(field: Field) -> bool:
    """Whether the values of a field are amounts: neither codes nor years."""
    return field.type in _NUMBERS and not field.choices and not wording.is_year(field)


def cell(field: Field, row: Mapping[str, Any]) -> Any:
    """Return the value of a field: its words when it is a code or a list, else the plain value."""
    value = row.get(field.name)
    if wording.is_empty(value):
        return None
    if isinstance(value, list | tuple):
        return ", ".join(str(field.label(item)) for item in value)
    if field.choices:
        return str(field.label(value))
    return value


def cell_words(column: PanelColumn, value: Any, *, has_unit: bool = True) -> str:
    """Write a plain value of a table for people; a number of a column that holds none is a year.

    Without ``has_unit`` only the head of the column has its unit.
    """
    if value is None:
        return "–"
    if isinstance(value, bool):
        return wording.WRITERS[FieldType.BOOLEAN](Field("", FieldType.BOOLEAN, ""), value)
    if isinstance(value, dt.datetime):
        return wording.instant(value)
    if isinstance(value, dt.date):
        return wording.day(value)
    if not isinstance(value, int | float | Decimal):
        return str(value)
    if not column.is_number:
        return wording.year(value)
    if column.is_rounded or column.decimals is not None:
        text = precise(float(value) if isinstance(value, Decimal) else value, column.decimals)
    else:
        text = wording.number(value)
    return f"{text}{wording.HARD_SPACE}{wording.unit(column.unit)}" if column.unit and has_unit else text


def capitalised(title: str) -> str:
    """Return a title with its first letter upper case, the rest as it is."""
    return title[:1].upper() + title[1:]


def row_notes(beyond: int) -> tuple[str, ...]:
    """Say how many rows are not shown."""
    words = ngettext("%d autre ligne n’est pas montrée.", "%d autres lignes ne sont pas montrées.", beyond)
    return (words % beyond,) if beyond > 0 else ()
