"""The values of one property (OGC 09-025r2, 10.3): a member for each feature that has one."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace

from layers.definitions import ID, Field
from layers.queries import Selection
from layers.sql.limits import copy_rows, time_limit
from wfs.formats.elements import DECLARATION, opening
from wfs.formats.gml.collections import kind_of_read
from wfs.formats.gml.dialects import DIALECTS
from wfs.formats.gml.heads import moment, namespaces
from wfs.formats.gml.rows import compile_window, value_statement
from wfs.formats.gml.spool import HeadedFile, Spool
from wfs.formats.paging import Paging, Portion, portions, remember_page
from wfs.requests import GetPropertyValue, SrsName
from wfs.versions import GmlVersion


def value_collection(
    selections: Sequence[Selection],
    *,
    request: GetPropertyValue,
    fields: Sequence[Field | None],
    srs: Sequence[SrsName],
    paging: Paging,
) -> HeadedFile:
    """Return the values of a page; a field that is None stands for the geometry.

    Raises:
        TooSlow: the database did not answer in the time given to a list or a whole layer.
    """
    asked = request.features
    with ExitStack() as undo, time_limit(kind_of_read(asked)):
        spool = Spool()
        undo.callback(spool.close)
        valued = [_valued(selection, field) for selection, field in zip(selections, fields, strict=True)]
        found = [] if asked.is_hits else portions(valued, asked, paging)
        returned, after = 0, ""
        for portion in found:
            count, after = _write(spool, portion, fields[portion.place], srs[portion.place])
            returned += count
        matched = sum(selection.count() for selection in valued)
        if len(found) == 1:
            remember_page(found[0].selection, asked.start_index + returned, after)
        around = (
            {} if asked.is_hits else paging.around(asked, matched=matched, returned=returned, after=after)
        )
        undo.pop_all()  # whoever sends the body closes it
    spool.text("</wfs:ValueCollection>\n")
    said = {
        **namespaces(
            DIALECTS[GmlVersion.V3_2], [selection.scope for selection in selections], paging.endpoint
        ),
        "timeStamp": moment(),
        "numberMatched": matched,
        "numberReturned": returned,
        **around,
    }
    return spool.finished((DECLARATION + opening("wfs:ValueCollection", said) + "\n").encode())


def _valued(selection: Selection, field: Field | None) -> Selection:
    """Return the rows that have a value."""
    source = "geom" if field is None else field.source
    if field is ID:
        return selection
    return replace(selection, queryset=selection.queryset.filter(**{f"{source}__isnull": False}))


def _write(spool: Spool, portion: Portion, field: Field | None, srs: SrsName) -> tuple[int, str]:
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
