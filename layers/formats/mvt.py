"""Mapbox Vector Tiles (MVT 2.1) out of the stored Web Mercator geometry."""

from __future__ import annotations

import math

from django.contrib.gis.geos import Polygon
from django.utils.translation import gettext as _

from layers.definitions import Field, FieldType
from layers.errors import UnknownTile
from layers.formats.columns import compile_columns
from layers.queries import Selection
from layers.sql.geometry import TILE_BUFFER, TILE_EXTENT, TileGeometry
from layers.sql.limits import one_read

MEDIA_TYPE = "application/vnd.mapbox-vector-tile"
MAX_ZOOM = 22
# A tile holds no lists: one is written as JSON, which MapLibre reads back.
_VALUE = {False: "s.{}", True: "to_json(s.{})::text"}
# Half the width of the Web Mercator square, in metres.
_HALF_WORLD = math.pi * 6378137.0


def tile_fields(selection: Selection) -> tuple[Field, ...]:
    """Return what tiles carry: the properties asked, or title, style's field, commune and what the definition adds.

    Only those that the visitor reads; a list is carried when it is asked.

    Raises:
        UnknownTile: the layer is a table.
    """
    definition = selection.scope.definition
    if not definition.geometry.is_located:
        raise UnknownTile(_("Cette couche n’a pas de géométrie : elle n’a pas de tuiles."), parameter="layer")
    if selection.query.properties is not None:
        return selection.fields
    wanted = {definition.title_field, selection.scope.style.field, "commune", *definition.tile_fields}
    return tuple(f for f in selection.fields if f.name in wanted and f.type is not FieldType.TEXTS)


def tile(selection: Selection, zoom: int, x: int, y: int) -> bytes:
    """Return the tile of a selection, empty when nothing is in it.

    Raises:
        UnknownTile: the zoom is over 22, the column or row is outside the pyramid, or the layer is a table.
        TooSlow: the database did not answer in the time given to a tile.
    """
    envelope = _envelope(zoom, x, y)
    fields = tile_fields(selection)
    rows = selection.rows_in(geom_3857__bboverlaps=envelope)
    compiled = compile_columns(rows, TileGeometry("geom_3857", zoom, x, y), fields)
    if compiled is None:
        return b""
    columns = zip(fields, compiled.columns, strict=True)
    attributes = "".join(
        f", {_VALUE[field.type is FieldType.TEXTS].format(column.name)} AS {column.title}"
        for field, column in columns
    )
    # ST_AsMVT leaves out the rows without geometry; a condition on it would make PostgreSQL clip each row twice.
    statement = (
        "SELECT ST_AsMVT(t, %s, %s, 'geometry', 'id') FROM ("  # noqa: S608 (names are quoted, values bound)
        f"SELECT s.id, s.geometry{attributes} FROM {compiled.source}) AS t"
    )
    parameters = (selection.scope.slug, TILE_EXTENT, *compiled.parameters)
    with one_read("tile", statement, parameters) as cursor:
        (content,) = cursor.fetchone() or (b"",)
    return bytes(content)


def _envelope(zoom: int, x: int, y: int) -> Polygon:
    """Return the square of a tile and its buffer, in EPSG:3857 metres."""
    if zoom > MAX_ZOOM or x >= 2**zoom or y >= 2**zoom:
        raise UnknownTile(
            _(
                "La tuile %(zoom)d/%(x)d/%(y)d n’existe pas (zoom de 0 à %(max)d, colonne et ligne de 0 à 2^zoom - 1)."
            )
            % {"zoom": zoom, "x": x, "y": y, "max": MAX_ZOOM},
            parameter="tile",
        )
    side = 2 * _HALF_WORLD / 2**zoom
    margin = side * TILE_BUFFER / TILE_EXTENT
    west, north = x * side - _HALF_WORLD, _HALF_WORLD - y * side
    square = Polygon.from_bbox((west - margin, north - side - margin, west + side + margin, north + margin))
    square.srid = 3857
    return square
