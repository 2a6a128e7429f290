"""The page that a desktop tool asks again and again: points in the order of ids, counted before, in one statement.

Its rows are held in memory, so that it needs no transaction; the statement is remembered from one box to the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from layers.formats.statements import BoundStatement, statement_of
from layers.queries import Selection, Window
from layers.sql.limits import one_read
from wfs.formats.gml.dialects import GmlDialect
from wfs.formats.gml.rows import compile_window, feature_statement
from wfs.requests import SrsName


def is_light(selections: Sequence[Selection]) -> bool:
    """Whether one statement gives the page: of one type, without outlines, and how many match is remembered."""
    if len(selections) != 1:
        return False
    selection = selections[0]
    is_simple = selection.scope.definition.geometry.has_one_commune and selection.order.is_by_id
    return is_simple and selection.known_count() is not None


def light_rows(
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
    with one_read("list", statement.sql, statement.parameters) as found:
        value = found.pgresult.get_value
        rows = [value(row, 0) for row in range(found.rowcount)]
    return rows[:limit], window.is_followed(len(rows), limit)


def _statement(
    selection: Selection, window: Window, dialect: GmlDialect, srs: SrsName, *, has_geometry: bool
) -> BoundStatement | None:
    compiled = compile_window(selection, window, srs.crs, selection.fields)
    if compiled is None:
        return None
    return feature_statement(selection, compiled, dialect, srs, has_geometry=has_geometry)
