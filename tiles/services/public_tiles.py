"""The tiles of an area as the public gets them, one by one: to keep them beforehand, or to write them in a file.

Their rights are those of somebody who gave no credentials, on the portal of the whole territory.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _
from pyproj import Transformer

from layers import access, queries
from layers.access import Scope
from layers.errors import InvalidParameter
from layers.parsing import FeatureQuery
from layers.sql.tile_matrix_sets import Bounds, TileAddress, TileMatrixSet, TileRange
from layers.visitor import Visitor
from tiles.services.keeping import KEPT
from tiles.services.vector_tiles import tile_of


@dataclass(frozen=True, slots=True)
class TileArea:
    """What is asked: zooms, both included, of a matrix set within bounds in degrees (west, south, east, north)."""

    matrix: TileMatrixSet
    zooms: tuple[int, int]
    bounds: Bounds

    @property
    def ranges(self) -> list[TileRange]:
        """The tiles of each zoom that meet the area."""
        transformer = Transformer.from_crs(4326, self.matrix.srid, always_xy=True)
        west, south, east, north = transformer.transform_bounds(*self.bounds, densify_pts=21)
        first, last = self.zooms
        return [self.matrix.covering((west, south, east, north), zoom) for zoom in range(first, last + 1)]

    @property
    def count(self) -> int:
        """How many tiles these are."""
        return sum(found.count for found in self.ranges)

    def __iter__(self) -> Iterator[TileAddress]:
        """Yield each tile, the smallest zoom first, row by row."""
        for found in self.ranges:
            for row in range(found.min_row, found.max_row + 1):
                for column in range(found.min_column, found.max_column + 1):
                    yield TileAddress(self.matrix, found.zoom, column, row)


def public_scopes(slugs: Sequence[str]) -> list[Scope]:
    """Return what the public sees of layers.

    Raises:
        UnknownLayer: one of them is no layer of the public.
        InvalidParameter: one of them has no geometry.
    """
    nobody = Visitor(instant=timezone.now())
    scopes = access.scopes(nobody, slugs)
    for scope in scopes:
        if not scope.definition.geometry.is_located:
            raise InvalidParameter(
                _("La couche « %s » n’a pas de géométrie : elle n’a pas de tuiles.") % scope.slug,
                parameter="layer",
            )
    return scopes


def open_layers() -> list[str]:
    """Return the layers with a geometry that the public sees, in the order of the catalogue."""
    scopes = access.visible(Visitor(instant=timezone.now()))
    return [scope.slug for scope in scopes if scope.definition.geometry.is_located]


def extent_of(scopes: Sequence[Scope]) -> Bounds | None:
    """Return the bounds of several layers together, in degrees; None when nothing is in them."""
    found = [bounds for bounds in queries.extents(scopes).values() if bounds is not None]
    if not found:
        return None
    west, south, east, north = zip(*found, strict=True)
    return min(west), min(south), max(east), max(north)


def checked_area(matrix: TileMatrixSet, zooms: tuple[int, int], bounds: Bounds, *, most: int) -> TileArea:
    """Return an area.

    Raises:
        InvalidParameter: zooms that the matrix set does not have, or more tiles than ``most``.
    """
    first, last = zooms
    if not 0 <= first <= last <= matrix.max_zoom:
        raise InvalidParameter(
            _("Les zooms vont de 0 à %(max)d, le plus petit d’abord ; reçu %(first)d-%(last)d.")
            % {"max": matrix.max_zoom, "first": first, "last": last},
            parameter="zooms",
        )
    area = TileArea(matrix, zooms, bounds)
    if area.count > most:
        raise InvalidParameter(
            _(
                "Cela ferait %(count)d tuiles, plus de %(most)d : moins de zooms, une emprise plus petite, ou --most."
            )
            % {"count": area.count, "most": most},
            parameter="zooms",
        )
    return area


@dataclass(frozen=True, slots=True)
class SeededTile:
    """A tile that was asked beforehand, and whether it was kept already."""

    place: TileAddress
    was_kept: bool


def seed(slugs: Sequence[str], area: TileArea) -> Iterator[SeededTile]:
    """Keep the tiles of an area where all processes share them; those kept already are left."""
    for place in area:
        tile = tile_of(public_scopes(slugs), FeatureQuery(), place)
        was_kept = KEPT.known(tile.key)
        if not was_kept:
            tile.compressed()
        yield SeededTile(place, was_kept)


def public_tile(scopes: Sequence[Scope], place: TileAddress) -> bytes:
    """Return a tile compressed by gzip, empty where it holds nothing."""
    return tile_of(scopes, FeatureQuery(), place).compressed()
