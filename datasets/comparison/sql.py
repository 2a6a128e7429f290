"""Two deliveries of one dataset side by side, by the lasting ids of their rows: sets in PostgreSQL, never row by row.

Fields are matched by their published name, whatever the columns are called; a field whose type changed is compared by
its text. ``o`` is the old delivery, ``n`` the new one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from psycopg.sql import SQL, Composable, Composed, Identifier, Literal

from datasets.definitions import DatasetSchema, SchemaField
from datasets.sql.execution import listed, rows
from datasets.sql.names import Names, qualified
from datasets.vocabulary import GeometryKind

GEOMETRY = "geometry"


@dataclass(frozen=True, slots=True)
class Sides:
    """The two tables and their schemas."""

    old: Names
    new: Names
    old_schema: DatasetSchema
    new_schema: DatasetSchema

    @property
    def shared(self) -> list[tuple[SchemaField, SchemaField]]:
        """Fields of both, old and new."""
        old = self.old_schema.by_name
        return [(old[field.name], field) for field in self.new_schema.fields if field.name in old]

    @property
    def has_geometry(self) -> bool:
        """Whether both have positions to compare."""
        return GeometryKind.NONE not in {self.old_schema.geometry, self.new_schema.geometry}

    @property
    def names(self) -> list[str]:
        """What may change in a row: shared fields by name, and the geometry."""
        return [new.name for _old, new in self.shared] + ([GEOMETRY] if self.has_geometry else [])


@dataclass(frozen=True, slots=True)
class ChangeCounts:
    """How many rows came, left, changed and stayed; ``fields`` counts the changes by name."""

    added: int
    removed: int
    changed: int
    unchanged: int
    fields: dict[str, int]


def totals(sides: Sides) -> ChangeCounts:
    """Count what changed, in one pass over both tables."""
    differences = _differences(sides)
    each = [
        SQL("count(*) FILTER (WHERE both_sides AND d{})").format(SQL(str(i))) for i in range(len(differences))
    ]
    flags = [SQL("{} AS d{}").format(part, SQL(str(index))) for index, part in enumerate(differences)]
    any_change = SQL(" OR ").join([SQL(f"d{i}") for i in range(len(differences))] or [SQL("false")])
    found = rows(
        SQL(
            "SELECT count(*) FILTER (WHERE old_id IS NULL), count(*) FILTER (WHERE new_id IS NULL),"
            " count(*) FILTER (WHERE both_sides AND ({any})), count(*) FILTER (WHERE both_sides) {each} FROM ("
            "SELECT o.id AS old_id, n.id AS new_id, o.id IS NOT NULL AND n.id IS NOT NULL AS both_sides {flags}"
            " FROM {joined}) AS c"
        ).format(any=any_change, each=_more(each), flags=_more(flags), joined=_joined(sides))
    )[0]
    added, removed, changed, common = found[:4]
    counted = dict(zip(sides.names, found[4:], strict=True))
    return ChangeCounts(
        added, removed, changed, common - changed, {name: n for name, n in counted.items() if n}
    )


def together(sides: Sides, names: Sequence[str], limit: int) -> list[tuple[list[str], int]] | None:
    """Return how many rows change exactly a set of ``names``, for each set; None for more sets than ``limit``."""
    wanted = [
        (name, part) for name, part in zip(sides.names, _differences(sides), strict=True) if name in names
    ]
    if not wanted:
        return []
    found = rows(
        SQL(
            "SELECT flags, count(*) FROM (SELECT ARRAY[{flags}] AS flags FROM {joined}"
            " WHERE o.id IS NOT NULL AND n.id IS NOT NULL AND ({any})) AS c GROUP BY flags LIMIT {limit}"
        ).format(
            flags=listed([part for _name, part in wanted]),
            joined=_joined(sides),
            any=SQL(" OR ").join([part for _name, part in wanted]),
            limit=Literal(limit + 1),
        )
    )
    if len(found) > limit:
        return None
    return [
        ([name for (name, _part), differs in zip(wanted, flags, strict=True) if differs], count)
        for flags, count in found
    ]


def sample_of_changes(sides: Sides, limit: int) -> list[dict[str, Any]]:
    """Return the first changed rows: id, position, and for each changed field its value before and after."""
    differences = _differences(sides)
    if not differences:
        return []
    values: list[Composable] = []
    for old, new in sides.shared:
        values += [_text("o", old), _text("n", new)]
    if sides.has_geometry:
        values += [SQL("ST_AsText(o.geom, 6)"), SQL("ST_AsText(n.geom, 6)")]
    found = rows(
        SQL(
            "SELECT n.id, {position}, ARRAY[{flags}], ARRAY[{values}]::text[] FROM {joined}"
            " WHERE o.id IS NOT NULL AND n.id IS NOT NULL AND ({any}) ORDER BY n.id LIMIT {limit}"
        ).format(
            position=_position("n", sides.new_schema),
            flags=listed(list(differences)),
            values=listed(values),
            joined=_joined(sides),
            any=SQL(" OR ").join(differences),
            limit=Literal(limit),
        )
    )
    return [_change(sides.names, *row) for row in found]


def sample_of_side(sides: Sides, side: str, limit: int) -> list[dict[str, Any]]:
    """Return the first rows that only the ``"new"`` or the ``"old"`` delivery has: id, position and values."""
    alias, other = ("n", "o") if side == "new" else ("o", "n")
    schema = sides.new_schema if side == "new" else sides.old_schema
    found = rows(
        SQL(
            "SELECT {alias}.id, {position}, ARRAY[{values}]::text[] FROM {joined} WHERE {other}.id IS NULL"
            " ORDER BY {alias}.id LIMIT {limit}"
        ).format(
            alias=Identifier(alias),
            other=Identifier(other),
            position=_position(alias, schema),
            values=listed([_text(alias, field) for field in schema.fields]),
            joined=_joined(sides),
            limit=Literal(limit),
        )
    )
    names = [field.name for field in schema.fields]
    return [
        {"id": pk, "position": position, "values": dict(zip(names, values, strict=True))}
        for pk, position, values in found
    ]


def _change(
    names: Sequence[str], pk: int, position: list[float] | None, flags: list[bool], values: list[str | None]
) -> dict[str, Any]:
    pairs = zip(names, values[::2], values[1::2], strict=True)
    fields = {name: [old, new] for (name, old, new), differs in zip(pairs, flags, strict=True) if differs}
    return {"id": pk, "position": position, "fields": fields}


def _differences(sides: Sides) -> list[Composed]:
    """Return one condition a name of ``Sides.names``."""
    found = []
    for old, new in sides.shared:
        if old.type is new.type:
            left: Composable = Identifier("o", old.column)
            right: Composable = Identifier("n", new.column)
        else:
            left, right = _text("o", old), _text("n", new)
        found.append(SQL("({} IS DISTINCT FROM {})").format(left, right))
    if sides.has_geometry:
        found.append(SQL("(o.geom IS DISTINCT FROM n.geom)").format())
    return found


def _text(alias: str, field: SchemaField) -> Composed:
    return SQL("left({}::text, 300)").format(Identifier(alias, field.column))


def _position(alias: str, schema: DatasetSchema) -> Composed:
    """Return a [longitude, latitude] on the row, for a map."""
    if schema.geometry is GeometryKind.NONE:
        return SQL("NULL").format()
    return SQL(
        "(SELECT json_build_array(round(ST_X(p)::numeric, 6), round(ST_Y(p)::numeric, 6))"
        " FROM ST_PointOnSurface({}) AS p WHERE p IS NOT NULL)"
    ).format(Identifier(alias, "geom"))


def _joined(sides: Sides) -> Composed:
    return SQL("{} AS o FULL JOIN {} AS n ON n.id = o.id").format(
        qualified(sides.old.table), qualified(sides.new.table)
    )


def _more(parts: list[Composed]) -> Composed:
    return SQL("").join([SQL(", {}").format(part) for part in parts])
