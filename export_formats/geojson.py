"""GeoJSON (RFC 7946), by lines too, and flat JSON, written by PostgreSQL as the API writes its pages, without pages.

Coordinates are always x, y. In another CRS than WGS 84 the collection says so with the member ``crs`` of GeoJSON 2008,
which desktop tools read; licence, source and dates are members too. By lines there is a feature a line, nothing else:
no reader could know another system than WGS 84.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import IO, Any

from django.db.models import QuerySet, TextField, Value
from django.db.models.expressions import BaseExpression

from export_formats.notice import Notice, instant
from export_formats.rows import with_progress
from layers.crs import Crs
from layers.definitions import Field
from layers.formats.geojson import feature_sql, record_sql
from layers.formats.statements import compile_columns
from layers.queries import Selection
from layers.sql.geometry import geojson_geometry
from layers.sql.limits import copy_rows, time_limit

_BUFFER = 1 << 20
# Rows joined at once, as for the pages of the API.
_BATCH_ROWS = 64


def write_collection(selection: Selection, path: Path, notice: Notice) -> int:
    """Write a FeatureCollection; return the number of features."""
    head = {"type": "FeatureCollection", "name": selection.scope.slug} | (
        notice.crs.geojson if notice.is_located else {}
    )
    with path.open("wb", buffering=_BUFFER) as file:
        file.write(json.dumps(head, ensure_ascii=False).encode()[:-1] + b',"features":[\n')
        with time_limit("export"):
            count = _write(file, _features(selection, notice.crs), b",")
        tail = {"numberReturned": count, "timeStamp": instant(notice.exported)} | _about(notice)
        file.write(b"]," + json.dumps(tail, ensure_ascii=False).encode()[1:] + b"\n")
    return count


def write_lines(selection: Selection, path: Path, notice: Notice) -> int:
    """Write a feature a line; return the number of features."""
    with path.open("wb", buffering=_BUFFER) as file, time_limit("export"):
        return _write(file, _features(selection, notice.crs), b"")


def write_records(selection: Selection, path: Path, notice: Notice) -> int:
    """Write an array of flat objects, the geometry as ``geometry``; return the number of rows."""
    compiled = compile_columns(*_columns(selection, notice.crs))
    with path.open("wb", buffering=_BUFFER) as file, time_limit("export"):
        file.write(b"[")
        rows = () if compiled is None else copy_rows(record_sql(compiled), compiled.parameters)
        count = _write(file, iter(with_progress(rows)), b",")
        file.write(b"]\n")
    return count


def _columns(selection: Selection, crs: Crs) -> tuple[QuerySet[Any], BaseExpression, Sequence[Field]]:
    """Return the rows of a selection in its order, their geometry in GeoJSON, x first, and the fields."""
    kind = selection.scope.definition.geometry
    x_first = replace(crs, is_yx=False)
    geometry = geojson_geometry(x_first, kind) if kind.is_located else Value(None, output_field=TextField())
    return selection.rows.order_by(*selection.order.expressions()), geometry, selection.fields


def _features(selection: Selection, crs: Crs) -> Iterator[memoryview]:
    compiled = compile_columns(*_columns(selection, crs))
    return iter(
        with_progress(() if compiled is None else copy_rows(feature_sql(compiled), compiled.parameters))
    )


def _write(file: IO[bytes], rows: Iterator[memoryview], between: bytes) -> int:
    count, separator = 0, b""
    while batch := list(islice(rows, _BATCH_ROWS)):
        file.write(separator + between.join(batch))
        count, separator = count + len(batch), between
    return count


def _about(notice: Notice) -> dict[str, Any]:
    members = {
        "title": notice.title,
        "description": notice.abstract,
        "license": notice.licence_url or notice.licence,
        "source": notice.source,
        "attribution": notice.attribution,
        "dataUpdated": instant(notice.changed),
        "selection": notice.selection,
    }
    return {name: text for name, text in members.items() if text}
