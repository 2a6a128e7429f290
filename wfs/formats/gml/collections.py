"""Collections of features: rows are copied into a spool, in one snapshot with the count that the head tells."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from layers.queries import Selection
from layers.sql.limits import copy_rows, time_limit
from wfs.formats.elements import opening
from wfs.formats.gml.dialects import DIALECTS, GmlDialect
from wfs.formats.gml.heads import collection_head, moment, namespaces
from wfs.formats.gml.light_pages import is_light, light_rows
from wfs.formats.gml.rows import compile_window, feature_statement
from wfs.formats.gml.spool import HeadedFile, Spool
from wfs.formats.paging import Paging, Portion, portions, remember_page
from wfs.names import GEOMETRY
from wfs.requests import GetFeature, SrsName, TypeQuery
from wfs.versions import GmlVersion

# Above this many rows the read is timed as a whole layer.
_PAGE_ROWS = 10_000
_PK = re.compile(rb'(?:gml:id|fid)="[^"]*\.(\d+)"')
_CLOSING = "</wfs:FeatureCollection>"


def kind_of_read(request: GetFeature) -> str:
    """Return the kind of read that a request is, which decides how long it may last."""
    return "list" if request.limit <= _PAGE_ROWS else "whole"


def feature_collection(
    selections: Sequence[Selection], *, request: GetFeature, srs: Sequence[SrsName], paging: Paging
) -> HeadedFile:
    """Return the features of a page.

    Raises:
        TooSlow: the database did not answer in the time given to a list or a whole layer.
    """
    assert request.output.gml is not None
    dialect = DIALECTS[request.output.gml]
    write = _at_once if kind_of_read(request) == "list" and is_light(selections) else _as_they_come
    found = write(selections, request, dialect, srs, paging)
    around = paging.around(request, matched=found.matched, returned=found.returned, after=found.followed)
    declared = namespaces(dialect, [selection.scope for selection in selections], paging.endpoint)
    head = collection_head(dialect, declared, matched=found.matched, returned=found.returned, around=around)
    found.spool.text(_CLOSING + "\n")
    return found.spool.finished(head)


@dataclass(frozen=True, slots=True)
class _Written:
    """Features in their spool: how many match and are there, and the cursor of the page after them, if there is one."""

    spool: Spool
    matched: int
    returned: int
    followed: str


def _at_once(
    selections: Sequence[Selection],
    request: GetFeature,
    dialect: GmlDialect,
    srs: Sequence[SrsName],
    paging: Paging,
) -> _Written:
    """Write a light page whose count is known: one read, its rows joined by one copy."""
    (portion,) = portions(selections, request, paging)
    selection, rows, is_followed = portion.selection, list[bytes](), False
    if portion.expected:
        shown = has_geometry(selection, request.queries[0])
        rows, is_followed = light_rows(selection, dialect, srs[0], has_geometry=shown)
    spool = Spool()
    spool.page(rows)
    followed = _cursor_after(selection, spool) if is_followed else ""
    remember_page(selection, request.start_index + len(rows), followed)
    return _Written(spool, portion.matched, len(rows), followed)


def _as_they_come(
    selections: Sequence[Selection],
    request: GetFeature,
    dialect: GmlDialect,
    srs: Sequence[SrsName],
    paging: Paging,
) -> _Written:
    """Write any page in bounded memory, in one snapshot."""
    is_nested = dialect.gml is GmlVersion.V3_2 and len(selections) > 1
    with ExitStack() as undo, time_limit(kind_of_read(request)):
        spool = Spool()
        undo.callback(spool.close)
        found = portions(selections, request, paging)
        returned, followed = 0, ""
        for place, portion in enumerate(found):
            if is_nested:
                spool.text(_inner(portion))
            count, followed = _write(spool, portion, dialect, srs[place], request)
            returned += count
            spool.text(f"{_CLOSING}</wfs:member>" if is_nested else "")
        matched = sum(portion.matched for portion in found)
        if len(found) == 1:
            remember_page(found[0].selection, request.start_index + returned, followed)
        undo.pop_all()  # whoever sends the body closes it
    return _Written(spool, matched, returned, followed)


def _inner(portion: Portion) -> str:
    """Return the opening of the collection of one query among several (OGC 09-025r2, 11.3.3)."""
    said = {"timeStamp": moment(), "numberMatched": portion.matched, "numberReturned": portion.expected}
    return "<wfs:member>" + opening("wfs:FeatureCollection", said)


def _write(
    spool: Spool, portion: Portion, dialect: GmlDialect, srs: SrsName, request: GetFeature
) -> tuple[int, str]:
    """Write the features of one query; return how many, and the cursor of the page after them, if there is one."""
    selection = portion.selection
    if portion.expected == 0:
        return 0, ""
    window = selection.window()
    compiled = compile_window(selection, window, srs.crs, selection.fields)
    if compiled is None:
        return 0, ""
    statement = feature_statement(
        selection,
        compiled,
        dialect,
        srs,
        has_geometry=has_geometry(selection, request.queries[portion.place]),
    )
    rows = copy_rows(statement.sql, statement.parameters)
    count, is_followed = spool.rows(rows, selection.query.limit)
    return count, _cursor_after(selection, spool) if is_followed else ""


def _cursor_after(selection: Selection, spool: Spool) -> str:
    """Return the cursor of the page after the last row written."""
    match = _PK.search(spool.last)
    assert match is not None
    return selection.cursor_at(int(match[1]))


def has_geometry(selection: Selection, query: TypeQuery) -> bool:
    """Whether features have their geometry: it may be left out as any property."""
    is_located = selection.scope.definition.geometry.is_located
    return is_located and (query.properties is None or GEOMETRY in query.properties)


def hits(selections: Sequence[Selection], *, request: GetFeature, paging: Paging) -> bytes:
    """Return a collection that tells how many features match, and holds none."""
    gml = request.output.gml or request.version.gml
    dialect = DIALECTS[gml]
    matched = sum(selection.timed_count("count") for selection in selections)
    declared = namespaces(dialect, [selection.scope for selection in selections], paging.endpoint)
    returned = 0 if gml is GmlVersion.V3_2 else matched
    head = collection_head(dialect, declared, matched=matched, returned=returned, around={})
    return head + _CLOSING.encode() + b"\n"
