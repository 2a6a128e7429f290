"""The point that stands for each surface in tiles, in a layer ``<slug>:anchors`` of its own.

A surface is cut by the tiles that it crosses, and would be labelled in each of them. Its point is in one tile: the
middle of the surface, or a point inside where the middle is outside.
"""

from __future__ import annotations

import math

from layers.access import Scope
from layers.formats.mvt.shapes import extent
from layers.formats.mvt.source import TileRows
from layers.formats.statements import BoundStatement
from layers.queries import Selection
from layers.sql.tile_matrix_sets import TileAddress
from layers.styles.symbols import Marker

SUFFIX = ":anchors"
_ANCHORS = """
WITH found AS MATERIALIZED (SELECT s.* FROM {source} LIMIT %s)
SELECT ST_AsMVT(t, %s, %s, 'geometry', 'id'), count(*), (SELECT count(*) FROM found) FROM (
    SELECT f.id, ST_MakePoint(floor((ST_X(a.point) - %s) * %s), floor((%s - ST_Y(a.point)) * %s)) AS geometry
           {attributes}
    FROM found AS f
    CROSS JOIN LATERAL (SELECT ST_Centroid(f.geometry) AS point OFFSET 0) AS m
    CROSS JOIN LATERAL (
        SELECT CASE WHEN ST_Intersects(f.geometry, m.point) THEN m.point ELSE ST_PointOnSurface(f.geometry) END AS point
        OFFSET 0
    ) AS a
    WHERE ST_X(a.point) >= %s AND ST_X(a.point) < %s AND ST_Y(a.point) > %s AND ST_Y(a.point) <= %s
) AS t
"""


def first_zoom(scope: Scope) -> int | None:
    """Return the zoom from which tiles carry the points of surfaces: their style draws labels or markers there."""
    style = scope.style
    if not scope.definition.geometry.is_surface:
        return None
    if style.proportion:
        return scope.definition.min_zoom
    begun = [layer.zooms[0] for symbol in style.symbols for layer in symbol if isinstance(layer, Marker)]
    if style.labels:
        begun.append(style.labels.zoom)
    return math.floor(min(begun)) if begun else None


def anchors(selection: Selection, address: TileAddress, rows: TileRows, *, limit: int) -> BoundStatement:
    """Write the points of the surfaces of a tile, how many it has, and how many rows were read (``limit`` at most)."""
    west, south, east, north = address.envelope()
    units = extent(address)
    scale = units / address.matrix.side(address.zoom)
    sql = _ANCHORS.format(source=rows.source, attributes=rows.attributes("f"))
    named = (selection.scope.slug + SUFFIX, units, west, scale, north, scale)
    return BoundStatement(sql, (*rows.parameters, limit, *named, west, east, south, north))
