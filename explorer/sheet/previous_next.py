"""The features before and after one, in the order in which its layer is listed."""

from __future__ import annotations

from dataclasses import dataclass

from interface.titles import row_title, title_sort
from layers.access import Scope
from layers.definitions import ID
from layers.parsing import FeatureQuery, SortKey
from layers.queries import select


@dataclass(frozen=True, slots=True)
class ListNeighbour:
    """A feature next to another in the list."""

    pk: int
    title: str


@dataclass(frozen=True, slots=True)
class PreviousNext:
    """The features before and after; None at both ends of the list."""

    previous: ListNeighbour | None
    next: ListNeighbour | None


def steps(scope: Scope, pk: int) -> PreviousNext:
    """Return what comes before and after ``pk`` by title, then id."""
    return PreviousNext(
        previous=_step(scope, pk, is_backwards=True), next=_step(scope, pk, is_backwards=False)
    )


def _step(scope: Scope, pk: int, *, is_backwards: bool) -> ListNeighbour | None:
    """Read the first row that follows; backwards, in the reverse of the same order."""
    names = [*(key.name for key in title_sort(scope)), ID.name]
    sort = tuple(SortKey(name, is_backwards) for name in names)
    cursor = select(scope, FeatureQuery(sort=sort)).cursor_at(pk)
    rows = select(scope, FeatureQuery(sort=sort, limit=1, cursor=cursor)).page().rows
    return ListNeighbour(rows[0]["id"], row_title(scope, rows[0])) if rows else None
