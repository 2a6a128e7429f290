"""Lines and surfaces in a tile: vertices on one grid, shapes too small to be seen grouped into counted marks.

Each vertex goes to the nearest node of a grid that depends on the tile alone. Nothing else moves or removes one, so
that two neighbours that share a vertex share it still: simplifying each polygon by itself, as ``ST_AsMVTGeom`` does,
opens slivers between communes. On half a pixel most vertices of a small zoom fall on the same node, which is the
simplification. Only shapes that the grid made invalid are mended.

Shapes smaller than ``smallest`` are grouped by cells of twice that size into one mark each, a square of the same area
or the longest line, with its count. A tile that is still too heavy is drawn again with a greater ``smallest``:
nothing is left out.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from layers.formats.mvt.tile_rows import TileRows
from layers.formats.statements import BoundStatement
from layers.queries import Selection
from layers.sql.tile_matrix_sets import TileAddress

# Pixels of a tile as maps draw it.
PIXELS = 512
# Half a pixel up to this zoom; an eighth beyond, where clients enlarge tiles of the last zoom.
COARSE_ZOOM = 14
# Sides in pixels under which shapes are grouped, from the finest to all of them.
SMALLEST = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, math.inf)
_WIDEST_CELL = 64.0
_UNITS = ("west", "north", "k", "e", "m", "smallest", "cell", "pixel")
_BOUND = re.compile(rf"(%%|%s|\bp\.(?:{'|'.join(_UNITS)})\b)")
# Share of the side of a tile that is drawn around it: 12 pixels. A band inside a surface (9 pixels in a zone of the
# PLUi) runs along the cut too, where nobody must see it.
MARGIN = 3 / 128

# In units of the tile, southward from its north-west corner.
_ON_TILE = "ST_Affine(f.geometry, p.k, 0, 0, -p.k, -p.west * p.k, p.north * p.k)"
_PLACED = """
WITH p AS (SELECT %s::float8 AS west, %s::float8 AS north, %s::float8 AS k, %s::float8 AS e, %s::float8 AS m,
                  %s::float8 AS smallest, %s::float8 AS cell, %s::float8 AS pixel),
found AS MATERIALIZED (
    SELECT s.*, (ST_XMin(s.geometry) - p.west) * p.k AS x0, (p.north - ST_YMax(s.geometry)) * p.k AS y0,
           (ST_XMax(s.geometry) - p.west) * p.k AS x1, (p.north - ST_YMin(s.geometry)) * p.k AS y1
    FROM {source}, p LIMIT %s
),
"""
_TILE = """
large AS (
    SELECT f.*, {drawn} AS shape FROM p CROSS JOIN found AS f,
    LATERAL (SELECT ST_SnapToGrid({on_tile}, 1) AS g OFFSET 0) AS b,
    LATERAL (SELECT CASE WHEN f.x0 >= -p.m AND f.y0 >= -p.m AND f.x1 <= p.e + p.m AND f.y1 <= p.e + p.m THEN b.g
        ELSE ST_SnapToGrid(ST_ClipByBox2D(b.g, ST_MakeBox2D(ST_Point(-p.m, -p.m), ST_Point(p.e + p.m, p.e + p.m))), 1)
        END AS g OFFSET 0) AS c
    WHERE greatest(f.x1 - f.x0, f.y1 - f.y0) >= p.smallest
    AND f.x1 >= -p.m AND f.y1 >= -p.m AND f.x0 <= p.e + p.m AND f.y0 <= p.e + p.m
),
cells AS (
    SELECT count(*) AS n, min(f.id) AS id, avg((f.x0 + f.x1) / 2) AS x, avg((f.y0 + f.y1) / 2) AS y,
           {size} AS size{commonest}
    FROM p CROSS JOIN found AS f
    WHERE greatest(f.x1 - f.x0, f.y1 - f.y0) < p.smallest
    AND (f.x0 + f.x1) / 2 >= 0 AND (f.x0 + f.x1) / 2 < p.e AND (f.y0 + f.y1) / 2 >= 0 AND (f.y0 + f.y1) / 2 < p.e
    GROUP BY floor((f.x0 + f.x1) / 2 / p.cell), floor((f.y0 + f.y1) / 2 / p.cell)
)
SELECT ST_AsMVT(t, %s, %s, 'geometry', 'id'), count(*), (SELECT count(*) FROM found) FROM (
    SELECT f.id, f.shape AS geometry, NULL::boolean AS "cluster", NULL::bigint AS "point_count"{attributes}
    FROM large AS f WHERE NOT ST_IsEmpty(f.shape)
    UNION ALL
    SELECT f.id, d.shape, CASE WHEN m.n > 1 THEN true END, CASE WHEN m.n > 1 THEN m.n END{marked}
    FROM p CROSS JOIN cells AS m LEFT JOIN found AS f ON m.n = 1 AND f.id = m.id
    CROSS JOIN LATERAL (SELECT {mark}) AS d(shape)
) AS t
"""
# Spikes and crossings that the grid made are taken out where they are, so that the neighbour loses the same.
_MENDED = "ST_SnapToGrid(ST_CollectionExtract(ST_MakeValid(c.g), 3), 1)"
# Mended and cut by PostGIS, which moves vertices: what is left is rare.
_CLEAN = """ST_AsMVTGeom(ST_Affine({g}, 1, 0, 0, -1, 0, p.e), ST_MakeBox2D(ST_Point(0, 0), ST_Point(p.e, p.e)),
        p.e::int, p.m::int, true)"""
# A strip that is thinner than the grid is drawn as wide as it.
_SURFACE = """ST_ForcePolygonCCW(CASE
        WHEN ST_IsEmpty(c.g) AND NOT ST_IsEmpty(b.g) THEN NULL
        WHEN ST_IsEmpty(c.g) THEN {widened}
        WHEN ST_IsValid(c.g) THEN c.g
        ELSE (SELECT CASE
            WHEN ST_IsEmpty(d.g) THEN {widened}
            WHEN ST_IsValid(d.g) THEN d.g
            ELSE {cleaned} END
            FROM (SELECT {mended} OFFSET 0) AS d(g)) END)""".format(  # noqa: S608 (constants of this module)
    widened=_CLEAN.format(g=f"ST_Buffer({_ON_TILE}, 0.75, 'quad_segs=1')"),
    cleaned=_CLEAN.format(g="d.g"),
    mended=_MENDED,
)
_AREA = "sum(ST_Area(f.geometry) * p.k * p.k)"
_SQUARE = """ST_ForcePolygonCCW(ST_MakeEnvelope(
            floor(m.x - half), floor(m.y - half), ceil(m.x + half), ceil(m.y + half)))
        FROM (SELECT least(greatest(sqrt(m.size), p.pixel), p.cell) / 2) AS h(half)"""
_LINE = "c.g"
_VISIBLE_LINE = "CASE WHEN NOT ST_IsEmpty(c.g) THEN c.g END"
_LONGEST = "(array_agg(f.geometry ORDER BY ST_Length(f.geometry) DESC, f.id))[1]"
# A line that falls on one node is a dash there.
_DASH = """CASE WHEN ST_IsEmpty(l.g) OR ST_Length(l.g) = 0
        THEN ST_MakeLine(ST_Point(floor(m.x), floor(m.y)), ST_Point(floor(m.x) + ceil(p.pixel), floor(m.y)))
        ELSE l.g END
        FROM (SELECT ST_SnapToGrid(ST_Affine(m.size, p.k, 0, 0, -p.k, -p.west * p.k, p.north * p.k), 1)) AS l(g)"""
# All are drawn as they are: most tiles. What has few vertices on the grid may be small, the only one to be measured.
_PLAIN = """
SELECT ST_AsMVT(t, %s, %s, 'geometry', 'id'), count(*), coalesce(bool_or(c.is_small), false)
FROM (SELECT s.* FROM {source} LIMIT %s) AS f
CROSS JOIN LATERAL (
    SELECT ST_SnapToGrid({on_tile}, 1) AS g OFFSET 0
) AS b
CROSS JOIN LATERAL (
    SELECT CASE WHEN f.geometry @ {frame} THEN b.g ELSE ST_SnapToGrid(
               ST_ClipByBox2D(b.g, ST_MakeBox2D(ST_Point(-p.m, -p.m), ST_Point(p.e + p.m, p.e + p.m))), 1) END AS g,
           CASE WHEN ST_NPoints(b.g) <= 10 THEN {is_small} END AS is_small OFFSET 0
) AS c
CROSS JOIN LATERAL (SELECT f.id, {drawn} AS geometry{attributes}) AS t
"""
_IS_SMALL = """ST_IsEmpty(b.g) OR p.k * greatest(
               ST_XMax(f.geometry) - ST_XMin(f.geometry), ST_YMax(f.geometry) - ST_YMin(f.geometry)) < p.smallest"""
_PROFILE = """
SELECT width_bucket(side, %s::float8[]), count(*), sum(points)
FROM (
    SELECT greatest(ST_XMax(s.geometry) - ST_XMin(s.geometry), ST_YMax(s.geometry) - ST_YMin(s.geometry)) * %s,
           ST_NPoints(s.geometry)
    FROM {source}
) AS sizes(side, points) GROUP BY 1
"""


def extent(address: TileAddress) -> int:
    """Return the units on a side of a tile of lines or surfaces."""
    return 1024 if address.zoom <= COARSE_ZOOM else 4096


def shapes(
    selection: Selection, address: TileAddress, rows: TileRows, *, smallest: float, limit: int | None
) -> BoundStatement:
    """Write the tile of lines or surfaces, how many marks it has, and how many rows were read (``limit`` at most).

    ``smallest`` is the side in pixels of a tile of 512 under which shapes are grouped.
    """
    is_surface = selection.scope.definition.geometry.is_surface
    drawing = selection.scope.style
    style = rows.column(drawing.field) if drawing.field else None
    aggregate = "percentile_disc(0.5)" if drawing.intervals or drawing.proportion else "mode()"
    sql = (_PLACED + _TILE).format(
        source=rows.source,
        on_tile=_ON_TILE,
        drawn=_SURFACE if is_surface else _LINE,
        size=_AREA if is_surface else _LONGEST,
        mark=_SQUARE if is_surface else _DASH,
        commonest=f", {aggregate} WITHIN GROUP (ORDER BY f.{style}) AS kind" if style else "",
        attributes=rows.attributes("f"),
        marked=rows.attributes("f").replace(f"f.{style}", f"COALESCE(f.{style}, m.kind)")
        if style
        else rows.attributes("f"),
    )
    named = (selection.scope.slug, extent(address))
    return BoundStatement(sql, (*_units(address, smallest), *rows.parameters, limit, *named))


def plain(selection: Selection, address: TileAddress, rows: TileRows, *, limit: int) -> BoundStatement:
    """Write the tile of shapes that are all large enough to be drawn.

    The statement also returns the number of rows read (``limit`` at most), and whether some are under a pixel:
    ``shapes`` must then write the tile.
    """
    sql = _PLAIN.format(
        source=rows.source,
        on_tile=_ON_TILE,
        frame="ST_MakeEnvelope(%s, %s, %s, %s, %s)",
        is_small=_IS_SMALL,
        drawn=_SURFACE if selection.scope.definition.geometry.is_surface else _VISIBLE_LINE,
        attributes=rows.attributes("f"),
    )
    named = (selection.scope.slug, extent(address))
    frame = (*address.envelope(MARGIN), address.matrix.srid)
    bound = BoundStatement(sql, (*named, *rows.parameters, limit, *frame))
    return _with_units(bound, dict(zip(_UNITS, _units(address, SMALLEST[0]), strict=True)))


def profile(address: TileAddress, rows: TileRows) -> BoundStatement:
    """Write the count of rows and vertices by class of size: class n is under ``SMALLEST[n]``, the last the others."""
    scale = PIXELS / address.matrix.side(address.zoom)
    return BoundStatement(_PROFILE.format(source=rows.source), (list(SMALLEST[:-1]), scale, *rows.parameters))


def first_smallest(
    classes: Sequence[tuple[int, int, int]], *, most_features: int, most_bytes: int, attributes: int
) -> int:
    """Return the index in ``SMALLEST`` to begin with: the finest whose tile is expected to fit.

    ``classes`` are those of ``profile``. A vertex takes two bytes and more than eight by pixel of side cannot be told
    apart; a feature takes twelve bytes and each of its attributes about as many.
    """
    for index, smallest in enumerate(SMALLEST):
        single = [
            (count, min(points, count * 8 * 2**size)) for size, count, points in classes if size > index
        ]
        grouped = sum(count for size, count, _points in classes if size <= index)
        marks = min(grouped, (PIXELS / _cell(smallest)) ** 2)
        features = sum(count for count, _points in single) + marks
        size = features * 12 * (1 + attributes) + sum(points for _count, points in single) * 2.2 + marks * 12
        if features <= most_features and size <= most_bytes:
            return index
    return len(SMALLEST) - 1


def _with_units(statement: BoundStatement, units: Mapping[str, Any]) -> BoundStatement:
    """Bind the units ``p.…`` where they are named: PostgreSQL computes once what it knows to be constant."""
    parameters, bound = iter(statement.parameters), []
    pieces = _BOUND.split(statement.sql)
    for index, piece in enumerate(pieces):
        if piece == "%s":
            bound.append(next(parameters))
        elif index % 2 and piece != "%%":
            bound.append(units[piece.removeprefix("p.")])
            pieces[index] = "%s::float8"
    return BoundStatement("".join(pieces), tuple(bound))


def _cell(smallest: float) -> float:
    """Return the side of cells in pixels."""
    return min(2 * smallest, _WIDEST_CELL)


def _units(address: TileAddress, smallest: float) -> tuple[Any, ...]:
    """Return what the statement counts with, in units of the tile but for west and north."""
    west, _south, _east, north = address.envelope()
    units = extent(address)
    pixel = units / PIXELS
    scale = units / address.matrix.side(address.zoom)
    return (west, north, scale, units, units * MARGIN, smallest * pixel, _cell(smallest) * pixel, pixel)
