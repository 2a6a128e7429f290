"""How many rows came, left and changed between two deliveries, and in which fields."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from psycopg.sql import SQL, Composed, Literal

from datasets.comparison.sql.version_pair import VersionPair, differences, joined
from datasets.sql import listed, rows


@dataclass(frozen=True, slots=True)
class ChangeCounts:
    """How many rows came, left, changed and stayed; ``fields`` counts the changes by name."""

    added: int
    removed: int
    changed: int
    unchanged: int
    fields: dict[str, int]


def totals(pair: VersionPair) -> ChangeCounts:
    """Count what changed, in one pass over both tables."""
    parts = list(differences(pair).values())
    each = [SQL("count(*) FILTER (WHERE both_sides AND d{})").format(SQL(str(i))) for i in range(len(parts))]
    flags = [SQL("{} AS d{}").format(part, SQL(str(index))) for index, part in enumerate(parts)]
    any_change = SQL(" OR ").join([SQL(f"d{i}") for i in range(len(parts))] or [SQL("false")])
    numbers = rows(
        SQL(
            "SELECT count(*) FILTER (WHERE old_id IS NULL), count(*) FILTER (WHERE new_id IS NULL),"
            " count(*) FILTER (WHERE both_sides AND ({any})), count(*) FILTER (WHERE both_sides) {each} FROM ("
            "SELECT o.id AS old_id, n.id AS new_id, o.id IS NOT NULL AND n.id IS NOT NULL AS both_sides {flags}"
            " FROM {joined}) AS c"
        ).format(any=any_change, each=_more(each), flags=_more(flags), joined=joined(pair))
    )[0]
    added, removed, changed, common = numbers[:4]
    counted = dict(zip(pair.names, numbers[4:], strict=True))
    return ChangeCounts(
        added, removed, changed, common - changed, {name: n for name, n in counted.items() if n}
    )


def rows_by_field_set(
    pair: VersionPair, names: Sequence[str], limit: int
) -> list[tuple[list[str], int]] | None:
    """Return how many rows change exactly a set of ``names``, for each set; None for more sets than ``limit``."""
    conditions = [(name, part) for name, part in differences(pair).items() if name in names]
    if not conditions:
        return []
    sets = rows(
        SQL(
            "SELECT flags, count(*) FROM (SELECT ARRAY[{flags}] AS flags FROM {joined}"
            " WHERE o.id IS NOT NULL AND n.id IS NOT NULL AND ({any})) AS c GROUP BY flags LIMIT {limit}"
        ).format(
            flags=listed([part for _name, part in conditions]),
            joined=joined(pair),
            any=SQL(" OR ").join([part for _name, part in conditions]),
            limit=Literal(limit + 1),
        )
    )
    if len(sets) > limit:
        return None
    return [
        ([name for (name, _part), differs in zip(conditions, flags, strict=True) if differs], count)
        for flags, count in sets
    ]


def _more(parts: list[Composed]) -> Composed:
    return SQL("").join([SQL(", {}").format(part) for part in parts])
