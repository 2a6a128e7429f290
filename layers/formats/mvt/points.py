"""Points in a tile: single points while they are few, else clusters with their counts.

A point is in the tile whose square holds it, west and north edges included, and in no other: nothing is copied into
the margin of a neighbour, so that counts add up over the tiles of a zoom. Cells of clusters are those of a grid that
nests from one zoom to the next.

At the small zooms of a large layer clusters come out of a pyramid of counts, without reading its rows. A pyramid
counts whole tables: a selection that leaves rows out (rights on some rows, a portal, a filter) counts its own rows
instead, and so does one whose style distinguishes another column than the pyramid.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from layers.definitions import GeometryType
from layers.formats.mvt.cells import categories, table_of, tile_cells
from layers.formats.mvt.tile_rows import TileRows, count_name
from layers.formats.statements import BoundStatement, quoted
from layers.queries import Selection
from layers.sql import pyramids
from layers.sql.pyramids import column_of
from layers.sql.tile_matrix_sets import WEB_MERCATOR_QUAD, TileAddress

EXTENT = 4096
# Cells on a side of a tile: 64 pixels each where a tile is drawn 512 pixels wide.
GRID = 8

# Where a row is: its point, or the middle of the box of several points.
_POSITION = {
    True: ("ST_X({0})", "ST_Y({0})"),
    False: ("(ST_XMin({0}) + ST_XMax({0})) / 2", "(ST_YMin({0}) + ST_YMax({0})) / 2"),
}
_INSIDE = "{x} >= %s AND {x} < %s AND {y} > %s AND {y} <= %s"
# Nearly every row is well inside, which its box tells at less cost than its coordinates. PostGIS rounds boxes outward
# to single precision: to 2 m at the edge of Web Mercator, hence a margin of twice as much.
_WELL_INSIDE = "(s.geometry @ ST_MakeEnvelope(%s, %s, %s, %s, %s) OR ({exactly}))"
_BOX_MARGIN_M = 4.0
# A point that is less than a rounding from the edge stays on the grid of its tile.
_ON_GRID = "ST_MakePoint(least(floor(({x} - %s) / %s), {last}), least(floor((%s - {y}) / %s), {last}))"
# Several points are where each of them is.
_EACH = "ST_AsMVTGeom(s.geometry, ST_MakeEnvelope(%s, %s, %s, %s)::box2d, {extent}, 0, true)"
_SEVERAL = """
SELECT ST_AsMVT(t, %s, %s, 'geometry', 'id'), count(*) FROM (
    SELECT s.id, {place} AS geometry{attributes} FROM {source} LIMIT %s
) AS t
"""
# Where a point is, read once: a subquery that is not pulled up (as in ``cells``). Then numbers alone are compared:
# the plan of any tile is as fast as that of this one, while an envelope of parameters would be made for each row.
_SINGLE = """
SELECT ST_AsMVT(t, %s, %s, 'geometry', 'id'), count(*) FROM (
    SELECT p.id, {place} AS geometry{attributes}
    FROM (SELECT s.id, ST_X(s.geometry) AS x, ST_Y(s.geometry) AS y{columns} FROM {source} OFFSET '0') AS p
    WHERE {inside} LIMIT %s
) AS t
"""
_CELLS = """
SELECT floor(({x} - %s) / %s)::int AS i, floor((%s - {y}) / %s)::int AS j,
       count(*) AS n, avg({x}) AS x, avg({y}) AS y, min(s.id) AS id{counts}
FROM {source} WHERE {inside} GROUP BY 1, 2
"""
_COUNT = ", count(*) FILTER (WHERE s.{column}::text = %s) AS k{index}"
_ALONE = "SELECT s.id{columns} FROM {source} WHERE s.id = c.id"
_CLUSTERS = """
WITH c AS MATERIALIZED ({cells})
SELECT ST_AsMVT(t, %s, %s, 'geometry', 'id'), count(*) FROM (
    SELECT f.id, {place} AS geometry, CASE WHEN c.n > 1 THEN true END AS "cluster",
           CASE WHEN c.n > 1 THEN c.n END AS "point_count"{counts}{attributes}
    FROM c LEFT JOIN LATERAL ({alone} LIMIT 1) AS f ON c.n = 1
) AS t
"""
_PYRAMID_CELLS = """
SELECT sum(n)::bigint AS n, sum(x) / sum(n) AS x, sum(y) / sum(n) AS y{counts}
FROM layers_tilecell
WHERE owner = %s::regclass AND level = %s AND i BETWEEN %s AND %s AND j BETWEEN %s AND %s
GROUP BY i >> %s, j >> %s
"""
_OF_CATEGORY = ", coalesce(sum(n) FILTER (WHERE category = %s), 0)::bigint AS k{index}"
# The only point of a cell is where the sum says, to some centimetres: much was added and taken away, each time rounded.
_PYRAMID_ALONE = """SELECT s.id{columns}
FROM {source}, ST_SetSRID(ST_MakePoint(c.x, c.y), 3857) AS place
WHERE s.geometry && ST_Expand(place, 1) ORDER BY ST_Distance(s.geometry, place)"""


def features(selection: Selection, address: TileAddress, rows: TileRows, *, limit: int) -> BoundStatement:
    """Write the tile of single points, with their number: ``limit`` and one more at most."""
    slug, last = selection.scope.slug, limit + 1
    if selection.scope.definition.geometry is not GeometryType.POINT:
        place = _EACH.format(extent=EXTENT)
        several = _SEVERAL.format(place=place, attributes=rows.attributes(), source=rows.source)
        return BoundStatement(several, (slug, EXTENT, *address.envelope(), *rows.parameters, last))
    west, south, east, north = address.envelope()
    single = _SINGLE.format(
        place=_ON_GRID.format(x="p.x", y="p.y", last=EXTENT - 1),
        attributes=rows.attributes("p"),
        columns=columns_of(rows),
        source=rows.source,
        inside=_INSIDE.format(x="p.x", y="p.y"),
    )
    edges = (west, east, south, north)
    return BoundStatement(single, (slug, EXTENT, *_grid(address, EXTENT), *rows.parameters, *edges, last))


def clusters(selection: Selection, address: TileAddress, rows: TileRows) -> BoundStatement:
    """Write the tile of clusters, and how many marks it has; alone in its cell, a point is itself.

    ``rows`` has the style's field when counts by category are to be given.
    """
    x, y = _position(selection)
    by_block = tile_cells(selection, address, rows.fields)
    field, codes = categories(selection, rows.fields)
    if by_block is not None:
        return clusters_of_cells(selection, address, rows, by_block.rows(), codes, _alone(rows))
    column = rows.column(field.name) if field else None
    counted = "".join(_COUNT.format(column=column, index=index) for index in range(len(codes)))
    inside, edges = _inside(selection, address)
    cells = _CELLS.format(x=x, y=y, counts=counted, source=rows.source, inside=inside)
    parameters = (*_grid(address, GRID), *codes, *rows.parameters, *edges)
    return clusters_of_cells(selection, address, rows, BoundStatement(cells, parameters), codes, _alone(rows))


def _alone(rows: TileRows) -> str:
    return _ALONE.format(columns=columns_of(rows), source=rows.source)


def clusters_of_cells(
    selection: Selection,
    address: TileAddress,
    rows: TileRows,
    cells: BoundStatement,
    codes: Sequence[str],
    alone: str,
) -> BoundStatement:
    """Dress cells ``(n, x, y, k0, k1, …)`` as clusters; ``alone`` selects the row that is alone in a cell ``c``."""
    sql = _CLUSTERS.format(
        cells=cells.sql,
        place=_ON_GRID.format(x="c.x", y="c.y", last=EXTENT - 1),
        counts="".join(_count_attribute(index, code) for index, code in enumerate(codes)),
        attributes=rows.attributes("f"),
        alone=alone,
    )
    named = (selection.scope.slug, EXTENT)
    return BoundStatement(sql, (*cells.parameters, *named, *_grid(address, EXTENT), *rows.parameters))


def columns_of(rows: TileRows) -> str:
    """Return the columns of the rows, each after a comma."""
    return "".join(f", s.{column.name}" for column in rows.compiled.columns)


def _count_attribute(index: int, code: str) -> str:
    return f", CASE WHEN c.n > 1 AND c.k{index} > 0 THEN c.k{index} END AS {quoted(count_name(code))}"


def _position(selection: Selection) -> tuple[str, str]:
    is_point = selection.scope.definition.geometry is GeometryType.POINT
    x, y = _POSITION[is_point]
    return x.format("s.geometry"), y.format("s.geometry")


def _grid(address: TileAddress, cells: int) -> tuple[Any, ...]:
    """Return west, the side of a cell, north and the side again."""
    west, _south, _east, north = address.envelope()
    side = address.matrix.side(address.zoom) / cells
    return (west, side, north, side)


def _inside(selection: Selection, address: TileAddress) -> tuple[str, tuple[Any, ...]]:
    """Return the condition of the rows inside the square of a tile, and its parameters."""
    x, y = _position(selection)
    west, south, east, north = address.envelope()
    exactly, edges = _INSIDE.format(x=x, y=y), (west, east, south, north)
    margin = _BOX_MARGIN_M
    if east - west <= 2 * margin:
        return exactly, edges
    box = (west + margin, south + margin, east - margin, north - margin, address.matrix.srid)
    return _WELL_INSIDE.format(exactly=exactly), (*box, *edges)


def has_cells(selection: Selection, address: TileAddress) -> bool:
    """Whether a pyramid has the clusters of a tile."""
    has_every_row = selection.parts is None and not selection.queryset.query.where
    is_point = selection.scope.definition.geometry is GeometryType.POINT
    if not has_every_row or not is_point or address.matrix is not WEB_MERCATOR_QUAD:
        return False
    if address.zoom > pyramids.LEVELS[-1]:
        return False
    category = pyramids.stored_category(table_of(selection))
    return category is not None and _counted_column(selection) in {"", category}


def pyramid_clusters(selection: Selection, address: TileAddress, rows: TileRows) -> BoundStatement:
    """Write the tile of clusters: see ``clusters``."""
    _field, codes = categories(selection, rows.fields)
    counted = "".join(_OF_CATEGORY.format(index=index) for index in range(len(codes)))
    shift = pyramids.cells_of(address.zoom, address.column, address.row).shift
    cells = BoundStatement(
        _PYRAMID_CELLS.format(counts=counted), (*codes, *_range(selection, address), shift, shift)
    )
    alone = _PYRAMID_ALONE.format(columns=columns_of(rows), source=rows.source)
    return clusters_of_cells(selection, address, rows, cells, codes, alone)


def _range(selection: Selection, address: TileAddress) -> tuple[str | int, ...]:
    cells = pyramids.cells_of(address.zoom, address.column, address.row)
    return (
        table_of(selection),
        cells.level,
        cells.first_i,
        cells.last_i,
        cells.first_j,
        cells.last_j,
    )


def _counted_column(selection: Selection) -> str | None:
    """Return the column whose categories the style counts, empty for none; None when it is no column of the table."""
    style = selection.scope.style
    field = selection.scope.filterable.get(style.field) if style.categories else None
    return column_of(selection.scope.definition.model, field.source) if field else ""
