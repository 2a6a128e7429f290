"""The tile itself: the finest rendering that stays under the limits of a tile, never a part of a finer one.

The points that stand for surfaces are in a layer ``<slug>:anchors`` of their own. A surface is cut by the tiles that it
crosses, and would be labelled in each of them. Its point is in one tile: the middle of the surface, or a point inside
where the middle is outside.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from layers.access import Scope
from layers.definitions import Field, GeometryType
from layers.formats.mvt import points, shapes
from layers.formats.mvt.cells import cached_total
from layers.formats.mvt.shapes import extent
from layers.formats.mvt.tile_rows import TileRows, style_fields, tile_fields, tile_rows
from layers.formats.statements import BoundStatement
from layers.queries import Selection
from layers.sql.limits import binary_row, one_read
from layers.sql.tile_matrix_sets import WEB_MERCATOR_QUAD, TileAddress
from layers.styles.symbols import Marker

MEDIA_TYPE = "application/vnd.mapbox-vector-tile"
# Grows when the same rows give other bytes: part of the key of whatever keeps tiles.
RENDERER_VERSION = 6
MAX_ZOOM = WEB_MERCATOR_QUAD.max_zoom
# Up to this zoom points are clustered where a tile holds more than ``MAX_POINTS`` of them.
CLUSTER_MAX_ZOOM = 12
MAX_POINTS = 1_000
# A tile at any zoom: several layers together have the same bytes between them.
MAX_FEATURES = 10_000
MAX_BYTES = 500_000
# Shapes that are drawn without asking first how large they are: most tiles take one statement.
MAX_UNMEASURED = 2_000
_MULTI = GeometryType.MULTI_POINT
ANCHORS_SUFFIX = ":anchors"
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


@dataclass(frozen=True, slots=True)
class SingleRead:
    """The statement of one row that is nearly always the whole tile: features as they are.

    ``settle`` returns the tile by that row, None where ``render`` must draw it by other statements.
    """

    statement: BoundStatement
    settle: Callable[[Sequence[Any]], bytes | None]


def single_read(selection: Selection, address: TileAddress) -> SingleRead | None:
    """Return the statement of a tile that is probably drawn by one, for who runs it otherwise than ``render``.

    None at the zooms of clusters, and for surfaces with points that stand for them.

    Raises:
        UnknownTile: the layer is a table.
    """
    if address.zoom <= CLUSTER_MAX_ZOOM or _has_anchors(selection, address):
        return None
    is_point = selection.scope.definition.geometry in {GeometryType.POINT, _MULTI}
    fields, margin = tile_fields(selection, address.zoom), 0.0 if is_point else shapes.MARGIN
    rows = tile_rows(selection, address, fields, margin=margin)
    if rows is None:
        return None
    if is_point:
        statement = points.features(selection, address, rows, limit=MAX_FEATURES)
        return SingleRead(statement, lambda row: _settled(row, row[1] <= MAX_FEATURES))
    statement = shapes.plain(selection, address, rows, limit=MAX_UNMEASURED + 1)
    return SingleRead(statement, lambda row: _settled(row, row[1] <= MAX_UNMEASURED and not row[2]))


def _settled(row: Sequence[Any], is_complete: bool) -> bytes | None:
    content = bytes(row[0])
    return content if is_complete and len(content) <= MAX_BYTES else None


def tile(selection: Selection, zoom: int, x: int, y: int) -> bytes:
    """Return the tile z/x/y of Web Mercator of one selection: see ``render``."""
    return render([selection], WEB_MERCATOR_QUAD.tile(zoom, x, y))


def render(selections: Sequence[Selection], address: TileAddress) -> bytes:
    """Return the tile of selections, each a layer of its own; empty when nothing is in it.

    It holds ``MAX_BYTES`` at most: what would be heavier is grouped further, and says how many it stands for.

    Raises:
        UnknownTile: a layer is a table.
        TooSlow: the database did not answer in the time given to a tile.
    """
    layers = [_LayerTile(selection, address) for selection in selections]
    while sum(len(layer.content) for layer in layers) > MAX_BYTES:
        if not any(layer.coarsen() for layer in sorted(layers, key=lambda one: -len(one.content))):
            break
    content = b"".join(layer.content for layer in layers)
    for selection in selections:
        content += _anchors(selection, address, MAX_BYTES - len(content))
    return content


def _anchors(selection: Selection, address: TileAddress, room: int) -> bytes:
    """Return the points that stand for surfaces, which labels need; empty where they are too many or too heavy."""
    if not _has_anchors(selection, address):
        return b""
    fields = tile_fields(selection, address.zoom)
    rows = tile_rows(selection, address, fields, margin=0.0)
    if rows is None:
        return b""
    content, count, read = _read(anchors(selection, address, rows, limit=MAX_FEATURES + 1))
    return content if count and read <= MAX_FEATURES and len(content) <= room else b""


def _has_anchors(selection: Selection, address: TileAddress) -> bool:
    first = first_anchor_zoom(selection.scope)
    return first is not None and address.zoom >= first and selection.query.properties is None


class _LayerTile:
    """The renderings of a layer in a tile, from the finest; ``content`` is the first that fits a tile."""

    def __init__(self, selection: Selection, address: TileAddress) -> None:
        self._renderings = _renderings(selection, address)
        self.content = b""
        while self.coarsen() and len(self.content) > MAX_BYTES:
            pass

    def coarsen(self) -> bool:
        """Take the next rendering; False when there is none."""
        for content in islice(self._renderings, 1):
            self.content = content
            return True
        return False


def _renderings(selection: Selection, address: TileAddress) -> Iterator[bytes]:
    """Yield the renderings of a layer that do not hold too many features, from the finest."""
    fields = tile_fields(selection, address.zoom)
    is_point = selection.scope.definition.geometry in {GeometryType.POINT, _MULTI}
    return (_point_renderings if is_point else _shape_renderings)(selection, address, fields)


def _point_renderings(
    selection: Selection, address: TileAddress, fields: tuple[Field, ...]
) -> Iterator[bytes]:
    """Yield single points, then with the style's field alone; then clusters, at last without attribute.

    A density has clusters in every tile of a zoom or in none: gathered points are smoother than single points in the
    next tile.
    """
    most = MAX_POINTS if address.zoom <= CLUSTER_MAX_ZOOM else MAX_FEATURES
    least = fields if selection.query.properties is not None else style_fields(selection, address.zoom)
    both = {*least, *style_fields(selection, address.zoom)}
    counted = tuple(field for field in selection.fields if field in both)
    total = cached_total(selection, address, counted)
    if total == 0:
        yield b""
        return
    is_crowded = _gathers_all(selection, address) or (total or 0) > most
    for carried in () if is_crowded else dict.fromkeys((fields, least)):
        rows = tile_rows(selection, address, carried, margin=0.0)
        if rows is None:
            yield b""
            return
        content, count, _rows = _read(points.features(selection, address, rows, limit=most))
        if count > most:
            break
        yield content
        if not count:
            return
    for carried in (counted, ()):
        rows = tile_rows(selection, address, carried, margin=0.0, is_ordered=False)
        if rows is not None:
            yield _clusters(selection, address, rows)


def _gathers_all(selection: Selection, address: TileAddress) -> bool:
    """Whether every tile of a zoom has clusters: a density of more points than a tile holds singly."""
    is_density = selection.scope.style.heat is not None and address.zoom <= CLUSTER_MAX_ZOOM
    return is_density and selection.timed_count("tile") > MAX_POINTS


def _clusters(selection: Selection, address: TileAddress, rows: TileRows) -> bytes:
    """Return the tile of clusters, from the pyramid, or from the rows where it has none or was dropped meanwhile."""
    if points.has_cells(selection, address):
        content, count, _rows = _read(points.pyramid_clusters(selection, address, rows))
        if count:
            return content
    return _read(points.clusters(selection, address, rows))[0]


def _shape_renderings(
    selection: Selection, address: TileAddress, fields: tuple[Field, ...]
) -> Iterator[bytes]:
    """Yield shapes, those under a pixel grouped; then with the style's field alone, and more and more of them."""
    rows = tile_rows(selection, address, fields, margin=shapes.MARGIN)
    if rows is None:
        yield b""
        return
    content = _first_rendering(selection, address, rows)
    if content is not None:
        yield content
    if content == b"":
        return
    start = _first(selection, address, rows)
    if content is None and start == 0:
        finest = shapes.shapes(selection, address, rows, smallest=shapes.SMALLEST[0], limit=None)
        yield _read(finest)[0]
    yield from _grouped(selection, address, fields, max(1, start))


def _first_rendering(selection: Selection, address: TileAddress, rows: TileRows) -> bytes | None:
    """Return the tile whose shapes under a pixel are grouped; None where there are too many to draw them unmeasured."""
    if address.zoom > CLUSTER_MAX_ZOOM:
        content, read, has_small = _plain(selection, address, rows)
        if read > MAX_UNMEASURED:
            return None
        if not has_small:
            return content
    finest = shapes.shapes(selection, address, rows, smallest=shapes.SMALLEST[0], limit=MAX_UNMEASURED + 1)
    content, _count, read = _read(finest)
    return content if read <= MAX_UNMEASURED else None


def _plain(selection: Selection, address: TileAddress, rows: TileRows) -> tuple[bytes, int, bool]:
    """Return the tile of shapes as they are, how many rows were read, and whether some are too small for it."""
    statement = shapes.plain(selection, address, rows, limit=MAX_UNMEASURED + 1)
    content, read, has_small = binary_row("tile", statement.sql, statement.parameters)
    return bytes(content), int(read), bool(has_small)


def _grouped(
    selection: Selection, address: TileAddress, fields: tuple[Field, ...], start: int
) -> Iterator[bytes]:
    """Yield the shapes of a tile with too many or too heavy ones."""
    has_properties = selection.query.properties is not None
    carried = fields if has_properties else style_fields(selection, address.zoom)
    rows = tile_rows(selection, address, carried, margin=shapes.MARGIN)
    for smallest in shapes.SMALLEST[start:] if rows is not None else ():
        assert rows is not None
        content, count, _rows = _read(shapes.shapes(selection, address, rows, smallest=smallest, limit=None))
        if count <= MAX_FEATURES:
            yield content
    without_attributes = tile_rows(selection, address, (), margin=shapes.MARGIN)
    if without_attributes is not None:
        content, *_counts = _read(
            shapes.shapes(selection, address, without_attributes, smallest=shapes.SMALLEST[-1], limit=None)
        )
        yield content


def _first(selection: Selection, address: TileAddress, rows: TileRows) -> int:
    """Return the first index in ``shapes.SMALLEST`` to try, by the sizes of the shapes in the tile."""
    statement = shapes.profile(address, rows)
    with one_read("tile", statement.sql, statement.parameters) as cursor:
        classes = cursor.fetchall()
    return shapes.first_smallest(
        [(int(size), int(count), int(vertices)) for size, count, vertices in classes],
        most_features=MAX_FEATURES,
        most_bytes=MAX_BYTES,
        attributes=len(rows.fields),
    )


def _read(statement: BoundStatement) -> tuple[bytes, int, int]:
    """Return the bytes of a tile, its number of features, and the number of rows read, where the statement gives it."""
    content, count, *rows = binary_row("tile", statement.sql, statement.parameters)
    return bytes(content), int(count), int(rows[0]) if rows else int(count)


def first_anchor_zoom(scope: Scope) -> int | None:
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
    named = (selection.scope.slug + ANCHORS_SUFFIX, units, west, scale, north, scale)
    return BoundStatement(sql, (*rows.parameters, limit, *named, west, east, south, north))
