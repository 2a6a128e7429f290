"""How far rows move: metres on the ellipsoid between the middles of two geometries, in any part of the world.

The middle of a line or of a surface may stay while its shape changes: its *shift* is how far its outline goes from
where it was, the Hausdorff distance of the vertices of both (each to the nearest place of the other outline).
"""

from __future__ import annotations

from dataclasses import dataclass

from psycopg.sql import SQL, Composed, Literal

from datasets.comparison.sql.version_pair import VersionPair, joined
from datasets.definitions import DatasetSchema
from datasets.sql import rows
from datasets.vocabulary import GeometryFamily, GeometryKind

_SIZES = {
    GeometryFamily.POINTS: "NULL::float8",
    GeometryFamily.LINES: "ST_Length({}.geom::geography)",
    GeometryFamily.SURFACES: "ST_Area({}.geom::geography)",
}
# The vertices of both outlines together; with more, a row would be compared for seconds.
MAX_VERTICES = 4_000
DIFFERS = "o.geom IS DISTINCT FROM n.geom"


@dataclass(frozen=True, slots=True)
class MoveCounts:
    """How many rows have another geometry, and how far the middle of one moves: half of them less than ``median``."""

    count: int
    median: float
    largest: float


def moves(pair: VersionPair) -> MoveCounts | None:
    """Measure the rows that both deliveries have at different places; None when there is none."""
    numbers = rows(
        SQL(
            # OFFSET 0: each distance is computed once, not once for each of its three uses.
            "SELECT count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY m), max(m)"
            " FROM (SELECT {metres} AS m FROM {joined} WHERE {differs} OFFSET 0) AS moved WHERE m IS NOT NULL"
        ).format(metres=metres(pair), joined=joined(pair, "INNER"), differs=SQL(DIFFERS))
    )[0]
    return MoveCounts(numbers[0], round(numbers[1], 2), round(numbers[2], 2)) if numbers[0] else None


def move(pair: VersionPair) -> Composed:
    """Return the move of a row as JSON: ``from`` and ``to`` [longitude, latitude], metres, size before and after.

    ``shift`` is that of a line or a surface in metres, null for points and for very long outlines.
    """
    if not pair.has_geometry:
        return SQL("NULL").format()
    return SQL(
        "CASE WHEN {differs} AND NOT (ST_IsEmpty(o.geom) OR ST_IsEmpty(n.geom)) THEN json_build_object("
        "'from', {old}, 'to', {new}, 'metres', round(({metres})::numeric, 2), 'shift', round(({shift})::numeric, 2),"
        " 'sizes', json_build_array(round(({before})::numeric, 1), round(({after})::numeric, 1))) END"
    ).format(
        differs=SQL(DIFFERS),
        old=_position(_middle("o", pair.old_schema)),
        new=_position(_middle("n", pair.new_schema)),
        metres=metres(pair),
        shift=_shift(pair),
        before=_size("o", pair.old_schema),
        after=_size("n", pair.new_schema),
    )


def family_of(schema: DatasetSchema) -> GeometryFamily | None:
    """Return the family of a schema's geometry, None when it has none."""
    return next((family for family in GeometryFamily if schema.geometry in family.kinds), None)


def metres(pair: VersionPair) -> Composed:
    """Return how far the middle of a row moves."""
    old, new = _middle("o", pair.old_schema), _middle("n", pair.new_schema)
    return SQL("ST_Distance({}::geography, {}::geography)").format(old, new)


def _shift(pair: VersionPair) -> Composed:
    """Return the Hausdorff distance of two outlines over their vertices, in metres; NULL for points."""
    if GeometryFamily.POINTS in {family_of(pair.old_schema), family_of(pair.new_schema)}:
        return SQL("NULL::float8").format()
    old, new = _outline("o", pair.old_schema), _outline("n", pair.new_schema)
    return SQL(
        "CASE WHEN ST_NPoints(o.geom) + ST_NPoints(n.geom) <= {most} THEN (SELECT max(m) FROM ("
        "SELECT ST_Distance(p.geom::geography, {old}::geography) AS m FROM ST_DumpPoints(n.geom) AS p UNION ALL "
        "SELECT ST_Distance(p.geom::geography, {new}::geography) FROM ST_DumpPoints(o.geom) AS p) AS vertices) END"
    ).format(most=Literal(MAX_VERTICES), old=old, new=new)


def _outline(alias: str, schema: DatasetSchema) -> Composed:
    is_surface = family_of(schema) is GeometryFamily.SURFACES
    return SQL("ST_Boundary({}.geom)" if is_surface else "{}.geom").format(SQL(alias))


def _middle(alias: str, schema: DatasetSchema) -> Composed:
    is_point = schema.geometry is GeometryKind.POINT
    return SQL("{}.geom" if is_point else "ST_Centroid({}.geom)").format(SQL(alias))


def _position(point: Composed) -> Composed:
    return SQL("json_build_array(round(ST_X({0})::numeric, 6), round(ST_Y({0})::numeric, 6))").format(point)


def _size(alias: str, schema: DatasetSchema) -> Composed:
    family = family_of(schema)
    assert schema.geometry is not GeometryKind.NONE and family is not None
    return SQL(_SIZES[family]).format(SQL(alias))
