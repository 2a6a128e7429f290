"""Rows of two versions with the values of both, paged by key; the places of changes; counts by commune.

A row has one kind: ``added``, ``removed``, ``moved`` (its geometry differs, whatever else does) or ``changed``.
``names`` are the names of ``VersionPair.names`` whose change counts: a row that differs elsewhere only is unchanged.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg.sql import SQL, Composable, Composed, Identifier, Literal

from datasets.comparison.sql.moves import metres, move
from datasets.comparison.sql.version_pair import GEOMETRY, VersionPair, differences, joined
from datasets.definitions import SchemaField
from datasets.sql import listed, qualified, rows, single
from datasets.vocabulary import GeometryKind

ORDER = ("moved", "changed", "added", "removed")
"""The order of the kinds on a page: what moves first, the furthest before the others."""
LONG_TEXT = 2_000
_JOINS = {"moved": "INNER", "changed": "INNER", "added": "RIGHT", "removed": "LEFT"}


@dataclass(frozen=True, slots=True)
class RowKey:
    """Where a page begins: after the row ``id`` of a kind; ``metres`` is how far it moved, -1 for other kinds."""

    kind: str
    id: int
    metres: float = -1


@dataclass(frozen=True, slots=True)
class RowPair:
    """A row in both versions: values as texts by name, None where a version does not have it.

    ``differing`` are the names that differ. ``move`` is that of ``moves.move``, for a single row alone.
    ``geometries`` are both geometries as EWKB in hexadecimal, for a single row alone.
    """

    id: int
    kind: str
    before: dict[str, str | None]
    after: dict[str, str | None]
    differing: frozenset[str]
    communes: tuple[str | None, str | None]
    metres: float
    move: dict[str, Any] | None = None
    geometries: tuple[str | None, str | None] = (None, None)

    @property
    def key(self) -> RowKey:
        """Where the page after this row begins."""
        return RowKey(self.kind, self.id, self.metres if self.kind == "moved" else -1)


def page_of_rows(
    pair: VersionPair, kind: str, names: Collection[str], *, limit: int, after: RowKey | None = None
) -> list[RowPair]:
    """Return rows of a kind in their order, after a row of this kind."""
    condition = _condition(pair, kind, names)
    if condition is None:
        return []
    return _read(
        pair,
        names,
        source=joined(pair, _JOINS[kind]),
        condition=SQL("({}) AND {}").format(condition, _follows(pair, kind, after)),
        tail=SQL(" ORDER BY {} LIMIT {}").format(_order(pair, kind), Literal(limit)),
    )


def count_up_to(pair: VersionPair, names: Collection[str], key: RowKey) -> int:
    """Return how many rows of the kind of a key there are up to it, itself included."""
    condition = _condition(pair, key.kind, names)
    if condition is None:
        return 0
    return int(
        single(
            SQL("SELECT count(*) FROM {} WHERE ({}) AND NOT ({})").format(
                joined(pair, _JOINS[key.kind]), condition, _follows(pair, key.kind, key)
            )
        )
    )


def row_pair(pair: VersionPair, pk: int, names: Collection[str]) -> RowPair | None:
    """Return one row with its geometries and its move; None when no version has it, or nothing of ``names`` differs."""
    source = SQL(
        "(SELECT {}::bigint AS id) AS k LEFT JOIN {} AS o ON o.id = k.id LEFT JOIN {} AS n ON n.id = k.id"
    )
    result = _read(
        pair,
        names,
        source=source.format(Literal(pk), qualified(pair.old.table), qualified(pair.new.table)),
        condition=SQL("(o.id IS NOT NULL OR n.id IS NOT NULL)").format(),
        tail=SQL("").format(),
        is_single=True,
    )
    return next((row for row in result if row.kind != "same"), None)


def change_points(
    pair: VersionPair, names: Collection[str], kinds: Collection[str], *, limit: int, unchanged: int
) -> str:
    """Return where rows change as the text of a GeoJSON FeatureCollection of points (EPSG:4326, six decimals).

    A feature has ``id``, ``change`` (its kind, ``same`` for those that do not change) and, where it moved, ``from``
    ([longitude, latitude]). At most ``limit`` changes and ``unchanged`` others; rows without a position are left out.
    """
    return str(
        single(
            SQL(
                "WITH c AS MATERIALIZED (SELECT coalesce(n.id, o.id) AS id, {kind} AS kind, {old} AS a, {new} AS b"
                " FROM {joined}), chosen AS ("
                "(SELECT * FROM c WHERE kind = ANY({kinds}) ORDER BY id LIMIT {limit}) UNION ALL"
                " (SELECT * FROM c WHERE kind = 'same' ORDER BY id LIMIT {unchanged}))"
                " SELECT json_build_object('type', 'FeatureCollection', 'features', coalesce(json_agg("
                "json_build_object('type', 'Feature', 'id', id, 'geometry', ST_AsGeoJSON(p, 6)::json, 'properties',"
                " CASE WHEN kind = 'moved' AND a IS NOT NULL AND b IS NOT NULL THEN json_build_object('change', kind,"
                " 'from', json_build_array(round(ST_X(a)::numeric, 6), round(ST_Y(a)::numeric, 6)))"
                " ELSE json_build_object('change', kind) END) ORDER BY id), '[]'::json))::text"
                " FROM (SELECT *, coalesce(b, a) AS p FROM chosen) AS points WHERE p IS NOT NULL"
            ).format(
                kind=_kind(pair, names),
                old=_point("o", pair.old_schema.geometry),
                new=_point("n", pair.new_schema.geometry),
                joined=joined(pair),
                kinds=Literal(list(kinds)),
                limit=Literal(limit),
                unchanged=Literal(unchanged),
            )
        )
    )


def changes_by_commune(pair: VersionPair) -> dict[str, dict[str, int]]:
    """Count the rows of each kind by the INSEE code of their commune, new or else old, for each kind that has some."""
    counts: dict[str, dict[str, int]] = {}
    counted = SQL(
        "SELECT kind, commune, count(*) FROM (SELECT {kind} AS kind, coalesce(n.commune_id, o.commune_id) AS commune"
        " FROM {joined}) AS c WHERE kind <> 'same' AND commune IS NOT NULL GROUP BY kind, commune"
    )
    for kind, commune, count in rows(counted.format(kind=_kind(pair, pair.names), joined=joined(pair))):
        counts.setdefault(kind, {})[commune] = count
    return counts


def _read(
    pair: VersionPair,
    names: Collection[str],
    *,
    source: Composed,
    condition: Composed,
    tail: Composed,
    is_single: bool = False,
) -> list[RowPair]:
    conditions = {name: part for name, part in differences(pair).items() if name in names}
    old, new = pair.old_schema.by_name, pair.new_schema.by_name
    columns = [name for name in new if name in names]
    empty = SQL("NULL::text")
    statement = SQL(
        "SELECT coalesce(n.id, o.id), {kind}, ARRAY[{before}]::text[], ARRAY[{after}]::text[],"
        " ARRAY[{flags}]::boolean[], o.commune_id, n.commune_id, {metres}, {move}, {old_geometry}, {new_geometry}"
        " FROM {source} WHERE {condition}{tail}"
    ).format(
        kind=_kind(pair, names),
        before=listed([_text("o", old[name]) if name in old else empty for name in columns]),
        after=listed([_text("n", new[name]) for name in columns]),
        flags=listed(list(conditions.values())),
        metres=_metres(pair),
        move=move(pair) if is_single else SQL("NULL"),
        old_geometry=_ewkb("o", pair.old_schema.geometry) if is_single else SQL("NULL"),
        new_geometry=_ewkb("n", pair.new_schema.geometry) if is_single else SQL("NULL"),
        source=source,
        condition=condition,
        tail=tail,
    )
    return [_pair(columns, list(conditions), *row) for row in rows(statement)]


def _pair(
    columns: Sequence[str],
    conditions: Sequence[str],
    pk: int,
    kind: str,
    before: list[str | None],
    after: list[str | None],
    flags: list[bool | None],
    old_commune: str | None,
    new_commune: str | None,
    moved: Any,
    move_document: dict[str, Any] | None,
    *geometries: str | None,
) -> RowPair:
    has_both = kind not in {"added", "removed"}
    return RowPair(
        id=pk,
        kind=kind,
        before=dict(zip(columns, before, strict=True)),
        after=dict(zip(columns, after, strict=True)),
        differing=frozenset(
            name for name, differs in zip(conditions, flags, strict=True) if has_both and differs
        ),
        communes=(old_commune, new_commune),
        metres=float(moved),
        move=move_document,
        geometries=(geometries[0], geometries[1]),
    )


def _kind(pair: VersionPair, names: Collection[str]) -> Composed:
    """Return the kind of a row of both tables joined, ``same`` where nothing of ``names`` differs."""
    moved = _condition(pair, "moved", names) or SQL("false").format()
    changed = _condition(pair, "changed", names) or SQL("false").format()
    return SQL(
        "CASE WHEN o.id IS NULL THEN 'added' WHEN n.id IS NULL THEN 'removed' WHEN {} THEN 'moved'"
        " WHEN {} THEN 'changed' ELSE 'same' END"
    ).format(moved, changed)


def _condition(pair: VersionPair, kind: str, names: Collection[str]) -> Composed | None:
    """Return the condition of the rows of a kind, once the tables are joined for it; None when there can be none."""
    if kind == "added":
        return SQL("o.id IS NULL").format()
    if kind == "removed":
        return SQL("n.id IS NULL").format()
    conditions = {name: part for name, part in differences(pair).items() if name in names}
    moved = conditions.pop(GEOMETRY, None) if pair.has_geometry else None
    if kind == "moved":
        return moved
    if not conditions:
        return None
    any_other = SQL(" OR ").join(list(conditions.values()))
    return SQL("({}) AND NOT {}").format(any_other, moved) if moved else SQL("({})").format(any_other)


def _metres(pair: VersionPair) -> Composed:
    """Return how far a row moved, rounded so that a key compares equal; -1 where that has no measure."""
    if not pair.has_geometry:
        return SQL("-1").format()
    return SQL("coalesce(round(({})::numeric, 2), -1)").format(metres(pair))


def _order(pair: VersionPair, kind: str) -> Composed:
    alias = "o" if kind == "removed" else "n"
    by_id = SQL("{}.id").format(SQL(alias))
    return SQL("{} DESC, {}").format(_metres(pair), by_id) if kind == "moved" else by_id


def _follows(pair: VersionPair, kind: str, after: RowKey | None) -> Composed:
    if after is None:
        return SQL("true").format()
    alias = SQL("o" if kind == "removed" else "n")
    if kind != "moved":
        return SQL("{}.id > {}").format(alias, Literal(after.id))
    # The furthest first, then by id.
    return SQL("({m} < {far} OR ({m} = {far} AND n.id > {pk}))").format(
        m=_metres(pair), far=SQL("{}::numeric").format(Literal(str(after.metres))), pk=Literal(after.id)
    )


def _text(alias: str, field: SchemaField) -> Composed:
    return SQL("left({}::text, {})").format(Identifier(alias, field.column), Literal(LONG_TEXT))


def _point(alias: str, kind: GeometryKind) -> Composed:
    if kind is GeometryKind.NONE:
        return SQL("NULL::geometry").format()
    geometry: Composable = Identifier(alias, "geom")
    return SQL("{}" if kind is GeometryKind.POINT else "ST_PointOnSurface({})").format(geometry)


def _ewkb(alias: str, kind: GeometryKind) -> Composed:
    if kind is GeometryKind.NONE:
        return SQL("NULL").format()
    return SQL("encode(ST_AsEWKB(ST_Force2D({})), 'hex')").format(Identifier(alias, "geom"))
