"""The statement of a page, remembered: whoever moves over a map, or reads a layer page by page, asks the same again.

Django takes as long to write the statement of a page of 1,000 as PostgreSQL a tenth of the rows. What is remembered is
the text and its parameters, never a row: all that decides them is in the key (permissions, version of the data,
question, form), and what changes from one page to the next, the box and the id where it starts, is bound and put in its
place.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.db.backends.postgis.adapter import PostGISAdapter

from layers.cache import BoundedCache
from layers.queries import Selection, Window


@dataclass(frozen=True, slots=True)
class BoundStatement:
    """A SELECT and what is bound to it."""

    sql: str
    parameters: tuple[Any, ...]


Write = Callable[[], BoundStatement | None]


@dataclass(frozen=True, slots=True)
class _Written:
    """A statement (None where no row can match) and the places of what changes among its parameters, if clear."""

    statement: BoundStatement | None
    places: tuple[int, ...] | None


_written: BoundedCache[_Written] = BoundedCache(1_000)
# Characters of the question beside the box: a thousand questions of any length would fill the memory.
_LONGEST = 2_000


def statement_of(selection: Selection, window: Window, form: Hashable, write: Write) -> BoundStatement | None:
    """Return the statement of a page in ``form``; ``write`` writes it when it is not remembered.

    Only short questions are remembered, for pages in the order of ids that go forward. None where no row can match.
    """
    query = selection.query
    beside = tuple((name, text) for name, text in query.fingerprint if name != "bbox")
    is_simple = selection.order.is_by_id and not window.is_before
    if not is_simple or sum(len(text) for _name, text in beside) > _LONGEST:
        return write()
    changing = [*([PostGISAdapter(query.bbox)] if query.bbox is not None else []), *window.start]
    kinds = (query.bbox is not None, len(window.start))
    fields = tuple(field.name for field in selection.fields)
    shaped = (fields, str(selection.order), query.limit, query.crs.uri, form)
    key = (selection.scope.key, selection.version, beside, *kinds, *shaped)
    written = _written.recall(key, lambda: _placed(write(), changing))
    if written.statement is None or written.places is None:
        return write()
    parameters = list(written.statement.parameters)
    for place, value in zip(written.places, changing, strict=True):
        parameters[place] = value
    return BoundStatement(written.statement.sql, tuple(parameters))


def _placed(statement: BoundStatement | None, changing: Sequence[Any]) -> _Written:
    """Find what changes among the parameters; what is not there once and only once has no place."""
    parameters = statement.parameters if statement else ()
    found = [
        [place for place, value in enumerate(parameters) if isinstance(value, type(one)) and value == one]
        for one in changing
    ]
    is_clear = all(len(places) == 1 for places in found)
    return _Written(statement, tuple(places[0] for places in found) if is_clear else None)
