"""Rows that come, leave, change or move, a page at a time, in a total order."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from psycopg.sql import SQL, Composable, Composed, Identifier, Literal

from datasets.comparison.sql.moves import metres, move
from datasets.comparison.sql.version_pair import GEOMETRY, VersionPair, differences, joined, text
from datasets.definitions import DatasetSchema
from datasets.sql import listed, rows
from datasets.vocabulary import GeometryKind

KINDS = ("added", "changed", "moved", "removed")


def rows_of_kind(
    pair: VersionPair, kind: str, *, limit: int, offset: int = 0, names: Collection[str] | None = None
) -> list[dict[str, Any]]:
    """Return rows of a kind: ``names`` are those whose change counts, None for all of them.

    A row has ``id`` and ``position``; one that comes or leaves has its ``values`` as texts; one that changes has
    ``fields`` (``[before, after]`` a changed field), ``naming`` (what names it now) and ``move``, None where it stays.
    Rows that moved come furthest first.
    """
    if kind in {"added", "removed"}:
        return _one_sided(pair, "n" if kind == "added" else "o", limit, offset)
    conditions = {name: part for name, part in differences(pair).items() if names is None or name in names}
    is_moved = kind == "moved"
    counting = [part for name, part in conditions.items() if name == GEOMETRY or not is_moved]
    if not counting or (is_moved and not pair.has_geometry):
        return []
    return _two_sided(pair, conditions, counting, limit, offset, is_by_distance=is_moved)


def _two_sided(
    pair: VersionPair,
    conditions: dict[str, Composed],
    counting: Sequence[Composed],
    limit: int,
    offset: int,
    *,
    is_by_distance: bool,
) -> list[dict[str, Any]]:
    values: list[Composable] = []
    for old, new in pair.shared:
        values += [text("o", old), text("n", new)] if new.name in conditions else []
    if GEOMETRY in conditions:
        values += [_place("o", pair.old_schema), _place("n", pair.new_schema)]
    furthest = SQL("{} DESC NULLS LAST, n.id").format(metres(pair)) if is_by_distance else SQL("n.id")
    changed = rows(
        SQL(
            "SELECT n.id, {position}, ARRAY[{flags}], ARRAY[{values}]::text[], ARRAY[{naming}]::text[], {move}"
            " FROM {joined} WHERE {any} ORDER BY {order} LIMIT {limit} OFFSET {offset}"
        ).format(
            position=_position("n", pair.new_schema),
            flags=listed(list(conditions.values())),
            values=listed(values),
            naming=listed([text("n", field) for field in pair.naming]),
            move=move(pair),
            joined=joined(pair, "INNER"),
            any=SQL(" OR ").join(counting),
            order=furthest,
            limit=Literal(limit),
            offset=Literal(offset),
        )
    )
    return [_change(pair, list(conditions), *row) for row in changed]


def _change(
    pair: VersionPair,
    names: Sequence[str],
    pk: int,
    position: list[float] | None,
    flags: list[bool],
    values: list[str | None],
    naming: list[str | None],
    moved: dict[str, Any] | None,
) -> dict[str, Any]:
    pairs = zip(names, values[::2], values[1::2], strict=True)
    return {
        "id": pk,
        "position": position,
        "fields": {
            name: [old, new] for (name, old, new), differs in zip(pairs, flags, strict=True) if differs
        },
        "naming": dict(zip([field.name for field in pair.naming], naming, strict=True)),
        "move": moved if GEOMETRY in names else None,
    }


def _place(alias: str, schema: DatasetSchema) -> Composed:
    """Return the geometry of a row as a bounded text, null in a table without geometry."""
    if schema.geometry is GeometryKind.NONE:
        return SQL("NULL::text").format()
    return SQL("left(ST_AsText({}, 6), 300)").format(Identifier(alias, "geom"))


def _one_sided(pair: VersionPair, alias: str, limit: int, offset: int) -> list[dict[str, Any]]:
    """Return rows that only the new delivery (``n``) or the old one (``o``) has."""
    other, schema = ("o", pair.new_schema) if alias == "n" else ("n", pair.old_schema)
    single = rows(
        SQL(
            "SELECT {alias}.id, {position}, ARRAY[{values}]::text[] FROM {joined} WHERE {other}.id IS NULL"
            " ORDER BY {alias}.id LIMIT {limit} OFFSET {offset}"
        ).format(
            alias=Identifier(alias),
            other=Identifier(other),
            position=_position(alias, schema),
            values=listed([text(alias, field) for field in schema.fields]),
            joined=joined(pair, "RIGHT" if alias == "n" else "LEFT"),
            limit=Literal(limit),
            offset=Literal(offset),
        )
    )
    names = [field.name for field in schema.fields]
    return [
        {"id": pk, "position": position, "values": dict(zip(names, values, strict=True))}
        for pk, position, values in single
    ]


def _position(alias: str, schema: DatasetSchema) -> Composed:
    """Return a [longitude, latitude] on the row, for a map."""
    if schema.geometry is GeometryKind.NONE:
        return SQL("NULL").format()
    return SQL(
        "(SELECT json_build_array(round(ST_X(p)::numeric, 6), round(ST_Y(p)::numeric, 6))"
        " FROM ST_PointOnSurface({}) AS p WHERE p IS NOT NULL)"
    ).format(Identifier(alias, "geom"))
