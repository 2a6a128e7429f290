"""The rows of the page: those that the address selects, a page at a time, each with its version and its rights.

The address is that of a list of the API: ``q``, ``commune``, ``filter``, ``sortby``, ``cursor``…
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from django.utils.translation import gettext as _

from explorer.catalogue.queries import listed
from interface.requests import Parameters, filled
from layers import access
from layers.access import Scope
from layers.errors import InvalidParameter, LayersError
from layers.parsing import FeatureQuery, parse_query
from layers.queries import Page, Selection, unknown_feature
from layers.queries.row_versions import VersionedRow, versioned_rows, written_rows
from moderation.queries import in_state

PAGE_ROWS = 50
MAX_PAGE_ROWS = 200
# Rows that one change of a field may write.
MAX_CHANGED_ROWS = 10_000


@dataclass(frozen=True, slots=True)
class RowsPage:
    """A page of rows in their order; ``matched`` counts those that the address selects."""

    selection: Selection
    page: Page
    rows: tuple[VersionedRow, ...]
    matched: int


# The parameter of the state of moderated rows, which no list of the API has.
STATE = "etat"


def narrowed_rows(scope: Scope, parameters: Parameters) -> tuple[Scope, FeatureQuery]:
    """Read the address of the page: the rows in a state of their moderation where it names one, and the query.

    Raises:
        UnknownParameter, InvalidParameter: as ``parse_rows``; the layer has no such state.
    """
    values = filled(parameters)
    state = values.pop(STATE, ())
    if len(state) > 1:
        raise InvalidParameter(_("%s : une seule valeur.") % STATE, parameter=STATE)
    return (in_state(scope, state[0]) if state else scope), parse_rows(values)


def parse_rows(parameters: Parameters) -> FeatureQuery:
    """Read the address of the page.

    Raises:
        UnknownParameter: a parameter that lists do not have.
        InvalidParameter: a value that cannot be read, or more rows than ``MAX_PAGE_ROWS``.
    """
    query = parse_query({"limit": [str(PAGE_ROWS)], **filled(parameters)})
    if query.limit > MAX_PAGE_ROWS:
        raise InvalidParameter(
            _("limit attend %d lignes au plus sur cette page.") % MAX_PAGE_ROWS, parameter="limit"
        )
    return replace(query, properties=())


def rows_page(scope: Scope, query: FeatureQuery) -> RowsPage:
    """Read the page of rows that a query selects: its ids first, then the rows alone."""
    selection = listed(scope, query)
    page, matched = selection.counted_page()
    pks = [row["id"] for row in page.rows]
    rows = versioned_rows(scope, pks)
    return RowsPage(selection, page, tuple(rows[pk] for pk in pks if pk in rows), matched)


def count_rows(scope: Scope, parameters: Parameters) -> int | None:
    """Return how many rows an address selects after a write; None where it is not one of the page."""
    try:
        # The scope of the write has the version of the data of before, under which counts are cached.
        return listed(access.scope(scope.visitor, scope.slug), parse_rows(parameters)).count()
    except LayersError:
        return None


def editable_row(scope: Scope, pk: int) -> VersionedRow:
    """Return a row that the visitor reads, with its version.

    Raises:
        UnknownFeature: there is none for them.
    """
    rows = versioned_rows(scope, [pk]) if pk < 2**63 else {}
    if pk not in rows:
        raise unknown_feature(scope, pk)
    return rows[pk]


def selected_ids(scope: Scope, query: FeatureQuery) -> list[int]:
    """Return the ids of every row that a query selects, in their order.

    Raises:
        InvalidParameter: they are more than ``MAX_CHANGED_ROWS``.
    """
    selection = listed(scope, replace(query, limit=MAX_CHANGED_ROWS, cursor=""))
    if selection.count() > MAX_CHANGED_ROWS:
        raise InvalidParameter(
            _("Plus de %d lignes répondent : filtrez-les, puis recommencez.") % MAX_CHANGED_ROWS,
            parameter="ids",
        )
    return [row["id"] for row in selection.page().rows]


def rows_of_change(scope: Scope, change: UUID | None) -> dict[str, list[int]]:
    """Return the ids of the rows that a change wrote, one more than a page holds at most."""
    if change is None:
        return {"insert": [], "update": [], "delete": []}
    return written_rows(scope, change, MAX_PAGE_ROWS + 1)
