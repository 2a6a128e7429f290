"""GeoJSON (RFC 7946) written by PostgreSQL: a feature a row, joined into a collection as they arrive.

The collection is spooled before it is sent, in memory up to a few megabytes and then on disk: a slow client holds no
database connection, and a statement that fails or times out is an error and never a truncated answer.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from tempfile import SpooledTemporaryFile
from typing import Any

from django.db.models import TextField, Value

from layers.crs import Crs
from layers.formats.columns import Compiled, compile_columns
from layers.queries import Selection
from layers.sql.copy import copy_rows
from layers.sql.geometry import geojson_geometry
from layers.sql.limits import time_limit

MEDIA_TYPE = "application/geo+json"
# Kept in memory up to this size, on disk beyond.
_SPOOL_BYTES = 4 * 1024 * 1024
# Rows joined at once: Python then works a batch and not a row, and holds little of a layer of large surfaces.
_BATCH_ROWS = 64
# Above this many rows the read is timed as a whole layer.
_PAGE_ROWS = 10_000

Links = Callable[[str], list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Collection:
    """A rendered collection: ``body`` is at its beginning, ``size`` in bytes; ``cursor`` is empty on the last page."""

    body: SpooledTemporaryFile[bytes]
    size: int
    returned: int
    matched: int
    cursor: str

    @property
    def is_on_disk(self) -> bool:
        """Whether the body outgrew the memory it may take."""
        return self.size > _SPOOL_BYTES


def feature_collection(selection: Selection, *, links: Links) -> Collection:
    """Render the page of a selection; ``links`` receives the cursor of the next page and returns the links member.

    Raises:
        TooSlow: the database did not answer in the time given to a page or a whole layer.
    """
    limit = selection.query.limit
    with ExitStack() as undo, time_limit("page" if limit <= _PAGE_ROWS else "whole"):
        matched = selection.count()
        body: SpooledTemporaryFile[bytes] = undo.enter_context(SpooledTemporaryFile(max_size=_SPOOL_BYTES))
        body.write(b'{"type":"FeatureCollection","numberMatched":%d,"features":[\n' % matched)
        rows = _features(selection, selection.query.crs)
        returned, last = _write(body, islice(rows, limit))
        is_cut = bool(list(rows))  # one row at most; reading to the end is what closes a COPY
        cursor = selection.cursor_after(json.loads(last)["id"]) if is_cut else ""
        undo.pop_all()  # whoever sends the body closes it
    tail = {"numberReturned": returned, "timeStamp": _now(), "links": links(cursor)}
    body.write(b"]," + json.dumps(tail, ensure_ascii=False).encode()[1:])
    size = body.tell()
    body.seek(0)
    return Collection(body, size, returned, matched, cursor)


def _write(body: SpooledTemporaryFile[bytes], rows: Iterator[memoryview]) -> tuple[int, bytes]:
    """Write the rows with commas between them, a batch at a time; return how many and the last one."""
    count, last, separator = 0, b"", b""
    while batch := list(islice(rows, _BATCH_ROWS)):
        body.write(separator + b",".join(batch))
        count, last, separator = count + len(batch), bytes(batch[-1]), b","
    return count, last


def _features(selection: Selection, crs: Crs) -> Iterator[memoryview]:
    kind = selection.scope.definition.geometry
    geometry = geojson_geometry(crs, kind) if kind.is_located else Value(None, output_field=TextField())
    compiled = compile_columns(selection.page(extra=1), geometry, selection.fields)
    return iter(()) if compiled is None else copy_rows(feature_sql(compiled), compiled.parameters)


def feature_sql(compiled: Compiled) -> str:
    """Return the SELECT that writes one GeoJSON feature a row.

    A row without position has the geometry ``null`` (RFC 7946, 3.2). The attributes are a lateral row rather than a
    scalar subquery: PostgreSQL then runs no subplan a feature.
    """
    properties, attributes = "'{}'", ""
    if compiled.attributes:
        properties, attributes = "row_to_json(p)", f", LATERAL (SELECT {compiled.attributes}) AS p"
    parts = [
        """'{"type":"Feature","id":'""",
        "s.id",
        """',"geometry":'""",
        "coalesce(s.geometry, 'null')",
        """',"properties":'""",
        properties,
        "'}'",
    ]
    return f"SELECT {' || '.join(parts)} FROM {compiled.source}{attributes}"  # noqa: S608 (no value in it)


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
