"""The statement of a page, remembered: whoever moves over a map asks the same of a layer but for the box.

Django takes as long to write the statement of a page of 1,000 as PostgreSQL a tenth of the rows. What is remembered is
the text and its parameters, never a row: all that decides them is in the key (permissions, version of the data,
question, form), and the box, which is bound, is put in its place.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.db.backends.postgis.adapter import PostGISAdapter

from layers.queries import Selection
from layers.queries.memory import Memory


@dataclass(frozen=True, slots=True)
class Statement:
    """A SELECT and what is bound to it."""

    sql: str
    parameters: tuple[Any, ...]


Write = Callable[[], Statement | None]


@dataclass(frozen=True, slots=True)
class _Written:
    """A statement with the place of the box among its parameters; None where no row can match."""

    statement: Statement | None
    place: int


_written: Memory[_Written] = Memory(1_000)
# Characters of the question beside the box: a thousand questions of any length would fill the memory.
_LONGEST = 2_000


def statement_of(selection: Selection, form: Hashable, write: Write) -> Statement | None:
    """Return the statement of the page of ``selection`` in ``form``; ``write`` writes it when it is not remembered.

    Only the first page of a short question within a box is remembered. None where no row can match.
    """
    query = selection.query
    beside = tuple((name, text) for name, text in query.fingerprint if name != "bbox")
    if query.bbox is None or query.cursor or sum(len(text) for _name, text in beside) > _LONGEST:
        return write()
    box = PostGISAdapter(query.bbox)
    fields = tuple(field.name for field in selection.fields)
    shaped = (fields, str(selection.order), query.limit, query.crs.uri, form)
    key = (selection.scope.key, selection.version, beside, *shaped)
    written = _written.recall(key, lambda: _place(write(), box))
    if written.statement is None or written.place < 0:
        return write()
    parameters = list(written.statement.parameters)
    parameters[written.place] = box
    return Statement(written.statement.sql, tuple(parameters))


def _place(statement: Statement | None, box: PostGISAdapter) -> _Written:
    """Find the box among the parameters; where it is not once and only once, nothing can be put in its place."""
    places = [place for place, value in enumerate(statement.parameters if statement else ()) if value == box]
    return _Written(statement, places[0] if len(places) == 1 else -1)
