"""GeoJSON (RFC 7946) written by PostgreSQL: a feature a row, joined into a collection as they arrive.

The collection is spooled before it is sent, in memory up to a few megabytes and then on disk: a slow client holds no
database connection, and a statement that fails or times out is an error and never a truncated answer.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import Any

from layers.crs import Crs
from layers.formats.columns import Compiled, compile_columns
from layers.queries import Selection
from layers.sql.copy import copy_rows
from layers.sql.geometry import geojson_geometry
from layers.sql.limits import time_limit

MEDIA_TYPE = "application/geo+json"
# Kept in memory up to this size, on disk beyond.
_SPOOL_BYTES = 4 * 1024 * 1024
_BATCH_BYTES = 64 * 1024
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


def feature_collection(selection: Selection, *, links: Links) -> Collection:
    """Render the page of a selection; ``links`` receives the cursor of the next page and returns the links member.

    Raises:
        TooSlow: the database did not answer in the time given to a page or a whole layer.
    """
    limit = selection.query.limit
    with time_limit("page" if limit <= _PAGE_ROWS else "whole"):
        matched = selection.count()
        body: SpooledTemporaryFile[bytes] = SpooledTemporaryFile(max_size=_SPOOL_BYTES)  # noqa: SIM115 (sent later)
        body.write(b'{"type":"FeatureCollection","numberMatched":%d,"features":[\n' % matched)
        writer = _Writer(body, limit)
        for row in _features(selection, selection.query.crs):
            writer.add(bytes(row))
        writer.flush()
        cursor = selection.cursor_after(json.loads(writer.last)["id"]) if writer.is_cut else ""
    tail = {"numberReturned": writer.count, "timeStamp": _now(), "links": links(cursor)}
    body.write(b"]," + json.dumps(tail, ensure_ascii=False).encode()[1:])
    size = body.tell()
    body.seek(0)
    return Collection(body, size, writer.count, matched, cursor)


class _Writer:
    """Joins rows in batches and leaves out the one row that only says there is a next page."""

    def __init__(self, body: SpooledTemporaryFile[bytes], limit: int) -> None:
        self.body, self.limit = body, limit
        self.count, self.is_cut, self.last = 0, False, b""
        self._batch: list[bytes] = []
        self._pending = 0
        self._separator = b""

    def add(self, row: bytes) -> None:
        if self.count == self.limit:
            self.is_cut = True
            return
        self.count += 1
        self.last = row
        self._batch.append(row)
        self._pending += len(row)
        if self._pending >= _BATCH_BYTES:
            self.flush()

    def flush(self) -> None:
        if self._batch:
            self.body.write(self._separator + b",".join(self._batch))
            self._separator = b","
            self._batch.clear()
            self._pending = 0


def _features(selection: Selection, crs: Crs) -> Iterator[memoryview]:
    compiled = compile_columns(selection.page(extra=1), geojson_geometry(crs), selection.fields)
    if compiled is not None:
        yield from copy_rows(feature_sql(compiled), compiled.parameters)


def feature_sql(compiled: Compiled) -> str:
    """Return the SELECT that writes one GeoJSON feature a row."""
    properties = "'{}'"
    if compiled.attributes:
        properties = f"(SELECT row_to_json(p) FROM (SELECT {compiled.attributes}) AS p)"  # noqa: S608 (quoted names)
    parts = [
        """'{"type":"Feature","id":'""",
        "s.id",
        """',"geometry":'""",
        "s.geometry",
        """',"properties":'""",
    ]
    return f"SELECT {' || '.join([*parts, properties])} || '}}' FROM {compiled.source}"  # noqa: S608 (no value in it)


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
