"""An aggregate as a document for machines and a table for people, and its part of the OpenAPI document."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _

from interface.http.links import Link, RequestAddress, link, representations
from interface.http.media_types import GEOJSON, HTML, JSON
from layers.access import Scope
from layers.aggregates import AggregateResult, Plain, ResultColumn
from layers.aggregates.plan import LINES, askable
from layers.definitions import Field, FieldType
from layers.parsing.aggregates import (
    DEFAULT_GROUPS,
    MAX_GROUPS,
    MAX_KEYS,
    MAX_MEASURES,
    PERIODS,
    SHAPING,
)
from layers.sql.buckets import DATES, NUMBERS
from ogc.formats.openapi import operation, parameters
from ogc.formats.openapi.schemas import named

Document = dict[str, Any]


def aggregate_document(
    scope: Scope, result: AggregateResult, address: RequestAddress, items: str, collection: str
) -> Document:
    """Return the answer for machines; ``items`` and ``collection`` are the addresses of these resources."""
    names = [column.name for column in result.columns]
    return {
        "collection": scope.slug,
        "numberMatched": result.matched,
        "numberGroups": result.groups,
        "numberReturned": len(result.rows),
        "truncated": result.is_cut,
        "columns": [_column(column) for column in result.columns],
        "rows": [dict(zip(names, row, strict=True)) for row in result.rows],
        "links": links(address, items, collection),
    }


def links(address: RequestAddress, items: str, collection: str) -> list[Link]:
    """Return the links of an aggregate; that to the items carries what selects them."""
    features = RequestAddress(items, address.query).with_query(f="", **dict.fromkeys(SHAPING, ""))
    return [
        *representations(address, JSON),
        link("items", features, GEOJSON, _("Objets regroupés")),
        link("collection", collection, JSON),
    ]


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
    row: Mapping[str, Plain]
    end: Mapping[str, Plain] | None = None


def table(result: AggregateResult) -> list[list[Cell]]:
    """Return the cells of the answer for people."""
    fields = [_field(column) for column in result.columns]
    return [
        [
            Cell(field, {field.name: _shown(column, value)}, _end(column, value))
            for field, column, value in zip(fields, result.columns, row, strict=True)
        ]
        for row in result.rows
    ]


def _field(column: ResultColumn) -> Field:
    """Return a field that is written as the column is read: what has words is a text."""
    kind = FieldType.TEXT if column.period or column.labels else column.type
    labels = tuple((str(code), label) for code, label in column.labels.items())
    return Field(column.name, kind, column.title, unit=column.unit, choices=labels)


def _shown(column: ResultColumn, value: Plain) -> Plain:
    if column.period and isinstance(value, dt.date):
        return _PERIODS[column.period](value)
    return str(value) if column.labels and value is not None else value


_PERIODS: dict[str, Callable[[dt.date], str]] = {
    "year": lambda day: str(day.year),
    "quarter": lambda day: (
        _("trimestre %(quarter)d %(year)d") % {"quarter": day.month // 3 + 1, "year": day.year}
    ),
    "month": lambda day: formats.date_format(day, "YEAR_MONTH_FORMAT"),
    "week": lambda day: _("semaine du %s") % formats.date_format(day),
    "day": formats.date_format,
}


def _end(column: ResultColumn, value: Plain) -> Mapping[str, Plain] | None:
    """Return the end of the bin that starts at ``value``."""
    bins = column.bins
    if bins is None or value is None:
        return None
    if bins.edges:
        place = bins.edges.index(value)
        return {column.name: bins.edges[place + 1]}
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


def aggregate_path(scope: Scope) -> Document:
    """Return the path of a layer's aggregates in the OpenAPI document, with the names that this visitor may use."""
    slug = scope.slug
    given = [
        *(found for found in parameters.of_items(scope) if _name(found) not in _OF_ITEMS_ALONE),
        *_asked(scope),
        parameters.forms("json", "html"),
    ]
    content = {JSON: {"schema": _SCHEMA}, HTML: {"schema": {"type": "string"}}}
    described = operation(f"{slug}.aggregate", slug, _("Objets regroupés et mesurés"), given, content)
    answers = described["get"]["responses"]
    answers["200"]["headers"] = {"ETag": {"$ref": "#/components/headers/ETag"}}
    answers["304"] = {"description": _("Rien n’a changé depuis l’ETag donné.")}
    return {f"/collections/{slug}/aggregate": described}


_OF_ITEMS_ALONE = frozenset({*SHAPING, "properties", "cursor", "crs", "f"})


def _name(parameter: Document) -> str:
    name: str = parameter.get("name") or parameter["$ref"].rpartition("/")[2]
    return name


# What ``parse_aggregate`` accepts, as far as a regular expression can say it.
_WIDTHS = r"width([1-9]\d{0,11}(\.\d{1,9})?|0\.\d{0,8}[1-9])"
_COUNTS_OF_BINS = r"bins([1-9]\d?|1\d\d|200)"


def _asked(scope: Scope) -> list[Document]:
    fields = askable(scope).values()
    every = _names(fields)
    numbers = _names(field for field in fields if field.type in NUMBERS)
    dates = _names(field for field in fields if field.type in DATES)
    ordered = _names(field for field in fields if field.type in NUMBERS | DATES)
    keys = (
        rf"^({every}|({'|'.join(PERIODS)}):({dates})|{_WIDTHS}:({numbers})"
        rf"|{_COUNTS_OF_BINS}:({ordered}))$"
    )
    kind = scope.definition.geometry
    alone = "|".join(["count"] + ["length"] * (kind in LINES) + ["area"] * kind.is_surface)
    measures = (
        rf"^({alone}|(sum|avg|median|p\d{{1,2}}(\.\d{{1,3}})?):({numbers})|(min|max):({ordered})"
        rf"|distinct:({every}))$"
    )
    told = _("Propriétés, seules, par période (year:date), par tranches (width5:hauteur, bins10:hauteur).")
    computed = _(
        "count, ou fonction et propriété : sum:surface, p90:hauteur ; length et area de la géométrie."
    )
    order = _("Colonnes de la réponse, précédées de - pour un tri décroissant ; sinon les clés.")
    limit = {"type": "integer", "minimum": 1, "maximum": MAX_GROUPS, "default": DEFAULT_GROUPS}
    return [
        parameters.parameter("group_by", _texts(keys, MAX_KEYS), told),
        parameters.parameter("measures", _texts(measures, MAX_MEASURES) | {"default": ["count"]}, computed),
        parameters.parameter("sortby", _texts("^-?[^,]{1,200}$", MAX_KEYS + MAX_MEASURES), order),
        parameters.parameter(
            "limit", limit, _("Nombre de groupes donnés ; « truncated » dit s’il en reste.")
        ),
    ]


def _names(fields: Iterable[Field]) -> str:
    """Return the names as alternatives of a regular expression that matches nothing without any."""
    return "|".join(re.escape(field.name) for field in fields) or r"[^\s\S]"


def _texts(pattern: str, most: int) -> Document:
    items = {"type": "string", "pattern": pattern}
    return {"type": "array", "items": items, "minItems": 1, "maxItems": most, "uniqueItems": True}


_TEXT: Document = {"type": "string"}
_COUNT: Document = {"type": "integer", "minimum": 0}
_VALUE: Document = {"nullable": True, "oneOf": [_TEXT, {"type": "number"}, {"type": "boolean"}]}
_BINS: Document = {
    "type": "object",
    "required": ["width", "edges", "lastIncludesEnd"],
    "properties": {
        "width": {"type": "number", "minimum": 0},
        "edges": {"type": "array", "items": _VALUE},
        "lastIncludesEnd": {"type": "boolean"},
    },
}
_COLUMN: Document = {
    "type": "object",
    "required": ["name", "title", "role", "type"],
    "properties": {
        "name": _TEXT,
        "title": _TEXT,
        "role": {"type": "string", "enum": ["key", "measure"]},
        "type": {"type": "string", "enum": [kind.value for kind in FieldType if kind is not FieldType.TEXTS]},
        "unit": _TEXT,
        "period": {"type": "string", "enum": list(PERIODS)},
        "bins": _BINS,
        "countsOnce": {"type": "boolean"},
        "labels": {"type": "object", "additionalProperties": _TEXT},
    },
}
_SCHEMA: Document = {
    "type": "object",
    "required": [
        "collection", "numberMatched", "numberGroups", "numberReturned", "truncated", "columns", "rows", "links",
    ],
    "properties": {
        "collection": _TEXT,
        "numberMatched": _COUNT,
        "numberGroups": _COUNT,
        "numberReturned": _COUNT,
        "truncated": {"type": "boolean"},
        "columns": {"type": "array", "items": _COLUMN},
        "rows": {"type": "array", "items": {"type": "object", "additionalProperties": _VALUE}},
        "links": {"type": "array", "items": named("link")},
    },
}  # fmt: skip
