"""GeoJSON (RFC 7946) written by PostgreSQL: a feature a row, joined into a collection as they arrive.

The collection is spooled before it is sent, in memory up to a few megabytes and then on disk: a slow client holds no
database connection, and a statement that fails or times out is an error and never a truncated answer.

GeoJSON text sequences (RFC 8142) have a feature a record, for readers that do not hold a whole document. They have no
room for the counts and the next page: the protocol writes them in its headers.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from itertools import islice, repeat
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from django.db.models import TextField, Value
from django.db.models.expressions import BaseExpression

from layers.formats.statements import BoundStatement, Compiled, compile_columns, statement_of
from layers.queries import Selection, Window
from layers.sql.geometry import geojson_geometry
from layers.sql.limits import copy_rows, one_read, time_limit

MEDIA_TYPE = "application/geo+json"
SEQUENCE_MEDIA_TYPE = "application/geo+json-seq"
# Kept in memory up to this size, on disk beyond.
_SPOOL_BYTES = 4 * 1024 * 1024
# Rows joined at once: Python then works a batch and not a row, and holds little of a layer of large surfaces.
_BATCH_ROWS = 64
# The statement of a page counts so many rows that match; more are counted once for all processes.
_COUNTED_IN_PAGE = 20_000
# What each feature begins with, before its id.
_BEGINNING = '{"type":"Feature","id":'
_ENCODER = json.JSONEncoder(ensure_ascii=False)  # which ``json.dumps`` would make each time
# Above this many rows the read is timed as a whole layer.
_PAGE_ROWS = 10_000


@dataclass(frozen=True, slots=True)
class Cursors:
    """Where the pages around a page start; ``""`` where there is none."""

    next: str = ""
    previous: str = ""


Links = Callable[[Cursors], list[dict[str, Any]]]
# The GeoJSON text of the geometry; a row without position has ``null`` (RFC 7946, 3.2).
_GEOMETRY = """',"geometry":' || coalesce(s.geometry, 'null')"""


@dataclass(frozen=True, slots=True)
class FeatureEncoding:
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
    """A rendered collection: ``body`` is at its beginning, ``size`` in bytes; ``links`` are those of its member."""

    body: IO[bytes]
    size: int
    returned: int
    matched: int
    links: list[dict[str, Any]]

    @property
    def is_on_disk(self) -> bool:
        """Whether the body outgrew the memory it may take."""
        return self.size > _SPOOL_BYTES


class PageRows:
    """The features of a page, added as their rows arrive, and joined by ``between`` but for the last ones."""

    def __init__(self, between: bytes) -> None:
        self._between, self._joined = between, list[bytes]()
        # Two at least: the last row may be of the page that follows.
        self._last = list[bytes]()
        self.first, self.count = b"", 0
        self.matched: int | None = None

    def add(self, result: Any) -> None:
        """Add the rows of a result of libpq: each a feature, and how many match where the statement counts them."""
        if not result.ntuples:
            return
        if result.nfields > 1:
            self.matched = int(result.get_value(0, 1))
        features = list(map(result.get_value, range(result.ntuples), repeat(0)))
        self.first, self.count = self.first or features[0], self.count + len(features)
        if len(features) == 1:
            self._last += features
            return
        if self._last:
            self._joined.append(self._between.join(self._last))
        self._last = features

    def cut(self, limit: int) -> bytes:
        """Leave out the row that follows a page of ``limit``; return the last feature, empty without any."""
        del self._last[max(0, len(self._last) - max(0, self.count - limit)) :]
        self.count = min(self.count, limit)
        return self._last[-1] if self._last else b""

    def content(self, opening: bytes, closing: bytes) -> bytes:
        """Return the features between two texts: hundreds of kilobytes, copied once."""
        pieces = [*self._joined, *self._last]
        pieces[0] = opening + pieces[0]
        pieces[-1] += closing
        return self._between.join(pieces)


@dataclass(frozen=True, slots=True)
class PageRead:
    """The statement that gives a page alone, a row a feature; None where no row can match.

    Its result is added to ``rows``, at once or in parts. ``settle`` then returns the collection; None where too many
    rows match to be counted so.
    """

    statement: BoundStatement | None
    rows: PageRows
    settle: Callable[[], Collection | None]


def feature_collection(
    selection: Selection, *, links: Links, form: FeatureEncoding | None = None
) -> Collection:
    """Render the page of a selection; ``links`` receives the cursors of the pages around and returns the member.

    Raises:
        TooSlow: the database did not answer in the time given to a list or a whole layer.
    """
    read, collection = page_read(selection, links=links, form=form), None
    if read is not None:
        if read.statement is not None:
            with one_read("list", read.statement.sql, read.statement.parameters) as cursor:
                read.rows.add(cursor.pgresult)
        collection = read.settle()
    return collection or _render_streamed(selection, links, form or GEOJSON)


def page_read(selection: Selection, *, links: Links, form: FeatureEncoding | None = None) -> PageRead | None:
    """Return the statement of a page, for who runs it otherwise than ``feature_collection``, with the same arguments.

    None where a page takes several: outlines, another order than that of ids, a count that reads many rows.
    """
    if not _is_light(selection):
        return None
    form, matched = form or GEOJSON, selection.cached_count()
    is_counting = matched is None
    if is_counting and not selection.is_count_light:
        return None
    window = selection.window()
    write = partial(_page_statement, selection, window, form, is_counting=is_counting)
    kind = (form.media_type, is_counting)
    statement = statement_of(selection, window, kind, write, is_counting=is_counting)

    rows = PageRows(b"\n" + form.between + form.before)

    def settle() -> Collection | None:
        total = matched
        if total is None:
            if window.is_after and not rows.count:
                return None  # no row says how many match
            total = rows.matched or 0
            if total > _COUNTED_IN_PAGE:
                return None
            selection.remember_count(total)
        return _completed(selection, window, form, links, rows, total)

    return PageRead(statement, rows, settle)


def _is_light(selection: Selection) -> bool:
    """Whether one statement gives the page, and memory holds it: no outline, in the order of ids."""
    return (
        selection.scope.definition.geometry.has_one_commune
        and selection.query.limit <= _PAGE_ROWS
        and selection.order.is_by_id
    )


def _page_statement(
    selection: Selection, window: Window, form: FeatureEncoding, *, is_counting: bool
) -> BoundStatement | None:
    """Write the page as a row a feature; if it is to count, each says how many match.

    Aggregated in one row, their text would be copied four times in PostgreSQL, each time into fresh pages of memory.
    """
    compiled = _compiled(selection, window, form)
    if compiled is None:
        return None
    features = feature_sql(compiled, members=form.members)
    if not is_counting:
        return BoundStatement(features, compiled.parameters)
    matching = selection.queryset.order_by().values_list("pk")[: _COUNTED_IN_PAGE + 1]
    rows, counted = matching.query.sql_with_params()
    counting = f"(SELECT count(*) FROM ({rows}) AS m)"  # noqa: S608  (no value in it)
    return BoundStatement(
        f"SELECT f.feature, {counting} FROM ({features}) AS f(feature)",  # noqa: S608  (same)
        (*counted, *compiled.parameters),
    )


def _completed(
    selection: Selection,
    window: Window,
    form: FeatureEncoding,
    links: Links,
    rows: PageRows,
    matched: int,
) -> Collection:
    """Complete the features of a page: one more than the limit was read where a page follows."""
    is_followed = window.is_followed(rows.count, selection.query.limit)
    last = rows.cut(selection.query.limit)
    cursors = _cursors_around(selection, window, [rows.first, last] if last else [], is_followed=is_followed)
    following = links(cursors)
    opening, closing = form.opening(selection, matched), _closing(form, rows.count, following)
    content = rows.content(opening + form.before, b"\n" + closing) if last else opening + closing
    return Collection(BytesIO(content), len(content), rows.count, matched, following)


def _render_streamed(selection: Selection, links: Links, form: FeatureEncoding) -> Collection:
    """Render any page in bounded memory, in one snapshot."""
    limit = selection.query.limit
    with ExitStack() as undo, time_limit("list" if limit <= _PAGE_ROWS else "whole"):
        matched = selection.count()
        body: SpooledTemporaryFile[bytes] = undo.enter_context(SpooledTemporaryFile(max_size=_SPOOL_BYTES))
        body.write(form.opening(selection, matched))
        window = selection.window()
        compiled = _compiled(selection, window, form)
        rows: Iterator[memoryview] = iter(())
        if compiled is not None:
            rows = copy_rows(feature_sql(compiled, members=form.members), compiled.parameters)
        returned, ends = _write(body, islice(rows, limit), form)
        # One row more at most; reading to the end is what closes a COPY.
        is_followed = window.is_followed(returned + len(list(rows)), limit)
        cursors = _cursors_around(selection, window, ends, is_followed=is_followed)
        undo.pop_all()  # whoever sends the body closes it
    following = links(cursors)
    body.write(_closing(form, returned, following))
    size = body.tell()
    body.seek(0)
    return Collection(body, size, returned, matched, following)


def _cursors_around(
    selection: Selection, window: Window, page: Sequence[bytes], *, is_followed: bool
) -> Cursors:
    """Return the cursors around a page, of which ``page`` holds the first feature and the last."""
    if not page:
        return Cursors()
    return Cursors(
        next=selection.cursor_at(_id(page[-1])) if is_followed else "",
        previous=selection.cursor_at(_id(page[0]), is_backward=True) if window.is_after else "",
    )


def _closing(form: FeatureEncoding, returned: int, links: list[dict[str, Any]]) -> bytes:
    return form.closing({"numberReturned": returned, "timeStamp": _now(), "links": links})


def _write(body: IO[bytes], rows: Iterator[memoryview], form: FeatureEncoding) -> tuple[int, list[bytes]]:
    """Write the rows one after the other, a batch at a time; return how many, the first one and the last."""
    count, ends, separator = 0, list[bytes](), form.before
    following = form.between + form.before
    while batch := list(islice(rows, _BATCH_ROWS)):
        body.write(separator + following.join(batch))
        ends = [*(ends[:1] or [bytes(batch[0])]), bytes(batch[-1])]
        count, separator = count + len(batch), following
    return count, ends


def _compiled(selection: Selection, window: Window, form: FeatureEncoding) -> Compiled | None:
    return compile_columns(window.rows, form.shape(selection), selection.fields)


def _id(feature: bytes) -> int:
    """Return the id of a feature, with which it begins (``feature_sql``)."""
    return int(feature[len(_BEGINNING) : feature.index(b",", len(_BEGINNING))])


def shape(selection: Selection) -> BaseExpression:
    """Return the geometry of each row as GeoJSON text, in the requested CRS and axis order; NULL in a table."""
    kind = selection.scope.definition.geometry
    if not kind.is_located:
        return Value(None, output_field=TextField())
    return geojson_geometry(selection.query.crs, kind)


def tail(members: dict[str, Any]) -> bytes:
    """Close the list of features and write the members that follow it."""
    return b"]," + _ENCODER.encode(members).encode()[1:]


def feature_sql(compiled: Compiled, *, members: str = _GEOMETRY) -> str:
    """Return the SELECT that writes one GeoJSON feature a row."""
    parts = [
        f"'{_BEGINNING}'",
        "s.id",
        members,
        compiled.json_object(before=',"properties":', after="}"),
    ]
    return f"SELECT {' || '.join(parts)} FROM {compiled.source}"  # noqa: S608 (no value in it)


def record_sql(compiled: Compiled) -> str:
    """Return the SELECT that writes a row as one flat JSON object, with ``geometry`` at its end."""
    columns = f"{compiled.json_attributes}, " if compiled.columns else ""
    attributes = f"LATERAL (SELECT s.id AS id, {columns}s.geometry::json AS geometry) AS p"
    return f"SELECT row_to_json(p) FROM {compiled.source}, {attributes}"  # noqa: S608 (no value in it)


def _opening(selection: Selection, matched: int) -> bytes:
    is_located = selection.scope.definition.geometry.is_located
    members: dict[str, Any] = {"type": "FeatureCollection", "numberMatched": matched}
    members |= selection.query.crs.geojson if is_located else {}
    return json.dumps(members, separators=(",", ":")).encode()[:-1] + b',"features":[\n'


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


GEOJSON = FeatureEncoding(MEDIA_TYPE, _opening, tail, shape, between=b",")

# Each record is a record separator, a JSON text and the newline that PostgreSQL writes after a row.
GEOJSON_SEQ = FeatureEncoding(
    SEQUENCE_MEDIA_TYPE,
    opening=lambda _selection, _matched: b"",
    closing=lambda _members: b"",
    shape=shape,
    before=b"\x1e",
)
