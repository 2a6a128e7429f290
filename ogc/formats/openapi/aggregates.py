"""The aggregates of a layer in the OpenAPI document: the rows, keys and measures available to this visitor."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from interface.http.media_types import HTML, JSON
from layers.access import Scope
from layers.aggregates.plan import LINES, groupable_fields, groupable_record_fields
from layers.definitions import Field, FieldType
from layers.parsing.aggregates import (
    DEFAULT_GROUPS,
    MAX_GROUPS,
    MAX_KEYS,
    MAX_MEASURES,
    MAX_PERIODS,
    MAX_SERIES,
    PERIODS,
    SERIES,
    SERIES_VALUE,
    SHAPING,
)
from layers.parsing.cql2.bounds import MAX_CHARACTERS
from layers.sql.grouping import DATES, NUMBERS
from ogc.formats.openapi import operation, parameters
from ogc.formats.openapi.parameters import named

Document = dict[str, Any]


def aggregate_path(scope: Scope) -> Document:
    """Return the path of a layer's aggregates in the OpenAPI document, with the names that this visitor may use."""
    slug = scope.slug
    inputs = [
        *(parameter for parameter in parameters.of_items(scope) if _name(parameter) not in _OF_ITEMS_ALONE),
        *_grouping(scope),
        parameters.forms("json", "html"),
    ]
    content = {JSON: {"schema": _SCHEMA}, HTML: {"schema": {"type": "string"}}}
    described = operation(f"{slug}.aggregate", slug, _("Objets regroupés et mesurés"), inputs, content)
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


def _grouping(scope: Scope) -> list[Document]:
    limit = {"type": "integer", "minimum": 1, "maximum": MAX_GROUPS, "default": DEFAULT_GROUPS}
    keys, measures = _patterns(scope)
    description = _(
        "Propriétés, seules, par période (year:date), par tranches (width5:hauteur, bins10:hauteur) ; des "
        "enregistrements liés, aussi celles de l’objet (feature.nom)."
    )
    computed = _(
        "count, ou fonction et propriété : sum:surface, p90:hauteur ; jours d’une date à une autre : "
        "median:days:debut..fin ; length et area de la géométrie ; ou dérivée "
        "d’elles : share:count, ratio:sum:a/sum:b, per_inhabitant:count, per_km2:count, cumulated:count, change:count."
    )
    order = _("Colonnes de la réponse, précédées de - pour un tri décroissant ; sinon les clés.")
    bound = _("Nombre de groupes donnés ; au-delà du maximum, le maximum. « truncated » dit s’il en reste.")
    filling = _("Donner aussi les périodes sans objet, entre la première et la dernière.")
    return [
        *_rows(scope),
        parameters.parameter("group_by", _texts(keys, MAX_KEYS), description),
        parameters.parameter("measures", _texts(measures, MAX_MEASURES) | {"default": ["count"]}, computed),
        parameters.parameter("empty", {"type": "boolean", "default": False}, filling),
        parameters.parameter("sortby", _texts("^-?[^,]{1,200}$", MAX_KEYS + MAX_MEASURES), order),
        parameters.parameter("limit", limit, bound),
    ]


def _rows(scope: Scope) -> list[Document]:
    """Return the parameters that choose what is grouped: those that name fields, where there is one to name."""
    fields = _nameable(scope)
    numbers = [field for field in fields if field.type in NUMBERS]
    dates = [field for field in fields if field.type in DATES]
    linked = scope.relations
    periods = _texts(rf"^({_names(dates)}):[^,]{{1,80}}$", MAX_PERIODS)
    names = {"type": "string", "enum": [relation.name for relation in linked]}
    text = {"type": "string", "minLength": 1, "maxLength": MAX_CHARACTERS}
    description = (
        ("series", numbers, _texts(rf"^({_names(numbers)})$", MAX_SERIES), _SERIES),
        ("period", dates, periods, _PERIOD),
        ("relation", linked, names, _RELATION),
        ("relation-filter", linked, text, _RELATION_FILTER),
    )
    return [
        parameters.parameter(name, schema, str(words)) for name, among, schema, words in description if among
    ]


_SERIES = gettext_lazy("Colonnes de nombres dont chacune fait une série : la clé series, et le nombre value.")
_PERIOD = gettext_lazy("Périodes de champs de dates : date:2025-01-01/2025-12-31, .. pour un bout ouvert.")
_RELATION = gettext_lazy("Grouper les enregistrements liés aux objets choisis, et non ces objets.")
_RELATION_FILTER = gettext_lazy("Filtre CQL2 (texte) des enregistrements liés.")


def _patterns(scope: Scope) -> tuple[str, str]:
    """Return what keys and measures match."""
    fields = [*_nameable(scope), Field(SERIES_VALUE, FieldType.NUMBER, "")]
    every = _names([*fields, Field(SERIES, FieldType.TEXT, "")])
    numbers = _names(field for field in fields if field.type in NUMBERS)
    dates = _names(field for field in fields if field.type in DATES)
    ordered = _names(field for field in fields if field.type in NUMBERS | DATES)
    keys = (
        rf"^({every}|({'|'.join(PERIODS)}):({dates})|{_WIDTHS}:({numbers})"
        rf"|{_COUNTS_OF_BINS}:({ordered}))$"
    )
    kind = scope.definition.geometry
    alone = "|".join(["count"] + ["length"] * (kind in LINES) + ["area"] * kind.is_surface)
    measurable = rf"{numbers}|days:({dates})\.\.({dates})"
    added, distinct = rf"{alone}|sum:({measurable})", rf"distinct:({every})"
    measured = rf"{alone}|(sum|avg|median|stddev|min|max|p\d{{1,2}}(\.\d{{1,3}})?):({measurable})|{distinct}"
    measured += rf"|avg:({numbers})\*({numbers})"
    measures = (
        rf"^({measured}|(min|max):({ordered})|(share|cumulated):({added})"
        rf"|(per_inhabitant|per_km2):({added}|{distinct})|change:({measured})|ratio:({measured})/({measured}))$"
    )
    return keys, measures


def _nameable(scope: Scope) -> list[Field]:
    """Return the fields that questions name, of the features and of their related records, each name and type once."""
    fields = [*groupable_fields(scope).values()]
    for relation in scope.relations:
        fields += groupable_record_fields(scope, relation).values()
    return [*{(field.name, field.type): field for field in fields}.values()]


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
        "numberMatched": {**_COUNT, "nullable": True},
        "smallestCount": {"type": "integer", "minimum": 1},
        "suppressedRows": {"type": "array", "items": _COUNT},
        "numberGroups": _COUNT,
        "numberReturned": _COUNT,
        "truncated": {"type": "boolean"},
        "age": _COUNT,
        "columns": {"type": "array", "items": _COLUMN},
        "rows": {"type": "array", "items": {"type": "object", "additionalProperties": _VALUE}},
        "links": {"type": "array", "items": named("link")},
    },
}  # fmt: skip
