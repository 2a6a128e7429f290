"""From raw columns to one geometry in EPSG:4326, in three steps that each may answer NULL.

``given``: what the file wrote, in its CRS. ``placed``: the same in degrees, within the range of the globe.
``shaped``: two dimensions unless Z is loaded, valid, and of the type of the table. A step that turns a value into
NULL is a finding; see ``datasets.loading.sql.rules``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from psycopg.sql import SQL, Composable, Composed, Identifier, Literal

from datasets.definitions import PLAIN_POSITIONS, GeometryRecipe
from datasets.inference.angles import ANGLES, PAIR
from datasets.inference.values import PATTERNS
from datasets.loading.sql.casts import NULL, cast, raw_column, trimmed
from datasets.vocabulary import ColumnType, GeometryFamily, GeometryKind

_DIMENSIONS = {"Point": 0, "LineString": 1, "Polygon": 2}
_HEXADECIMAL_PREFIX = r"^(?:0x|\\x)"


def dimension_of(kind: GeometryKind) -> int:
    """Return 0 for points, 1 for lines, 2 for surfaces."""
    return _DIMENSIONS[kind.value.removeprefix("Multi")]


def is_multi(kind: GeometryKind) -> bool:
    """Whether rows may have several parts."""
    return kind.value.startswith("Multi")


def is_plain_position(kind: GeometryKind, recipe: GeometryRecipe) -> bool:
    """Whether the geometry is made of two numbers: a valid two-dimensional point without further work."""
    return kind is GeometryKind.POINT and recipe.kind in PLAIN_POSITIONS


def has_position(recipe: GeometryRecipe) -> Composed:
    """Return the condition of a row with a position."""
    if recipe.kind == "wkb":
        return SQL("(r.wkb IS NOT NULL)").format()
    texts = [SQL("{} <> ''").format(trimmed(raw_column(position))) for position in recipe.columns]
    return SQL("({})").format(SQL(" OR ").join(texts))


def quoted_source(recipe: GeometryRecipe) -> Composed:
    """Return the position as written in the file, for people."""
    if recipe.kind == "wkb":
        return SQL("left(ST_AsText(ST_GeomFromWKB(r.wkb), 5), 200)").format()
    return SQL("left(concat_ws(', ', {}), 200)").format(SQL(", ").join(map(raw_column, recipe.columns)))


def source_geometry(recipe: GeometryRecipe, numbers: Mapping[int, Composable] | None = None) -> Composed:
    """Return the geometry as the file gives it, with its SRID; NULL when it cannot be read.

    ``numbers`` are the values of columns that are read as numbers already, by their position.
    """
    srid = Literal(recipe.srid)
    geometry = _source_geometry(recipe, srid, numbers or {})
    return SQL("ST_FlipCoordinates({})").format(geometry) if recipe.swaps_xy else geometry


def _source_geometry(recipe: GeometryRecipe, srid: Literal, numbers: Mapping[int, Composable]) -> Composed:
    columns = [raw_column(position) for position in recipe.columns]
    if recipe.kind == "wkb":
        return SQL("ST_SetSRID(ST_GeomFromWKB(r.wkb), {})").format(srid)
    if recipe.kind == "dms":
        return _of_angles(columns, srid)
    if recipe.kind == "lonlat":
        x, y = (
            numbers.get(position) or cast(ColumnType.NUMBER, column)
            for position, column in zip(recipe.columns, columns, strict=True)
        )
        return _point(x, y, srid)
    if recipe.kind in {"latlon", "lonlat_text"}:
        first, second = (_half(columns[0], group) for group in (1, 2))
        x, y = (second, first) if recipe.kind == "latlon" else (first, second)
        return _point(x, y, srid)
    text = trimmed(columns[0])
    if recipe.kind == "wkt":
        text = SQL("regexp_replace({}, {}, '', 'i')").format(text, Literal(_HEXADECIMAL_PREFIX))
    return SQL("datasets_geometry_of_text(nullif({}, ''), {})").format(text, srid)


def is_of_another_family(recipe: GeometryRecipe) -> Composed:
    """Return whether ``r.given`` has nothing of the family that is taken alone; false when nothing can be read."""
    dimension = dimension_of(GeometryFamily(recipe.only).kinds[0])
    return SQL(
        "CASE WHEN r.given IS NULL THEN false"
        " WHEN GeometryType(r.given) = 'GEOMETRYCOLLECTION' THEN ST_IsEmpty(ST_CollectionExtract(r.given, {}))"
        " ELSE least(ST_Dimension(r.given), 2) <> {} END"
    ).format(Literal(dimension + 1), Literal(dimension))


def placed(recipe: GeometryRecipe, kind: GeometryKind) -> Composed:
    """Return ``r.given`` in degrees; NULL outside the range of the globe."""
    if recipe.srid == 4326 and is_plain_position(kind, recipe):
        return SQL(
            "CASE WHEN ST_X(r.given) BETWEEN -180 AND 180 AND ST_Y(r.given) BETWEEN -90 AND 90 THEN r.given END"
        ).format()
    return SQL("CASE WHEN r.given IS NOT NULL THEN datasets_placed(r.given) END").format()


def shaped(recipe: GeometryRecipe, kind: GeometryKind) -> Composed:
    """Return ``r.placed`` in the type of the table; NULL when it is of another."""
    if is_plain_position(kind, recipe):
        return SQL("r.placed").format()
    return SQL("CASE WHEN r.placed IS NOT NULL THEN datasets_shaped(r.placed, {}, {}, {}) END").format(
        Literal(dimension_of(kind)), Literal(is_multi(kind)), Literal(recipe.keeps_z)
    )


def column_type(kind: GeometryKind, *, keeps_z: bool) -> Composed:
    """Return the type of the column ``geom``; ``kind`` is one of our own words, never a producer's."""
    return SQL("geometry({}{}, 4326)").format(SQL(kind.value), SQL("Z" if keeps_z else ""))


def _point(x: Composable, y: Composable, srid: Literal) -> Composed:
    return SQL("ST_SetSRID(ST_MakePoint({}, {}), {})").format(x, y, srid)


def _half(column: Composable, group: int) -> Composed:
    number = SQL("replace((regexp_match({}, {}))[{}], ',', '.')").format(
        trimmed(column), Literal(PAIR), Literal(group)
    )
    return SQL("CASE WHEN {0} ~* {1} THEN ({0})::double precision ELSE {2} END").format(
        number, Literal(PATTERNS[ColumnType.NUMBER]), NULL
    )


def _of_angles(columns: Sequence[Composable], srid: Literal) -> Composed:
    """Return the point of degrees, minutes and seconds: see ``datasets.inference.angles.position_of``."""
    text = SQL("upper(concat_ws(' ', {}))").format(SQL(", ").join(map(trimmed, reversed(columns))))
    return SQL(
        "(SELECT CASE WHEN a.first IN ('E', 'O', 'W') THEN {straight} ELSE {crossed} END"
        " FROM regexp_match({text}, {pattern}) AS m,"
        " LATERAL (SELECT coalesce(nullif(m[1], ''), m[5]) AS first,"
        " coalesce(nullif(m[6], ''), nullif(m[10], ''), CASE WHEN m[1] <> '' THEN m[5] END) AS second) AS a)"
    ).format(
        straight=_point(_angle(2, "first"), _angle(7, "second"), srid),
        crossed=_point(_angle(7, "second"), _angle(2, "first"), srid),
        text=text,
        pattern=Literal(ANGLES),
    )


def _angle(group: int, letter: str) -> Composed:
    """Return degrees: groups are degrees, minutes, seconds; south and west are negative."""
    parts = [
        SQL("coalesce(replace(m[{}], ',', '.'), '0')::double precision").format(Literal(group + index))
        for index in range(3)
    ]
    return SQL(
        "(CASE WHEN m[{group}] LIKE '-%' OR a.{letter} IN ('S', 'O', 'W') THEN -1 ELSE 1 END"
        " * (abs({degrees}) + {minutes} / 60 + {seconds} / 3600))"
    ).format(
        group=Literal(group),
        letter=Identifier(letter),
        degrees=parts[0],
        minutes=parts[1],
        seconds=parts[2],
    )
