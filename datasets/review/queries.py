"""Rows of a review: how many of each kind, a page of them, one in detail, where they are.

The rule is that of comparisons (``datasets.comparison.queries``): a person who does not read every field sees the
changes of those that they read; a row that changes only elsewhere is in no list and in no count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from datasets.comparison.queries import ComparedVersions, changed_in, version_pair
from datasets.comparison.sql.row_pairs import (
    ORDER,
    RowPair,
    change_points,
    count_up_to,
    page_of_rows,
    row_pair,
)
from datasets.comparison.sql.version_pair import GEOMETRY
from datasets.models import Delivery
from datasets.review.parsing import ReviewQuestion
from interface.territory import COMMUNE_FIELD
from layers import access
from layers.errors import UnknownFeature
from layers.queries import communes
from layers.sql.limits import time_limit
from layers.visitor import Visitor

PAGE_ROWS = 25
MAP_ROWS = 20_000
"""Changes on the map at most; it says when there are more."""
# Rows that do not change stand on the map when both versions are small.
_SMALL = 2_000
# The share of the changes in a commune that is worth a sentence.
_LEAST_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class RowsPage:
    """A page of rows, and how many come before it, None when that is not counted."""

    rows: tuple[RowPair, ...]
    has_next: bool
    before: int | None


@dataclass(frozen=True, slots=True)
class MainCommune:
    """The commune where most changes are: its name, and how many of how many."""

    name: str
    count: int
    total: int


@dataclass(frozen=True, slots=True)
class Readership:
    """Who reads what is online: everybody, else how many accounts by their grants, and how many administrators.

    ``portals`` counts the portals that show it: the whole territory's, and one for each commune.
    """

    is_open: bool
    portals: int
    accounts: int = 0
    administrators: int = 0


def counts_of(versions: ComparedVersions) -> dict[str, int | None]:
    """Return how many rows there are of each kind; None for what cannot be told apart from hidden changes."""
    stored = versions.new.comparison
    pair = version_pair(old=versions.old, new=versions.new)
    places = next((entry["count"] for entry in stored["fields"] if entry["name"] == GEOMETRY), 0)
    moved = places if pair.has_geometry else 0
    changed = changed_in(versions)
    return {
        "added": stored["added"],
        "changed": None if changed is None else changed - moved,
        "moved": moved,
        "removed": stored["removed"],
    }


def unchanged_count(versions: ComparedVersions) -> int | None:
    """Return how many rows do not change in what the person reads; None when it cannot be told."""
    stored = versions.new.comparison
    changed = changed_in(versions)
    return None if changed is None else int(stored["changed"]) + int(stored["unchanged"]) - changed


def rows_page(
    versions: ComparedVersions, question: ReviewQuestion, counts: Mapping[str, int | None]
) -> RowsPage:
    """Return a page of the rows that change, by kind and then by key; a statement for each kind that it holds.

    Raises:
        TooSlow: the database did not find them in time.
    """
    pair, names = version_pair(old=versions.old, new=versions.new), _names(versions)
    after = question.after
    kinds = [question.kind] if question.kind else list(ORDER)
    if after is not None:
        kinds = kinds[kinds.index(after.kind) :]
    rows: list[RowPair] = []
    before: int | None = 0
    with time_limit("page"):
        if after is not None:
            before = count_up_to(pair, names, after)
        for kind in kinds:
            if counts[kind] == 0 or len(rows) > PAGE_ROWS:
                continue
            start = after if after is not None and after.kind == kind else None
            limit = PAGE_ROWS + 1 - len(rows)
            rows += page_of_rows(pair, kind, names, limit=limit, after=start)
    if after is not None and not question.kind:
        earlier = [counts[kind] for kind in ORDER[: ORDER.index(after.kind)]]
        before = None if before is None or None in earlier else before + sum(filter(None, earlier))
    return RowsPage(tuple(rows[:PAGE_ROWS]), len(rows) > PAGE_ROWS, before)


def row_of(versions: ComparedVersions, pk: int) -> RowPair:
    """Return a row that changes, with its geometries.

    Raises:
        UnknownFeature: no version has it, or nothing that the person reads changes in it.
        TooSlow: the database did not find it in time.
    """
    pair = version_pair(old=versions.old, new=versions.new)
    with time_limit("page"):
        row = row_pair(pair, pk, _names(versions)) if versions.has_tables else None
    if row is None:
        raise UnknownFeature(_("La ligne %d ne change pas dans cette livraison.") % pk, parameter="ligne")
    return row


def points_of(versions: ComparedVersions, kind: str) -> str:
    """Return where rows of a kind change, all for an empty one, as the text of GeoJSON (see ``change_points``).

    Raises:
        TooSlow: the database did not find them in time.
    """
    pair = version_pair(old=versions.old, new=versions.new)
    is_small = max(versions.old.row_count, versions.new.row_count) <= _SMALL
    with time_limit("whole"):
        return change_points(
            pair,
            _names(versions),
            [kind] if kind else ORDER,
            limit=MAP_ROWS,
            unchanged=_SMALL if is_small else 0,
        )


def main_commune(versions: ComparedVersions, counts: Mapping[str, int | None]) -> MainCommune | None:
    """Return the commune where most changes are; None where they are everywhere, or the person may not know.

    Counts by commune are of all fields: what changes elsewhere than in a move is left out for who reads a part.
    """
    stored: Mapping[str, Mapping[str, int]] = versions.new.comparison.get("communes") or {}
    if COMMUNE_FIELD not in versions.readable:
        return None
    kinds = [kind for kind in ORDER if versions.is_complete or kind != "changed"]
    totals: dict[str, int] = {}
    for kind in kinds:
        for code, count in stored.get(kind, {}).items():
            totals[code] = totals.get(code, 0) + count
    total = sum(counts[kind] or 0 for kind in kinds)
    if len(totals) < 2 or not total:
        return None
    code, count = max(totals.items(), key=lambda pair: (pair[1], pair[0]))
    name = commune_names().get(code)
    return MainCommune(name, count, total) if name and count > 1 and count / total >= _LEAST_SHARE else None


def commune_names() -> dict[str, str]:
    """Return the names of the communes by their INSEE code."""
    return {commune.code: commune.nom for commune in communes()}


def readership(visitor: Visitor, delivery: Delivery) -> Readership:
    """Return who will read a delivery once it is online, by the rights in force."""
    layer = delivery.dataset.layer
    portals = 1 + len(communes())
    if layer.is_open:
        return Readership(True, portals)
    readers = access.reader_counts(at=visitor.instant).get(layer.pk, 0)
    return Readership(False, portals, readers, access.administrator_count())


def _names(versions: ComparedVersions) -> frozenset[str]:
    """Return the names whose change counts for the person."""
    return frozenset(versions.readable) | {GEOMETRY}
