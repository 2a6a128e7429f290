"""Tile matrix sets: how pyramids of square tiles are laid over a CRS (2D Tile Matrix Set 2.0, OGC 17-083r4).

Coordinates are x, y in the unit of the CRS (metres for both sets here); columns grow eastward from the origin, rows
southward, as in XYZ. The edge that two tiles share is computed from the same numbers, so it is the same float.

Sources of the figures:

- ``WebMercatorQuad``: OGC 17-083r4, annex D.1;
- ``2154_10cm``: the Lambert-93 pyramid of IGN's Géoplateforme; its WMTS (data.geopf.fr) names it with the levels that a
  layer has (``2154_10cm_6_20`` of the plan, ``2154_10cm_10_20`` of the orthophotos). IGN publishes it in
  github.com/rok4/tilematrixsets, ``2154_10cm.json``: origin (0, 12 000 000), 0.1 m a pixel at level 21.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from django.utils.translation import gettext as _

from layers.errors import UnknownTile

TILE_SIZE = 256
Bounds = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class TileRange:
    """The tiles of a zoom that intersect an area: first and last column, first and last row, all included."""

    zoom: int
    min_column: int
    max_column: int
    min_row: int
    max_row: int

    @property
    def count(self) -> int:
        """How many tiles these are."""
        return (self.max_column - self.min_column + 1) * (self.max_row - self.min_row + 1)

    def check(self, tile: TileAddress) -> None:
        """Refuse a tile of this zoom that is none of them.

        Raises:
            UnknownTile: its column or its row is outside.
        """
        is_in_a_column = self.min_column <= tile.column <= self.max_column
        if is_in_a_column and self.min_row <= tile.row <= self.max_row:
            return
        raise UnknownTile(
            _(
                "Au zoom %(zoom)d de %(id)s, ces données vont des colonnes %(column_min)d à %(column_max)d et des"
                " lignes %(row_min)d à %(row_max)d ; reçu colonne %(column)d, ligne %(row)d."
            )
            % {
                "zoom": tile.zoom,
                "id": tile.matrix.id,
                "column_min": self.min_column,
                "column_max": self.max_column,
                "row_min": self.min_row,
                "row_max": self.max_row,
                "column": tile.column,
                "row": tile.row,
            },
            parameter="tile",
        )


@dataclass(frozen=True, slots=True)
class TileMatrixSet:
    """A pyramid of tiles of 256 cells.

    ``srid`` is its CRS, ``origin`` the top left corner of every zoom (x, y), ``cell_sizes`` the side of a cell by zoom
    (unit of the CRS), ``sizes`` columns and rows by zoom. ``max_zoom`` is the deepest zoom that the portal serves.
    ``uri`` is empty when no authority registered the set.
    """

    id: str
    title: str
    uri: str
    srid: int
    origin: tuple[float, float]
    cell_sizes: tuple[float, ...]
    sizes: tuple[tuple[int, int], ...]
    max_zoom: int

    def side(self, zoom: int) -> float:
        """Return the side of a tile, in the unit of the CRS."""
        return self.cell_sizes[zoom] * TILE_SIZE

    def tile(self, zoom: int, column: int, row: int) -> TileAddress:
        """Return the address of a tile.

        Raises:
            UnknownTile: the zoom is not served, or the column or row is outside the pyramid.
        """
        if not 0 <= zoom <= self.max_zoom:
            raise UnknownTile(
                _("La pyramide %(id)s est servie du zoom 0 au zoom %(max)d ; reçu %(zoom)d.")
                % {"id": self.id, "max": self.max_zoom, "zoom": zoom},
                parameter="tile",
            )
        columns, rows = self.sizes[zoom]
        if not (0 <= column < columns and 0 <= row < rows):
            raise UnknownTile(
                _(
                    "Au zoom %(zoom)d de %(id)s, les colonnes vont de 0 à %(column_max)d et les lignes de 0 à"
                    " %(row_max)d ; reçu colonne %(column)d, ligne %(row)d."
                )
                % {
                    "zoom": zoom,
                    "id": self.id,
                    "column_max": columns - 1,
                    "row_max": rows - 1,
                    "column": column,
                    "row": row,
                },
                parameter="tile",
            )
        return TileAddress(self, zoom, column, row)

    def envelope(self, tile: TileAddress, buffer: float = 0.0) -> Bounds:
        """Return west, south, east, north of a tile, in the CRS of the set; ``buffer`` is a share of its side."""
        side = self.side(tile.zoom)
        left, top = self.origin
        margin = side * buffer
        return (
            left + tile.column * side - margin,
            top - (tile.row + 1) * side - margin,
            left + (tile.column + 1) * side + margin,
            top - tile.row * side + margin,
        )

    def covering(self, bounds: Bounds, zoom: int, buffer: float = 0.0) -> TileRange:
        """Return the tiles of a zoom that intersect bounds given in the CRS of the set, within the pyramid.

        ``buffer`` is how far a tile draws past its edge, a share of its side.
        """
        side = self.side(zoom)
        left, top = self.origin
        west, south, east, north = bounds
        columns, rows = self.sizes[zoom]
        return TileRange(
            zoom,
            _within(math.floor((west - left) / side - buffer), columns),
            _within(math.floor((east - left) / side + buffer), columns),
            _within(math.floor((top - north) / side - buffer), rows),
            _within(math.floor((top - south) / side + buffer), rows),
        )


@dataclass(frozen=True, slots=True)
class TileAddress:
    """One tile of a set. Made by ``TileMatrixSet.tile``, which checks it."""

    matrix: TileMatrixSet
    zoom: int
    column: int
    row: int

    def envelope(self, buffer: float = 0.0) -> Bounds:
        """Return its west, south, east, north in the CRS of the set; ``buffer`` is a share of its side."""
        return self.matrix.envelope(self, buffer)


def _within(index: int, size: int) -> int:
    return max(0, min(size - 1, index))


# Half the width of the Web Mercator square, in metres: half the equator of WGS 84.
_HALF_WORLD = math.pi * 6378137.0

WEB_MERCATOR_QUAD = TileMatrixSet(
    id="WebMercatorQuad",
    title="Google Maps Compatible for the World",
    uri="http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad",
    srid=3857,
    origin=(-_HALF_WORLD, _HALF_WORLD),
    cell_sizes=tuple(2 * _HALF_WORLD / TILE_SIZE / 2**zoom for zoom in range(25)),
    sizes=tuple((2**zoom, 2**zoom) for zoom in range(25)),
    max_zoom=22,
)

LAMBERT_93 = TileMatrixSet(
    id="2154_10cm",
    title="Lambert-93, pyramide de la Géoplateforme (IGN)",
    uri="",
    srid=2154,
    origin=(0.0, 12_000_000.0),
    cell_sizes=tuple(2 ** (21 - zoom) / 10 for zoom in range(22)),
    sizes=(
        (1, 1),
        (1, 1),
        (1, 1),
        (1, 2),
        (1, 4),
        (1, 7),
        (2, 13),
        (4, 26),
        (7, 52),
        (13, 103),
        (25, 206),
        (50, 411),
        (99, 822),
        (197, 1643),
        (394, 3285),
        (788, 6569),
        (1575, 13138),
        (3150, 26276),
        (6300, 52552),
        (12600, 105102),
        (25200, 210205),
        (50400, 420409),
    ),
    max_zoom=21,
)

SERVED: tuple[TileMatrixSet, ...] = (WEB_MERCATOR_QUAD, LAMBERT_93)


def tile_matrix_set(name: str) -> TileMatrixSet:
    """Return a served set by its id.

    Raises:
        UnknownTile: no served set has that id.
    """
    for matrix_set in SERVED:
        if matrix_set.id == name:
            return matrix_set
    raise UnknownTile(
        _("Aucune pyramide de tuiles ne s’appelle « %(name)s ». Pyramides servies : %(served)s.")
        % {"name": name[:60], "served": ", ".join(served.id for served in SERVED)},
        parameter="tileMatrixSetId",
    )
