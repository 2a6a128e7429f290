"""Answers in GML: rows are copied into a spool, in one snapshot with the count in the head of the collection.

The page that desktop tools repeat (points in the order of ids, counted before) is one cached statement: its rows are
held in memory and need no transaction.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial

from layers.definitions import ID, Field
from layers.formats.statements import BoundStatement, statement_of
from layers.formats.xml_elements import DECLARATION, opening
from layers.parsing.srs_names import SrsName
from layers.queries import Selection, Window
from layers.sql.limits import copy_rows, one_read, time_limit
from wfs.formats.gml.rows import (
    DIALECTS,
    GmlDialect,
    collection_head,
    compile_window,
    feature_statement,
    moment,
    namespaces,
    value_statement,
)
from wfs.formats.gml.spool import HeadedFile, Spool
from wfs.formats.paging import Paging, Portion, portions, remember_page
from wfs.names import GEOMETRY
from wfs.requests import GetFeature, GetPropertyValue, TypeQuery
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
    write = (
        _render_in_one_read if kind_of_read(request) == "list" and is_light(selections) else _render_streamed
    )
    page = write(selections, request, dialect, srs, paging)
    around = paging.around(request, matched=page.matched, returned=page.returned, after=page.followed)
    declared = namespaces(dialect, [selection.scope for selection in selections], paging.endpoint)
    head = collection_head(dialect, declared, matched=page.matched, returned=page.returned, around=around)
    page.spool.text(_CLOSING + "\n")
    return page.spool.finished(head)


@dataclass(frozen=True, slots=True)
class _Written:
    """Features in their spool: how many match and are there, and the cursor of the page after them, if there is one."""

    spool: Spool
    matched: int
    returned: int
    followed: str


def is_light(selections: Sequence[Selection]) -> bool:
    """Whether one statement gives the page: one type, points or tables only, and a cached count."""
    if len(selections) != 1:
        return False
    selection = selections[0]
    is_simple = selection.scope.definition.geometry.has_one_commune and selection.order.is_by_id
    return is_simple and selection.cached_count() is not None


def _light_rows(
    selection: Selection, dialect: GmlDialect, srs: SrsName, *, has_geometry: bool
) -> tuple[list[bytes], bool]:
    """Return the rows of a page, each a member, and whether others follow.

    Raises:
        TooSlow: the database did not answer in the time given to a list.
    """
    window, limit = selection.window(), selection.query.limit
    form = ("gml", dialect.gml, srs.text, srs.crs.srid, srs.crs.is_yx, has_geometry)
    write = partial(_statement, selection, window, dialect, srs, has_geometry=has_geometry)
    statement = statement_of(selection, window, form, write)
    if statement is None:
        return [], False
    with one_read("list", statement.sql, statement.parameters) as cursor:
        value = cursor.pgresult.get_value
        rows = [value(row, 0) for row in range(cursor.rowcount)]
    return rows[:limit], window.is_followed(len(rows), limit)


def _statement(
    selection: Selection, window: Window, dialect: GmlDialect, srs: SrsName, *, has_geometry: bool
) -> BoundStatement | None:
    compiled = compile_window(selection, window, srs.crs, selection.fields)
    if compiled is None:
        return None
    return feature_statement(selection, compiled, dialect, srs, has_geometry=has_geometry)


def _render_in_one_read(
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
        has_geometry = _gives_geometry(selection, request.queries[0])
        rows, is_followed = _light_rows(selection, dialect, srs[0], has_geometry=has_geometry)
    spool = Spool()
    spool.page(rows)
    followed = _cursor_after(selection, spool) if is_followed else ""
    remember_page(selection, request.start_index + len(rows), followed)
    return _Written(spool, portion.matched, len(rows), followed)


def _render_streamed(
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
        pages = portions(selections, request, paging)
        returned, followed = 0, ""
        for index, portion in enumerate(pages):
            if is_nested:
                spool.text(_inner(portion))
            count, followed = _write(spool, portion, dialect, srs[index], request)
            returned += count
            spool.text(f"{_CLOSING}</wfs:member>" if is_nested else "")
        matched = sum(portion.matched for portion in pages)
        if len(pages) == 1:
            remember_page(pages[0].selection, request.start_index + returned, followed)
        undo.pop_all()  # whoever sends the body closes it
    return _Written(spool, matched, returned, followed)


def _inner(portion: Portion) -> str:
    """Return the opening of the collection of one query among several (OGC 09-025r2, 11.3.3)."""
    attributes = {"timeStamp": moment(), "numberMatched": portion.matched, "numberReturned": portion.expected}
    return "<wfs:member>" + opening("wfs:FeatureCollection", attributes)


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
        has_geometry=_gives_geometry(selection, request.queries[portion.index]),
    )
    rows = copy_rows(statement.sql, statement.parameters)
    count, is_followed = spool.rows(rows, selection.query.limit)
    return count, _cursor_after(selection, spool) if is_followed else ""


def _cursor_after(selection: Selection, spool: Spool) -> str:
    """Return the cursor of the page after the last row written."""
    match = _PK.search(spool.last)
    assert match is not None
    return selection.cursor_at(int(match[1]))


def _gives_geometry(selection: Selection, query: TypeQuery) -> bool:
    """Whether features have their geometry: it may be left out as any property."""
    is_located = selection.scope.definition.geometry.is_located
    return is_located and (query.properties is None or GEOMETRY in query.properties)


def hits(selections: Sequence[Selection], *, request: GetFeature, paging: Paging) -> bytes:
    """Return an empty collection with the number of features that match."""
    gml = request.output.gml or request.version.gml
    dialect = DIALECTS[gml]
    matched = sum(selection.timed_count("count") for selection in selections)
    declared = namespaces(dialect, [selection.scope for selection in selections], paging.endpoint)
    returned = 0 if gml is GmlVersion.V3_2 else matched
    around = paging.first(request, matched=matched)
    head = collection_head(dialect, declared, matched=matched, returned=returned, around=around)
    return head + _CLOSING.encode() + b"\n"


def single_feature(selection: Selection, *, request: GetFeature, srs: SrsName, endpoint: str) -> bytes | None:
    """Return the feature of a selection of one, the whole answer to GetFeatureById; None when there is none."""
    assert request.output.gml is not None
    dialect = DIALECTS[request.output.gml]
    declared = opening("", namespaces(dialect, [selection.scope], endpoint))[1:-1]
    with time_limit("list"):
        compiled = compile_window(selection, selection.window(), srs.crs, selection.fields)
        if compiled is None:
            return None
        statement = feature_statement(
            selection,
            compiled,
            dialect,
            srs,
            has_geometry=_gives_geometry(selection, request.queries[0]),
            declared=declared,
        )
        rows = [bytes(row) for row in copy_rows(statement.sql, statement.parameters)]
    return DECLARATION.encode() + rows[0] if rows else None


def value_collection(
    selections: Sequence[Selection],
    *,
    request: GetPropertyValue,
    fields: Sequence[Field | None],
    srs: Sequence[SrsName],
    paging: Paging,
) -> HeadedFile:
    """Return the values of one property on a page, a member for each feature that has one (OGC 09-025r2, 10.3).

    A field that is None stands for the geometry.

    Raises:
        TooSlow: the database did not answer in the time given to a list or a whole layer.
    """
    features = request.features
    with ExitStack() as undo, time_limit(kind_of_read(features)):
        spool = Spool()
        undo.callback(spool.close)
        valued = [_valued(selection, field) for selection, field in zip(selections, fields, strict=True)]
        pages = [] if features.is_hits else portions(valued, features, paging)
        returned, after = 0, ""
        for portion in pages:
            count, after = _write_values(spool, portion, fields[portion.index], srs[portion.index])
            returned += count
        matched = sum(selection.count() for selection in valued)
        if len(pages) == 1:
            remember_page(pages[0].selection, features.start_index + returned, after)
        around = (
            paging.first(features, matched=matched)
            if features.is_hits
            else paging.around(features, matched=matched, returned=returned, after=after)
        )
        undo.pop_all()  # whoever sends the body closes it
    spool.text("</wfs:ValueCollection>\n")
    attributes = {
        **namespaces(
            DIALECTS[GmlVersion.V3_2], [selection.scope for selection in selections], paging.endpoint
        ),
        "timeStamp": moment(),
        "numberMatched": matched,
        "numberReturned": returned,
        **around,
    }
    return spool.finished((DECLARATION + opening("wfs:ValueCollection", attributes) + "\n").encode())


def _valued(selection: Selection, field: Field | None) -> Selection:
    """Return the rows that have a value."""
    source = "geom" if field is None else field.source
    if field is ID:
        return selection
    return replace(selection, queryset=selection.queryset.filter(**{f"{source}__isnull": False}))


def _write_values(spool: Spool, portion: Portion, field: Field | None, srs: SrsName) -> tuple[int, str]:
    """Write the values of one query; return how many, and the cursor of the page after them, if there is one."""
    selection = portion.selection
    if portion.expected == 0:
        return 0, ""
    window = selection.window()
    read = (field,) if field is not None and field is not ID else ()
    compiled = compile_window(selection, window, srs.crs, read)
    if compiled is None:
        return 0, ""
    dialect = DIALECTS[GmlVersion.V3_2]
    statement = value_statement(selection, compiled, dialect, srs, field=field, is_id=field is ID)
    count, is_followed = spool.rows(copy_rows(statement.sql, statement.parameters), selection.query.limit)
    if not is_followed:
        return count, ""
    last = window.rows.values_list("pk", flat=True)[count - 1 : count].first()
    return count, selection.cursor_at(last) if last is not None else ""
