"""An aggregate as a document for machines and a table for people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _

from interface import wording
from interface.http.links import Link, RequestAddress, link, representations
from interface.http.media_types import GEOJSON, JSON
from layers.access import Scope
from layers.aggregates import AggregateResult, ResultColumn, Scalar
from layers.definitions import Field, FieldType
from layers.parsing.aggregates import SHAPING

Document = dict[str, Any]


def aggregate_document(
    scope: Scope, result: AggregateResult, address: RequestAddress, items: str, collection: str
) -> Document:
    """Return the answer for machines; ``items`` and ``collection`` are the addresses of these resources."""
    names = [column.name for column in result.columns]
    document: Document = {
        "collection": scope.slug,
        "numberMatched": result.matched,
        "numberGroups": result.groups,
        "numberReturned": len(result.rows),
        "truncated": result.is_cut,
        "columns": [_column(column) for column in result.columns],
        "rows": [dict(zip(names, row, strict=True)) for row in result.rows],
        "links": links(address, items, collection),
    }
    if result.smallest_count:
        document |= {"smallestCount": result.smallest_count, "suppressedRows": sorted(result.suppressed)}
    return document


def links(address: RequestAddress, items: str, collection: str) -> list[Link]:
    """Return the links of an aggregate; that to the items carries what selects them."""
    features = items_address(address, items)
    return [
        *representations(address, JSON),
        *([link("items", features, GEOJSON, _("Objets regroupés"))] if features else []),
        link("collection", collection, JSON),
    ]


def items_address(address: RequestAddress, items: str, form: str = "") -> str:
    """Return where the features that are grouped are listed; empty where a list cannot select them all alike."""
    if not {"relation-filter", "period"}.isdisjoint(address.query):
        return ""
    return RequestAddress(items, address.query).with_query(f=form, **dict.fromkeys(SHAPING, ""))


def _column(column: ResultColumn) -> Document:
    document: Document = {
        "name": column.name,
        "title": column.title,
        "role": "key" if column.is_key else "measure",
        "type": column.type.value,
    }
    if column.unit:
        document["unit"] = column.unit
    if column.period:
        document["period"] = column.period
    if column.bins:
        document["bins"] = {
            "width": column.bins.step,
            "edges": list(column.bins.edges),
            "lastIncludesEnd": column.bins.has_closed_end,
        }
    if column.is_key:
        document["countsOnce"] = column.counts_once
    if column.labels:
        document["labels"] = {str(code): label for code, label in column.labels.items()}
    return document


@dataclass(frozen=True, slots=True)
class Cell:
    """A column as a field of a row, so that its value is written like that of a feature; ``end`` is that of a bin."""

    field: Field
    row: Mapping[str, Scalar]
    end: Mapping[str, Scalar] | None = None


def table(result: AggregateResult) -> list[list[Cell]]:
    """Return the cells of the answer for people."""
    fields = [_field(column) for column in result.columns]
    return [
        [
            Cell(field, {field.name: _rendered(column, value)}, _end(column, value))
            for field, column, value in zip(fields, result.columns, row, strict=True)
        ]
        for row in result.rows
    ]


def _field(column: ResultColumn) -> Field:
    """Return a field that is written as the column is read: what has words is a text."""
    kind = FieldType.TEXT if column.period or column.labels else column.type
    labels = tuple((str(code), label) for code, label in column.labels.items())
    return Field(column.name, kind, column.title, unit=column.unit, choices=labels)


def _rendered(column: ResultColumn, value: Scalar) -> Scalar:
    if column.period and isinstance(value, dt.date):
        return _PERIODS[column.period](value)
    return str(value) if column.labels and value is not None else value


_PERIODS: dict[str, Callable[[dt.date], str]] = {
    "year": lambda day: str(day.year),
    "quarter": lambda day: (
        _("trimestre %(quarter)d %(year)d") % {"quarter": day.month // 3 + 1, "year": day.year}
    ),
    "month": lambda day: formats.date_format(day, "YEAR_MONTH_FORMAT"),
    "week": lambda day: _("semaine du %s") % wording.day(day),
    "day": wording.day,
}


def _end(column: ResultColumn, value: Scalar) -> Mapping[str, Scalar] | None:
    """Return the end of the bin that starts at ``value``."""
    bins = column.bins
    if bins is None or value is None:
        return None
    if bins.edges:
        index = bins.edges.index(value)
        return {column.name: bins.edges[index + 1]}
    assert isinstance(value, int | float)
    end = round(value + bins.step, 9)
    return {column.name: int(end) if column.type is FieldType.INTEGER else end}


def groupable(scope: Scope) -> list[Field]:
    """Return the fields whose groups are few and say something: the facets, codes and booleans of the layer."""
    return [
        field
        for field in scope.fields
        if field.is_facet or field.choices or field.type in {FieldType.BOOLEAN, FieldType.TEXTS}
    ]
