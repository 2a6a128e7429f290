"""Requested areas of a raster (a drawn surface, a commune, a feature of another layer) and their CRS.

The visible part of an area is decided here too.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from django.contrib.gis.geos import GeometryCollection, GEOSGeometry, MultiPolygon, Polygon
from django.utils.translation import gettext as _

from layers import access
from layers.access import RasterScope, Scope
from layers.cache import BoundedCache
from layers.crs import STORAGE, Crs
from layers.errors import InvalidParameter, UnknownCommune
from layers.lazy import lazy_module
from layers.models import Commune
from layers.parsing.geometry import parse_bbox, parse_geometry
from layers.queries.features import feature
from layers.sql.catalogue import table_versions

if TYPE_CHECKING:
    import pyproj
    import rasterio.crs
else:
    pyproj = lazy_module("pyproj")
    rasterio = lazy_module("rasterio", "crs")

# Parts of a side of a box that is brought to degrees.
_PARTS = 16
# Degrees around a raster.
_AROUND = 0.1
Surface = Polygon | MultiPolygon
NAMES = ("commune", "within", "feature")


@dataclass(frozen=True, slots=True)
class Area:
    """A surface in EPSG:4326 (longitude, latitude).

    ``title`` names it to people, ``key`` identifies it with all it depends on; ``is_public`` is False when it is the
    shape of something that not everybody sees, ``commune`` the INSEE code of one that it is the whole of.
    """

    geometry: Surface
    title: str
    key: str
    is_public: bool = True
    commune: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing of it may be seen."""
        return bool(self.geometry.empty)


def parse_area(scope: RasterScope, parameters: Mapping[str, str]) -> Area:
    """Parse the requested surface, one of ``commune`` (INSEE code), ``within`` (WKT or GeoJSON), ``feature``.

    ``feature`` is ``layer:id``, read in the visitor's scope of that layer. The surface is cut to the visible part of
    the raster.

    Raises:
        InvalidParameter: none of them or several, or something that is no surface.
        InvalidGeometry, UnknownCommune, UnknownLayer, UnknownFeature: what is named cannot be read or seen.
    """
    sent = [name for name in NAMES if name in parameters]
    if len(sent) != 1:
        raise InvalidParameter(
            _("Une surface est attendue, et une seule : commune, within ou feature."),
            parameter=sent[1] if sent else "within",
        )
    (name,) = sent
    text = parameters[name]
    if name == "commune":
        area = _commune(text)
    elif name == "within":
        area = Area(
            _surface(parse_geometry(text, parameter=name), name),
            "",
            f"within {hashlib.sha256(text.encode()).hexdigest()}",
        )
    else:
        area = _feature(scope, text)
    return visible_area(scope, area)


def box_area(scope: RasterScope, text: str, crs: Crs) -> Area:
    """Read a box (``bbox``) written in ``crs`` and its axis order, cut to what the visitor may see of the raster.

    Raises:
        InvalidBbox: it cannot be read, or is out of the range of ``crs``.
    """
    box = parse_bbox(text, crs=crs)
    shape = box if box.srid == STORAGE.srid else _in_degrees(box)
    return visible_area(scope, Area(_surface(shape, "bbox"), "", f"bbox {crs.uri} {text}"))


def portal_area(scope: RasterScope) -> Area | None:
    """Return the only surface that a visitor may look at: the commune of the portal; None for the whole territory."""
    return _commune(scope.portal) if scope.portal else None


def visible_area(scope: RasterScope, area: Area) -> Area:
    """Return the part of a surface that a visitor may see: all of it, or what is in the portal's commune."""
    visible = portal_area(scope)
    if visible is None:
        return area
    met = area.geometry.intersection(visible.geometry)
    return Area(_polygons(met), area.title, f"{area.key} {visible.key}", is_public=area.is_public)


def communes_areas(scope: RasterScope) -> list[tuple[Commune, Area]]:
    """Return each commune that the visitor may look at, by name, with its surface."""
    rows = Commune.objects.filter(code=scope.portal) if scope.portal else Commune.objects.all()
    version = communes_version()
    return [(row, _commune_area(row, version)) for row in rows.order_by("nom")]


_communes: BoundedCache[Commune | None] = BoundedCache(200)


def _commune(code: str) -> Area:
    row = _communes.recall((code, communes_version()), lambda: Commune.objects.filter(code=code).first())
    if row is None:
        raise UnknownCommune(
            _("« %s » n’est pas le code INSEE d’une commune du territoire.") % code[:20], parameter="commune"
        )
    return _commune_area(row, communes_version())


def _commune_area(commune: Commune, version: int) -> Area:
    return Area(commune.geom, commune.nom, f"commune {commune.code} {version}", commune=commune.code)


def communes_version() -> int:
    """Return the version of the table of communes."""
    table = Commune._meta.db_table
    return table_versions([table]).get(table, 0)


def _feature(scope: RasterScope, text: str) -> Area:
    slug, _colon, number = text.rpartition(":")
    if not slug or not number.isdecimal() or len(number) > 18:
        raise InvalidParameter(
            _("Un objet se désigne par couche:identifiant ; reçu « %s ».") % text[:80], parameter="feature"
        )
    owner = access.scope(scope.visitor, slug)
    if not owner.definition.geometry.is_surface:
        raise InvalidParameter(
            _("Les objets de « %s » ne sont pas des surfaces.") % owner.layer.title, parameter="feature"
        )
    row = feature(owner, int(number))
    if row.geom is None:
        raise InvalidParameter(_("Cet objet n’a pas de géométrie."), parameter="feature")
    key = f"feature {slug} {number} {owner.key} {owner.version}"
    return Area(_surface(row.geom, "feature"), _title(owner, int(number)), key, owner.is_public)


def _title(owner: Scope, pk: int) -> str:
    """Return the title of a feature where the visitor reads it, else that of its layer."""
    field = next((field for field in owner.fields if field.name == owner.definition.title_field), None)
    title = owner.queryset.filter(pk=pk).values_list(field.source, flat=True).first() if field else None
    return str(title or f"{owner.layer.title} {pk}")


def in_crs(geometry: Surface, srid: int) -> dict[str, Any]:
    """Return a surface in another CRS, as a GeoJSON geometry: its corners are moved, its sides stay straight.

    A corner of which the CRS says nothing, as a pole, is infinite.
    """
    polygons = geometry.coords if isinstance(geometry, MultiPolygon) else (geometry.coords,)
    source = geometry.srid or STORAGE.srid
    rings = [[moved(ring, source, srid) for ring in polygon] for polygon in polygons]
    is_many = isinstance(geometry, MultiPolygon)
    return {"type": geometry.geom_type, "coordinates": rings if is_many else rings[0]}


def part_near(scope: RasterScope, geometry: Surface) -> Surface:
    """Return the part of a surface around a raster: further away its CRS may say nothing."""
    west, south, east, north = scope.online.bounds
    around = Polygon.from_bbox((west - _AROUND, south - _AROUND, east + _AROUND, north + _AROUND))
    around.srid = geometry.srid
    return _polygons(geometry.intersection(around))


def _in_degrees(box: GEOSGeometry) -> Polygon:
    """Return a box of metres as a polygon in EPSG:4326; its sides are cut in parts, for they are curves there."""
    west, south, east, north = box.extent
    steps = [number / _PARTS for number in range(_PARTS)]
    ring = [(west + (east - west) * step, south) for step in steps]
    ring += [(east, south + (north - south) * step) for step in steps]
    ring += [(east - (east - west) * step, north) for step in steps]
    ring += [(west, north - (north - south) * step) for step in steps]
    outline = Polygon([*ring, ring[0]], srid=box.srid)
    return Polygon(*in_crs(outline, STORAGE.srid)["coordinates"], srid=STORAGE.srid)


def _surface(geometry: GEOSGeometry, parameter: str) -> Surface:
    if not isinstance(geometry, Polygon | MultiPolygon):
        raise InvalidParameter(
            _("Une surface est attendue (Polygon ou MultiPolygon) ; reçu « %s ».") % geometry.geom_type,
            parameter=parameter,
        )
    return geometry


def _polygons(geometry: GEOSGeometry) -> Surface:
    """Return the surfaces of an intersection, which may touch by lines and points too."""
    if isinstance(geometry, Polygon | MultiPolygon):
        return geometry
    parts: list[GEOSGeometry] = []
    if isinstance(geometry, GeometryCollection):
        parts = [piece for part in geometry for piece in (part if isinstance(part, MultiPolygon) else [part])]
    return MultiPolygon([part for part in parts if isinstance(part, Polygon)], srid=geometry.srid)


@cache
def crs_name(srid: int) -> str:
    """Return the name of a CRS, as EPSG writes it; empty for one without a name."""
    match = re.match(r'[A-Z]+\["([^"]+)"', rasterio.crs.CRS.from_epsg(srid).to_wkt())
    return match[1] if match else ""


@cache
def is_geographic(srid: int) -> bool:
    """Whether the coordinates of a CRS are degrees."""
    return bool(rasterio.crs.CRS.from_epsg(srid).is_geographic)


def moved(points: Sequence[Any], source: int, target: int) -> list[tuple[float, float]]:
    """Return points (x, y: longitude first) in another CRS; infinite outside its domain, as for a pole."""
    xs, ys = np.asarray(points, dtype=float)[:, :2].T
    east, north = _transformer(source, target).transform(xs, ys)
    return list(zip(east.tolist(), north.tolist(), strict=True))


@cache
def _transformer(source: int, target: int) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(source, target, always_xy=True)
