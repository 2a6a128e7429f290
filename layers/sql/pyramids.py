"""Pyramids of counts of large point tables.

The migration that makes them, ``0007_tile_pyramids``, describes their content and writers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Model

from layers.sql.tile_matrix_sets import Bounds

# Zooms whose cells are kept; the others add those of the next one.
LEVELS = (3, 6, 9, 12)
# Cells on the side of a tile of their zoom, as a power of two: 8.
CELL_BITS = 3

_CATEGORY = "SELECT category FROM layers_tilepyramid WHERE owner = %s::regclass AND name = %s::regclass::text"
_ROWS = "SELECT reltuples FROM pg_class WHERE oid = to_regclass(%s)"
_EXTENT = """
SELECT ST_XMin(e), ST_YMin(e), ST_XMax(e), ST_YMax(e)
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace,
LATERAL ST_EstimatedExtent(n.nspname::text, c.relname::text, 'geom_3857') AS e
WHERE c.oid = to_regclass(%s)
"""
_COUNTED = "SELECT coalesce(sum(n), 0) FROM layers_tilecell WHERE owner = %s::regclass AND level = %s"
_LOST = """
WITH lost AS (
    DELETE FROM layers_tilepyramid AS p WHERE NOT EXISTS (
        SELECT FROM pg_class AS c WHERE c.oid = p.owner AND c.oid::regclass::text = p.name
    )
)
DELETE FROM layers_tilecell AS c WHERE NOT EXISTS (
    SELECT FROM layers_tilepyramid AS p JOIN pg_class AS t ON t.oid = p.owner AND t.oid::regclass::text = p.name
    WHERE p.owner = c.owner
)
"""


@dataclass(frozen=True, slots=True)
class CellRange:
    """The cells of a tile: those of ``level``, added by blocks of 2^``shift``, from the first to the last included."""

    level: int
    shift: int
    first_i: int
    last_i: int
    first_j: int
    last_j: int


def cells_of(zoom: int, column: int, row: int) -> CellRange:
    """Return the cells of a tile of Web Mercator, eight on a side once added, for a zoom of the last level at most."""
    level = next(level for level in LEVELS if level >= zoom)
    shift = level - zoom
    side = 1 << (CELL_BITS + shift)
    return CellRange(level, shift, column * side, (column + 1) * side - 1, row * side, (row + 1) * side - 1)


def column_of(model: type[Model], source: str) -> str | None:
    """Return the column of an attribute of a model; None when it is no column of its table."""
    return next((c.column for c in model._meta.concrete_fields if source in {c.name, c.attname}), None)


def stored_category(table: str) -> str | None:
    """Return the column by whose values the pyramid of a table counts, empty for none; None without a pyramid.

    ``table`` is quoted as ``regclass`` reads it.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CATEGORY, [table, table])
        row = cursor.fetchone()
    return str(row[0]) if row else None


def analysed_rows(table: str) -> float:
    """Return the number of rows by the statistics of a table; 0 when it is not there."""
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, [table])
        row = cursor.fetchone()
    return float(row[0]) if row else 0.0


def index_extent(table: str) -> Bounds | None:
    """Return the box that the spatial index of a table holds, in EPSG:3857: no row is outside. None where it is empty.

    PostGIS reads it at the root of the index, without a row.
    """
    with connection.cursor() as cursor:
        cursor.execute(_EXTENT, [table])
        row = cursor.fetchone()
    return None if row is None or row[0] is None else (row[0], row[1], row[2], row[3])


def keep(table: str, category: str, *, is_lost: bool = False) -> None:
    """Build the pyramid of a table, and maintain it from then on; writers of the table wait meanwhile.

    ``is_lost``: writes were not counted; the version of the data grows, so that no former tile is served.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT layers_keep_cells(%s::regclass, %s)", [table, category])
        if is_lost:
            cursor.execute(
                "SELECT layers_bump_version(relname) FROM pg_class WHERE oid = %s::regclass", [table]
            )


def drop(table: str) -> None:
    """Drop the pyramid of a table."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT layers_drop_cells(%s::regclass)", [table])


def agrees(table: str) -> bool:
    """Whether each level counts as many points as the table has: triggers may have been disabled for a load.

    ``table`` is the table of a model, quoted by the database's own rules.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table} WHERE NOT ST_IsEmpty(geom_3857)")  # noqa: S608 (quoted)
        (expected,) = cursor.fetchone()
        return all(_counted(table, level) == expected for level in LEVELS)


def forget_lost() -> None:
    """Remove the cells of tables that are no longer there."""
    with connection.cursor() as cursor:
        cursor.execute(_LOST)


def stored_tables() -> Iterable[str]:
    """Return the tables that have a pyramid, as ``regclass`` writes them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM layers_tilepyramid ORDER BY name")
        return [name for (name,) in cursor.fetchall()]


def _counted(table: str, level: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED, [table, level])
        return int(cursor.fetchone()[0])
