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
from io import BytesIO
from itertools import islice
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from django.db.models import TextField, Value
from django.db.models.expressions import BaseExpression

from layers.formats.columns import Compiled, compile_columns
from layers.queries import Selection
from layers.sql.copy import copy_rows
from layers.sql.geometry import geojson_geometry
from layers.sql.limits import one_read, time_limit

MEDIA_TYPE = "application/geo+json"
# Kept in memory up to this size, on disk beyond.
_SPOOL_BYTES = 4 * 1024 * 1024
# Rows joined at once: Python then works a batch and not a row, and holds little of a layer of large surfaces.
_BATCH_ROWS = 64
# Above this many rows the read is timed as a whole layer.
_PAGE_ROWS = 10_000

Links = Callable[[str], list[dict[str, Any]]]
# The GeoJSON text of the geometry; a row without position has ``null`` (RFC 7946, 3.2).
_GEOMETRY = """',"geometry":' || coalesce(s.geometry, 'null')"""


@dataclass(frozen=True, slots=True)
class Form:
    """A way to write features one after the other. ``opening`` knows how many match, ``closing`` the last members.

    ``shape`` is the text that the statement calls ``s.geometry``, and ``members`` the SQL of what a feature has between
    its id and its properties. ``before`` stands before each feature, ``between`` before each but the first.
    """

    media_type: str
    opening: Callable[[Selection, int], bytes]
    closing: Callable[[dict[str, Any]], bytes]
    shape: Callable[[Selection], BaseExpression]
    members: str = _GEOMETRY
    before: bytes = b""
    between: bytes = b""


@dataclass(frozen=True, slots=True)
class Collection:
    """A rendered collection: ``body`` is at its beginning, ``size`` in bytes; ``cursor`` is empty on the last page.

    ``links`` are those of its links member.
    """

    body: IO[bytes]
    size: int
    returned: int
    matched: int
    cursor: str
    links: list[dict[str, Any]]

    @property
    def is_on_disk(self) -> bool:
        """Whether the body outgrew the memory it may take."""
        return self.size > _SPOOL_BYTES


def feature_collection(selection: Selection, *, links: Links, form: Form | None = None) -> Collection:
    """Render the page of a selection; ``links`` receives the cursor of the next page and returns the links member.

    Raises:
        TooSlow: the database did not answer in the time given to a page or a whole layer.
    """
    render = _at_once if _is_light(selection) else _as_they_come
    return render(selection, links, form or GEOJSON)


def _is_light(selection: Selection) -> bool:
    """Whether one statement gives the page, and memory holds it: rows without outline, counted, in the order of ids."""
    return (
        selection.scope.definition.geometry.has_one_commune
        and selection.query.limit <= _PAGE_ROWS
        and selection.order.is_by_id
        and selection.known_count() is not None
    )


def _at_once(selection: Selection, links: Links, form: Form) -> Collection:
    """Render a light page: one read, its rows joined by one copy."""
    matched, limit = selection.count(), selection.query.limit
    rows: list[bytes] = []
    compiled = _compiled(selection, form)
    if compiled is not None:
        statement = feature_sql(compiled, members=form.members, ending=r"E'}\n'")
        with one_read("page", statement, compiled.parameters) as found:
            value = found.pgresult.get_value
            rows = [value(row, 0) for row in range(found.rowcount)]
    page = rows[:limit]
    cursor = selection.cursor_after(_id(page[-1])) if len(rows) > limit else ""
    following = links(cursor)
    first, last = form.opening(selection, matched), _closing(form, len(page), following)
    if page:
        page[0] = first + form.before + page[0]
        page[-1] += last
        content = (form.between + form.before).join(page)
    else:
        content = first + last
    return Collection(BytesIO(content), len(content), min(len(rows), limit), matched, cursor, following)


def _as_they_come(selection: Selection, links: Links, form: Form) -> Collection:
    """Render any page in bounded memory, in one snapshot."""
    limit = selection.query.limit
    with ExitStack() as undo, time_limit("page" if limit <= _PAGE_ROWS else "whole"):
        matched = selection.count()
        body: SpooledTemporaryFile[bytes] = undo.enter_context(SpooledTemporaryFile(max_size=_SPOOL_BYTES))
        body.write(form.opening(selection, matched))
        compiled = _compiled(selection, form)
        rows: Iterator[memoryview] = iter(())
        if compiled is not None:
            rows = copy_rows(feature_sql(compiled, members=form.members), compiled.parameters)
        returned, last = _write(body, islice(rows, limit), form)
        is_cut = bool(list(rows))  # one row at most; reading to the end is what closes a COPY
        cursor = selection.cursor_after(_id(last)) if is_cut else ""
        undo.pop_all()  # whoever sends the body closes it
    following = links(cursor)
    body.write(_closing(form, returned, following))
    size = body.tell()
    body.seek(0)
    return Collection(body, size, returned, matched, cursor, following)


def _closing(form: Form, returned: int, links: list[dict[str, Any]]) -> bytes:
    return form.closing({"numberReturned": returned, "timeStamp": _now(), "links": links})


def _write(body: IO[bytes], rows: Iterator[memoryview], form: Form) -> tuple[int, bytes]:
    """Write the rows one after the other, a batch at a time; return how many and the last one."""
    count, last, separator = 0, b"", form.before
    following = form.between + form.before
    while batch := list(islice(rows, _BATCH_ROWS)):
        body.write(separator + following.join(batch))
        count, last, separator = count + len(batch), bytes(batch[-1]), following
    return count, last


def _compiled(selection: Selection, form: Form) -> Compiled | None:
    """Compile the rows of the page and one more, which tells whether there is a next page."""
    return compile_columns(selection.page(extra=1), form.shape(selection), selection.fields)


def _id(feature: bytes) -> int:
    found: int = json.loads(feature)["id"]
    return found


def shape(selection: Selection) -> BaseExpression:
    """Return the geometry of each row as GeoJSON text, in the CRS and axis order asked; NULL in a table."""
    kind = selection.scope.definition.geometry
    if not kind.is_located:
        return Value(None, output_field=TextField())
    return geojson_geometry(selection.query.crs, kind)


def tail(members: dict[str, Any]) -> bytes:
    """Close the list of features and write the members that follow it."""
    return b"]," + json.dumps(members, ensure_ascii=False).encode()[1:]


def feature_sql(compiled: Compiled, *, members: str = _GEOMETRY, ending: str = "'}'") -> str:
    """Return the SELECT that writes one GeoJSON feature a row; COPY ends each with a newline, a SELECT must itself.

    The attributes are a lateral row rather than a scalar subquery: PostgreSQL then runs no subplan a feature.
    """
    properties, attributes = "'{}'", ""
    if compiled.columns:
        properties, attributes = "row_to_json(p)", f", LATERAL (SELECT {compiled.json_attributes}) AS p"
    parts = [
        """'{"type":"Feature","id":'""",
        "s.id",
        members,
        """',"properties":'""",
        properties,
        ending,
    ]
    return f"SELECT {' || '.join(parts)} FROM {compiled.source}{attributes}"  # noqa: S608 (no value in it)


def _opening(_selection: Selection, matched: int) -> bytes:
    return b'{"type":"FeatureCollection","numberMatched":%d,"features":[\n' % matched


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


GEOJSON = Form(MEDIA_TYPE, _opening, tail, shape, between=b",")
