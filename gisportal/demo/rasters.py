"""Two rasters computed from the portal's own sample layers, and labelled as such: how far the nearest playground is on
foot, and how much of the ground crowns of trees cover.

The same layers give the same cells, and cells that are online already are not written again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from rasterio.features import rasterize
from rasterio.transform import Affine
from rasterio.warp import transform, transform_geom

from gisportal.demo.rights import PLAYGROUNDS, TREES
from layers import access
from layers.models import Commune, Raster, Theme
from layers.visitor import Visitor, system_visitor
from layers.vocabulary import Visibility
from tiles.rasters.services.imports import ComputedGrid, grid_digest, import_computed
from tiles.rasters.services.versions import RasterIdentity, create_raster, publish_version

SRID = 2154
CELL = 20.0
NODATA = -1.0
# People walk 1.3 m for each metre of a straight line in a town: streets turn around blocks.
_DETOUR = 1.3
_FARTHEST = 5_000.0
# Half the side of the square around a cell in which crowns are counted, in cells.
_RADIUS = 5
# Square metres of a crown, and the share of the ground that crowns cover in a protected wood.
_CROWN = {"arbres-remarquables": 150.0, "arbres-alignement": 40.0}
_WOODED = 0.8
# Natural zones of the PLUi are woods, meadows and gardens.
_NATURAL = 0.45
_WOODS, _ZONES = "plui-prescriptions-surf", "plui-zones"
# Prescription 01 of the CNIG's standard of PLU: classified wooded area.
_WOOD_CODE = "01"

PLAYGROUND_SLUG, CANOPY_SLUG = "distance-aires-de-jeux", "couvert-arbore"
_DERIVED = "Calculé par le portail à partir de ses couches d’exemple : des données d’exemple, elles aussi."


@dataclass(frozen=True, slots=True)
class SampleRaster:
    """A raster of the demonstration."""

    slug: str
    title: str
    theme: str
    producer: str
    unit: str
    abstract: str
    keywords: tuple[str, ...]
    style: dict[str, Any]


_DISTANCE = SampleRaster(
    slug=PLAYGROUND_SLUG,
    title="Distance à pied à l’aire de jeux la plus proche",
    theme="equipements",
    producer=PLAYGROUNDS,
    unit="m",
    abstract=(
        "Longueur approchée du trajet à pied jusqu’à l’aire de jeux la plus proche, par mailles de 20 m : de proche en "
        "proche sans sortir du territoire, allongée de 30 % pour le détour des rues. Elle ignore les rues elles-mêmes, "
        "les pentes et les ponts."
    ),
    keywords=("aire de jeux", "proximité", "distance", "marche"),
    style={
        "classes": [
            {"to": 150, "title": "Moins de 150 m", "colour": "#1d4f60"},
            {"from": 150, "to": 300, "title": "150 à 300 m", "colour": "#2d7f86"},
            {"from": 300, "to": 500, "title": "300 à 500 m", "colour": "#68abb8"},
            {"from": 500, "to": 800, "title": "500 à 800 m", "colour": "#f0c98b"},
            {"from": 800, "title": "800 m et plus", "colour": "#c8553d"},
        ],
        "resampling": "nearest",
        "opacity": 0.75,
    },
)
_CANOPY = SampleRaster(
    slug=CANOPY_SLUG,
    title="Densité du couvert arboré",
    theme="nature",
    producer=TREES,
    unit="%",
    abstract=(
        "Part du sol couverte par les houppiers dans un carré de 220 m autour de chaque maille de 20 m : arbres "
        "remarquables et arbres d’alignement à raison d’un houppier moyen, espaces boisés classés du PLUi pour 80 %, "
        "zones naturelles pour 45 %."
    ),
    keywords=("arbre", "canopée", "couvert arboré", "îlot de fraîcheur"),
    style={
        "classes": [
            {"to": 1, "title": "Moins de 1 %", "colour": "#fbf9e3"},
            {"from": 1, "to": 5, "title": "1 à 5 %", "colour": "#d5e8a8"},
            {"from": 5, "to": 20, "title": "5 à 20 %", "colour": "#93c66f"},
            {"from": 20, "to": 50, "title": "20 à 50 %", "colour": "#3f9150"},
            {"from": 50, "title": "50 % et plus", "colour": "#14532d"},
        ],
        "opacity": 0.75,
    },
)


@dataclass(frozen=True, slots=True)
class Ground:
    """The grid of the territory: its top left corner in Lambert-93, its size, and which cells are in a commune."""

    left: float
    top: float
    inside: Any

    @property
    def transform(self) -> Affine:
        """The affine transformation of the grid."""
        return Affine(CELL, 0, self.left, 0, -CELL, self.top)

    def cells_of(self, positions: list[tuple[float, float]]) -> tuple[Any, Any]:
        """Return rows and columns of positions in degrees; those outside of the grid are left out."""
        xs, ys = (
            transform("EPSG:4326", f"EPSG:{SRID}", *zip(*positions, strict=True)) if positions else ([], [])
        )
        columns = np.floor((np.asarray(xs) - self.left) / CELL).astype(int)
        rows = np.floor((self.top - np.asarray(ys)) / CELL).astype(int)
        inside = (
            (rows >= 0) & (rows < self.inside.shape[0]) & (columns >= 0) & (columns < self.inside.shape[1])
        )
        return rows[inside], columns[inside]


def load_rasters() -> list[Raster]:
    """Compute both rasters and put them online; one whose cells did not change is left as it is."""
    visitor, ground = system_visitor(), _ground()
    return [
        _online(_DISTANCE, _distances(visitor, ground), ground, visitor),
        _online(_CANOPY, _canopy(visitor, ground), ground, visitor),
    ]


def add_rasters() -> None:
    """Give an older demonstration the rasters, unless it has them."""
    if Raster.objects.filter(layer__slug__in=(_DISTANCE.slug, _CANOPY.slug)).count() < 2:
        load_rasters()


def _ground() -> Ground:
    shapes = [
        transform_geom(
            "EPSG:4326", f"EPSG:{SRID}", {"type": "MultiPolygon", "coordinates": commune.geom.coords}
        )
        for commune in Commune.objects.order_by("code")
    ]
    points = [
        point for shape in shapes for polygon in shape["coordinates"] for ring in polygon for point in ring
    ]
    xs, ys = [point[0] for point in points], [point[1] for point in points]
    left, top = np.floor(min(xs) / CELL) * CELL, np.ceil(max(ys) / CELL) * CELL
    width, height = int(np.ceil((max(xs) - left) / CELL)), int(np.ceil((top - min(ys)) / CELL))
    grid = Affine(CELL, 0, left, 0, -CELL, top)
    return Ground(
        float(left), float(top), rasterize(shapes, (height, width), transform=grid, dtype="uint8") == 1
    )


def _positions(visitor: Visitor, slug: str) -> list[tuple[float, float]]:
    """Return longitude and latitude of the points of a layer, by id."""
    rows = access.scope(visitor, slug).queryset.filter(geom__isnull=False).order_by("pk")
    return [(point.x, point.y) for point in rows.values_list("geom", flat=True)]


def _distances(visitor: Visitor, ground: Ground) -> Any:
    """Return the length of the way to the nearest playground, from cell to cell (its eight neighbours) in metres."""
    distances = np.full(ground.inside.shape, _FARTHEST, dtype="float32")
    distances[ground.cells_of(_positions(visitor, "aires-de-jeux"))] = 0
    distances[~ground.inside] = _FARTHEST
    while True:
        before = distances.copy()
        for source, target, step in _neighbours(distances):
            np.minimum(target, source + np.float32(step * CELL * _DETOUR), out=target)
        distances[~ground.inside] = _FARTHEST
        if np.array_equal(before, distances):
            break
    return np.where(ground.inside, np.round(distances), np.float32(NODATA)).astype("float32")


def _neighbours(cells: Any) -> Iterator[tuple[Any, Any, float]]:
    """Yield each of the eight shifts of a grid: where a step comes from, where it leads, how long it is in cells."""
    for down in (-1, 0, 1):
        for across in (-1, 0, 1):
            if down or across:
                yield (
                    _shifted(cells, -down, -across),
                    _shifted(cells, down, across),
                    float(np.hypot(down, across)),
                )


def _shifted(cells: Any, down: int, across: int) -> Any:
    rows = slice(max(down, 0), cells.shape[0] + min(down, 0))
    columns = slice(max(across, 0), cells.shape[1] + min(across, 0))
    return cells[rows, columns]


def _canopy(visitor: Visitor, ground: Ground) -> Any:
    """Return the share of the ground that crowns cover around each cell, in percent."""
    woods = access.scope(visitor, _WOODS).queryset.filter(typepsc=_WOOD_CODE)
    natural = access.scope(visitor, _ZONES).queryset.filter(typezone="N")
    covered = np.maximum(_surfaces(woods, ground) * _WOODED, _surfaces(natural, ground) * _NATURAL)
    for slug, crown in _CROWN.items():
        np.add.at(covered, ground.cells_of(_positions(visitor, slug)), crown / CELL**2)
    around = _box_mean(np.minimum(covered, 1.0))
    return np.where(ground.inside, np.round(100 * around, 1), NODATA).astype("float32")


def _surfaces(rows: QuerySet[Any], ground: Ground) -> Any:
    """Return 1 where the centre of a cell is in a surface, else 0."""
    shapes = [
        transform_geom("EPSG:4326", f"EPSG:{SRID}", {"type": shape.geom_type, "coordinates": shape.coords})
        for shape in rows.order_by("pk").values_list("geom", flat=True)
    ]
    if not shapes:
        return np.zeros(ground.inside.shape, dtype="uint8")
    return rasterize(shapes, ground.inside.shape, transform=ground.transform, dtype="uint8")


def _box_mean(cells: Any) -> Any:
    """Return the mean of the square around each cell; beyond the edge there is nothing."""
    padded = np.pad(cells, _RADIUS + 1)
    sums = padded.cumsum(axis=0).cumsum(axis=1)
    side = 2 * _RADIUS + 1
    total = sums[side:, side:] - sums[:-side, side:] - sums[side:, :-side] + sums[:-side, :-side]
    return total[: cells.shape[0], : cells.shape[1]] / side**2


def _online(sample: SampleRaster, cells: Any, ground: Ground, visitor: Visitor) -> Raster:
    raster = Raster.objects.select_related("layer", "online").filter(layer__slug=sample.slug).first()
    raster = raster or _created(sample, visitor)
    grid = ComputedGrid(cells[None], SRID, (ground.left, ground.top), CELL, NODATA)
    if raster.online is None or raster.online.sha256 != grid_digest(grid):
        version = import_computed(raster=raster, grid=grid, name=f"{sample.slug}.tif", visitor=visitor)
        publish_version(version=version, visitor=visitor)
    return raster


def _created(sample: SampleRaster, visitor: Visitor) -> Raster:
    identity = RasterIdentity(
        slug=sample.slug,
        title=sample.title,
        theme=Theme.objects.get(slug=sample.theme),
        unit=sample.unit,
        abstract=sample.abstract,
        source=_DERIVED,
        visibility=Visibility.OPEN,
        producer=Group.objects.filter(name=sample.producer).first(),
        keywords=sample.keywords,
        is_sample=True,
    )
    raster = create_raster(identity=identity, visitor=visitor)
    raster.layer.style = sample.style
    raster.layer.save(update_fields=["style"])
    return raster
