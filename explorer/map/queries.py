"""How many features of layers each commune has, which the map draws from afar instead of their points."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from interface.territory import COMMUNE_FIELD
from layers.access import Scope
from layers.aggregates import aggregate
from layers.errors import UnknownLayer
from layers.parsing.aggregates import parse_aggregate
from layers.queries import select

CommuneCounts = dict[str, int | None]
"""Counts by INSEE code, empty for what is outside all communes; None for a count that the layer suppresses."""


def is_counted(scope: Scope) -> bool:
    """Whether the map counts the features of a layer from afar: points, of which a density shows those together."""
    return scope.definition.geometry.is_point and not scope.style.heat


def commune_counts(scopes: Sequence[Scope]) -> dict[str, CommuneCounts]:
    """Return the counts of layers by slug; each is remembered until the layer is written to.

    Raises:
        UnknownLayer: the map does not count the features of one of them.
        TooSlow: the database did not answer in the time given to an aggregate.
    """
    return {scope.slug: _counts(scope) for scope in scopes}


def counts_version(scopes: Sequence[Scope]) -> str:
    """Return a digest of all that the counts depend on: rights and data."""
    parts = [(scope.key, scope.version) for scope in scopes]
    return sha256(repr(parts).encode()).hexdigest()[:32]


def _counts(scope: Scope) -> CommuneCounts:
    if not is_counted(scope):
        raise UnknownLayer(scope.slug)
    selecting, aggregation = parse_aggregate({"group_by": [COMMUNE_FIELD]}, scope.filterable)
    result = aggregate(select(scope, selecting), aggregation)
    names = [column.name for column in result.columns]
    rows = (dict(zip(names, row, strict=True)) for row in result.rows)
    return {str(row[COMMUNE_FIELD] or ""): row["count"] for row in rows}  # type: ignore[misc]  # counts are numbers
