"""Clusters out of a pyramid of counts: the small zooms of a large layer, without reading its rows.

A pyramid counts whole tables. A selection that leaves rows out (rights on some rows, a portal, a filter) counts its own
rows instead, and so does one whose style tells apart another column than the pyramid.
"""

from __future__ import annotations

from django.db import connection

from layers.definitions import GeometryType
from layers.formats.mvt import points
from layers.formats.mvt.source import TileRows
from layers.formats.statements import BoundStatement
from layers.queries import Selection
from layers.sql import pyramids
from layers.sql.pyramids import column_of
from layers.sql.tile_matrix_sets import WEB_MERCATOR_QUAD, TileAddress

_CELLS = """
SELECT sum(n)::bigint AS n, sum(x) / sum(n) AS x, sum(y) / sum(n) AS y{counts}
FROM layers_tilecell
WHERE owner = %s::regclass AND level = %s AND i BETWEEN %s AND %s AND j BETWEEN %s AND %s
GROUP BY i >> %s, j >> %s
"""
_OF_CATEGORY = ", coalesce(sum(n) FILTER (WHERE category = %s), 0)::bigint AS k{index}"
# The only point of a cell is where the sum says, to some centimetres: much was added and taken away, each time rounded.
_ALONE = """SELECT s.id{columns}
FROM {source}, ST_SetSRID(ST_MakePoint(c.x, c.y), 3857) AS place
WHERE s.geometry && ST_Expand(place, 1) ORDER BY ST_Distance(s.geometry, place)"""


def has_cells(selection: Selection, address: TileAddress) -> bool:
    """Whether a pyramid tells what a tile holds."""
    is_whole = selection.parts is None and not selection.queryset.query.where
    is_point = selection.scope.definition.geometry is GeometryType.POINT
    if not is_whole or not is_point or address.matrix is not WEB_MERCATOR_QUAD:
        return False
    if address.zoom > pyramids.LEVELS[-1]:
        return False
    kept = pyramids.stored_category(table_of(selection))
    return kept is not None and _counted_column(selection) in {"", kept}


def clusters(selection: Selection, address: TileAddress, rows: TileRows) -> BoundStatement:
    """Write the tile of clusters: see ``points.clusters``."""
    _column, codes = points.categories(selection, rows)
    counted = "".join(_OF_CATEGORY.format(index=index) for index in range(len(codes)))
    shift = pyramids.cells_of(address.zoom, address.column, address.row).shift
    cells = BoundStatement(_CELLS.format(counts=counted), (*codes, *_range(selection, address), shift, shift))
    alone = _ALONE.format(columns=points.columns_of(rows), source=rows.source)
    return points.clusters_of_cells(selection, address, rows, cells, codes, alone)


def table_of(selection: Selection) -> str:
    """Return the table of a layer as ``regclass`` reads it."""
    return connection.ops.quote_name(selection.scope.definition.model._meta.db_table)


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
