"""Sample parcels: they tile the zones of the sample PLUi, in rows along the sample streets.

Cells around seeds in rows and columns that follow the streets are cut by the streets and the borders of the zones
*once*, all lines together: no parcel overlaps another, and those of a zone leave no gap in
it. What is too small for a parcel joins a neighbour of its zone.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import shapely

from gisportal.demo.plui import Zone, in_woods, zones_of
from gisportal.demo.sample_rows import Territory, seeded_random
from gisportal.demo.streets import HALF_WIDTH, METRES, SPACING, Section, bent, sections_of

Shape = Any  # shapely has no types

# A millimetre: new nodes on the border of a zone, whose vertices are on a grid a hundred times wider, do not bend it.
_GRID = 1e-8
_ROW = SPACING / 2  # metres between two seeds
_IN_WOODS = 2  # of two rows and of two columns, one in the woods
_JITTER = 12
SMALLEST = 900  # square metres
_SHEET = 750  # metres across a section of the cadastre
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class SampleParcel:
    """A parcel: INSEE code, section, number, the zone that it lies in, and a polygon in EPSG:4326."""

    code: str
    section: str
    number: int
    zone: int
    shape: Shape

    @property
    def idu(self) -> str:
        """The identifier of fourteen characters."""
        return f"{self.code}000{self.section}{self.number:04d}"


def tile_parcels(zones: Sequence[Zone], sections: Iterable[Section]) -> list[SampleParcel]:
    """Return the parcels of zones, in a stable order."""
    polygons = _polygons(zones, [section.shape for section in sections])
    owners = shapely.STRtree([zone.shape for zone in zones])
    points, inside = owners.query(shapely.point_on_surface(polygons), predicate="within")
    joined = _without_small(polygons[points], inside)
    return list(_numbered(joined, zones))


@lru_cache(maxsize=1)
def parcels_of(territory: Territory) -> Sequence[SampleParcel]:
    """Return the parcels of the territory, cut once a process: two seconds of it, for two layers."""
    return tuple(tile_parcels(zones_of(territory), sections_of(territory)))


def _polygons(zones: Sequence[Zone], streets: Sequence[Shape]) -> Any:
    """Cut the plane by cells, borders of zones and streets, all at once."""
    ground = shapely.coverage_union_all([zone.shape for zone in zones]).buffer(0.003)
    seeds = shapely.MultiPoint(_seeds(seeded_random("parcels"), ground))
    cells = shapely.voronoi_polygons(seeds, only_edges=True)
    borders = [zone.shape.boundary for zone in zones]
    lines = shapely.union_all([*shapely.get_parts(cells), *borders, *streets], grid_size=_GRID)
    polygons = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    corners = np.round(shapely.bounds(polygons)[:, :2], 6)
    return polygons[np.lexsort(corners.T)]


def _seeds(rng: random.Random, ground: Shape) -> list[Any]:
    """Return seeds in rows and columns along the streets, fewer in the woods."""
    steps = np.arange(-HALF_WIDTH, HALF_WIDTH, _ROW)
    rows, columns = np.meshgrid(np.arange(len(steps)), np.arange(len(steps)), indexing="ij")
    jitter = np.array([rng.uniform(-_JITTER, _JITTER) for _index in range(2 * rows.size)]).reshape(
        2, *rows.shape
    )
    points = bent(steps[rows] + jitter[0], steps[columns] + jitter[1]).reshape(-1, 2)
    is_sparse = ((rows % _IN_WOODS == 0) & (columns % _IN_WOODS == 0)).reshape(-1)
    is_near = shapely.contains_xy(ground, points)
    return [
        point
        for point, is_seed in zip(points[is_near], is_sparse[is_near], strict=True)
        if is_seed or not in_woods(shapely.Point(point))
    ]


def square_metres(shape: Shape) -> float:
    """Return the area of a small surface on the ellipsoid, by the lengths of a degree at its latitude."""
    latitude = np.radians((shape.bounds[1] + shape.bounds[3]) / 2)
    north = 111_132.954 - 559.822 * np.cos(2 * latitude) + 1.175 * np.cos(4 * latitude)
    east = 111_412.84 * np.cos(latitude) - 93.5 * np.cos(3 * latitude) + 0.118 * np.cos(5 * latitude)
    return float(shape.area * north * east)


def _without_small(polygons: Any, zones: Any) -> list[tuple[int, Shape]]:
    """Join each polygon that is too small to the neighbour of its zone with which it shares the longest border."""
    areas = shapely.area(polygons) * METRES[0] * METRES[1]
    shapes: dict[int, Shape] = dict(enumerate(polygons))
    tree = shapely.STRtree(polygons)
    hosts = list(range(len(polygons)))

    def host(index: int) -> int:
        while hosts[index] != index:
            index = hosts[index]
        return index

    for index in np.argsort(areas, kind="stable"):
        small = int(index)
        if areas[small] >= SMALLEST:
            break
        if small not in shapes or shapes[small].area * METRES[0] * METRES[1] >= SMALLEST:
            continue
        near = {host(int(other)) for other in tree.query(shapes[small])} - {small}
        borders = {
            other: shapely.length(shapely.intersection(shapes[small], shapes[other]))
            for other in sorted(near)
            if zones[other] == zones[small]
        }
        if borders and max(borders.values()) > 0:
            chosen = max(borders, key=lambda other: (borders[other], -other))
            shapes[chosen] = shapely.coverage_union_all([shapes[chosen], shapes.pop(small)])
            hosts[small] = chosen
    return [(int(zones[index]), _polygon(shape)) for index, shape in shapes.items()]


def _polygon(shape: Shape) -> Shape:
    """Return the one polygon of a union of neighbours."""
    (part,) = shapely.get_parts(shape)
    return part


def _numbered(parcels: Iterable[tuple[int, Shape]], zones: Sequence[Zone]) -> Iterator[SampleParcel]:
    """Give sections of the cadastre their letters, and parcels a number in their section, from north to south."""
    by_section: dict[str, dict[tuple[int, int], list[tuple[int, Shape]]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for zone, shape in parcels:
        x, y = shapely.point_on_surface(shape).coords[0]
        sheet = (-int(y * METRES[1] // _SHEET), int(x * METRES[0] // _SHEET))
        by_section[zones[zone].code][sheet].append((zone, shape))
    for code in sorted(by_section):
        for rank, sheet in enumerate(sorted(by_section[code])):
            letters = _LETTERS[rank // len(_LETTERS)] + _LETTERS[rank % len(_LETTERS)]
            members = sorted(
                by_section[code][sheet], key=lambda member: (-member[1].bounds[3], member[1].bounds[0])
            )
            for number, (zone, shape) in enumerate(members, 1):
                yield SampleParcel(code, letters, number, zone, shape)
