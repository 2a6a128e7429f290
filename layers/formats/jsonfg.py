"""JSON-FG (OGC 21-045): GeoJSON with a place in any CRS and a time.

In CRS84 the place of a feature is its ``geometry``, which every GeoJSON reader knows; in another CRS it is ``place``,
in the axis order of that CRS, and ``geometry`` is null: a reader is never given coordinates it would misplace.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from django.db.models import F, Func, TextField, Value
from django.db.models.expressions import Expression
from django.db.models.functions import Coalesce, Concat

from layers.access import Scope
from layers.crs import CRS84, Crs
from layers.definitions import Field, FieldType
from layers.formats.geojson import FeatureEncoding, shape, tail
from layers.queries import Selection

MEDIA_TYPE = "application/vnd.ogc.fg+json"
_SPEC = "http://www.opengis.net/spec/json-fg-1/1.0/conf/"
CONFORMANCE = (_SPEC + "core", _SPEC + "types-schemas")
_NULL = Value("null", output_field=TextField())


def head(scope: Scope, crs: Crs, *, schema: str = "") -> dict[str, Any]:
    """Return the members that the features of a document share; ``schema`` is the address of their JSON Schema."""
    members: dict[str, Any] = {"conformsTo": list(CONFORMANCE), "featureType": scope.slug}
    if schema:
        members["featureSchema"] = schema
    if scope.definition.geometry.is_located:
        members["coordRefSys"] = crs.uri
        members["geometryDimension"] = scope.definition.geometry.dimension
    return members


def jsonfg(schema: str) -> FeatureEncoding:
    """Return the form of collections; ``schema`` is the address of the JSON Schema of the features."""

    def opening(selection: Selection, matched: int) -> bytes:
        members = {"type": "FeatureCollection"} | head(selection.scope, selection.query.crs, schema=schema)
        members["numberMatched"] = matched
        return json.dumps(members).encode()[:-1] + b', "features":[\n'

    return FeatureEncoding(MEDIA_TYPE, opening, tail, _members, members="s.geometry", between=b",")


def time_field(scope: Scope) -> Field | None:
    """Return the field that dates the features, when the visitor reads it."""
    return scope.time_field


def time_member(field: Field, value: str | None) -> dict[str, str] | None:
    """Return the ``time`` of a feature: its day, or its instant in UTC; ``value`` is written in ISO 8601."""
    if value is None:
        return None
    if field.type is FieldType.DATE:
        return {"date": value}
    instant = dt.datetime.fromisoformat(value).astimezone(dt.UTC)
    return {"timestamp": instant.isoformat().replace("+00:00", "Z")}


def _members(selection: Selection) -> Expression:
    """Return the SQL text of ``geometry``, ``crs_geometry`` and ``time``."""
    where = Coalesce(shape(selection), _NULL)
    geometry, crs_geometry = (where, _NULL) if selection.query.crs is CRS84 else (_NULL, where)
    return Concat(
        Value(',"geometry":'), geometry, Value(',"place":'), crs_geometry, Value(',"time":'), _time(selection.scope),
        output_field=TextField(),
    )  # fmt: skip


def _time(scope: Scope) -> Expression:
    field = time_field(scope)
    if field is None:
        return _NULL
    if field.type is FieldType.DATE:
        return Coalesce(DayText(F(field.source)), _NULL)
    return Coalesce(InstantText(F(field.source)), _NULL)


class DayText(Func):
    """``{"date": "2024-05-31"}`` of a date; NULL without one."""

    template = """('{"date":"' || to_char(%(expressions)s, 'YYYY-MM-DD') || '"}')"""
    output_field = TextField()


class InstantText(Func):
    """``{"timestamp": "2024-05-31T08:00:00Z"}`` of an instant, to the microsecond; NULL without one."""

    template = (
        """('{"timestamp":"' || to_char(%(expressions)s AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS') """
        """|| rtrim(rtrim(to_char(%(expressions)s AT TIME ZONE 'UTC', '.US'), '0'), '.') || 'Z"}')"""
    )
    output_field = TextField()
