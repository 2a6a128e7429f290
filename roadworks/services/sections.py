"""Where a site is on the roads: a drawing becomes parts of road sections, with streets and lengths.

Roads are those that the visitor reads in the layer of road sections. Where it has none, or is not there, a site lies as
it was drawn, without street.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from django.contrib.gis.geos import GEOSGeometry, LineString, MultiLineString
from shapely.ops import substring

from layers import access
from layers.sql.limits import time_limit
from layers.visitor import Visitor
from roadworks.geometry import SNAP_M, Network, Plane, Road, RoadPart, parts_along
from roadworks.models import RoadWorks, SiteSection

ROADS, ADDRESSES = "troncons-de-route", "adresses"
_DEGREE_M = 111_195.0
# Roads that a drawing may touch: one that goes along more is not one site.
MAX_ROADS = 400


@dataclass(frozen=True, slots=True)
class Placement:
    """A drawing on the roads: the parts in its order, and the line of the site in EPSG:4326.

    ``geom`` is the drawing itself where no road is near.
    """

    plane: Plane
    parts: tuple[RoadPart, ...]
    geom: MultiLineString

    @property
    def streets(self) -> tuple[str, ...]:
        """The names of the streets, each once, in order."""
        named = (part.road.street for part in self.parts)
        return tuple(dict.fromkeys(name for name in named if name))

    @property
    def length_m(self) -> float:
        """The length of the site along the roads, in metres."""
        return sum(part.length for part in self.parts)


def place(visitor: Visitor, drawing: MultiLineString) -> Placement:
    """Return where a drawing (EPSG:4326) is on the roads that a visitor reads."""
    shape = shapely.from_wkb(bytes(drawing.wkb))
    plane = Plane.around([shape])
    roads = roads_near(visitor, drawing, plane)
    lines = [plane.metres(line) for line in shapely.get_parts(shape)]
    network = Network(roads)
    by_section: dict[tuple[str, float, float], RoadPart] = {}
    for line in lines:
        for part in parts_along(network.followed(line), roads):
            by_section.setdefault((part.road.cleabs, part.start, part.end), part)
    parts = tuple(by_section.values())
    if not parts:
        return Placement(plane, (), drawing)
    return Placement(plane, parts, MultiLineString([to_line(plane, part) for part in parts], srid=4326))


def street_drawing(
    visitor: Visitor, street: str, *, first: int | None = None, last: int | None = None
) -> MultiLineString | None:
    """Return the line of a street by its name, between two house numbers where they are there: a drawing without a map.

    Of streets of the same name, it is the one of the commune that has most sections of it. None without any.
    """
    scopes = access.scopes_by_slug(visitor, [ROADS, ADDRESSES])
    scope = scopes.get(ROADS)
    if scope is None or not street.strip():
        return None
    rows = scope.queryset.filter(nom_voie__iexact=street.strip())
    with time_limit("page"):
        by_commune: dict[str, list[Any]] = {}
        for commune, line in rows.order_by("pk").values_list("commune_id", "geom")[:MAX_ROADS]:
            by_commune.setdefault(commune, []).append(shapely.from_wkb(bytes(line.wkb)))
        if not by_commune:
            return None
        commune = max(by_commune, key=lambda code: len(by_commune[code]))
        merged = shapely.line_merge(shapely.union_all(by_commune[commune]))
        ends = _house_points(scopes.get(ADDRESSES), street, commune, first, last)
    longest = max(shapely.get_parts(merged), key=lambda line: line.length)
    if len(ends) == 2:
        positions = sorted(float(shapely.line_locate_point(longest, point)) for point in ends)
        if positions[1] > positions[0]:
            return MultiLineString(_line(substring(longest, *positions)), srid=4326)
    return MultiLineString([_line(line) for line in shapely.get_parts(merged)], srid=4326)


def _house_points(
    scope: access.Scope | None, street: str, commune: str, first: int | None, last: int | None
) -> list[Any]:
    """Return the points of two house numbers of a street, fewer where they are not there."""
    if scope is None or first is None or last is None:
        return []
    rows = scope.queryset.filter(
        nom_voie__iexact=street.strip(), commune_id=commune, numero__in={first, last}
    )
    points = dict(rows.order_by("rep").values_list("numero", "geom"))
    return [shapely.Point(point.x, point.y) for point in points.values()]


def _line(line: Any) -> LineString:
    return LineString(shapely.get_coordinates(line).tolist(), srid=4326)


def roads_near(
    visitor: Visitor, geom: GEOSGeometry, plane: Plane, *, codes: Sequence[str] = ()
) -> list[Road]:
    """Return the road sections around a geometry (EPSG:4326), and those of some identifiers, in metres on a plane."""
    scope = access.scopes_by_slug(visitor, [ROADS]).get(ROADS)
    if scope is None or not {"cleabs", "nom_voie"} <= scope.filterable.keys():
        return []
    rows = scope.queryset
    west, south, east, north = geom.extent
    near = geom.envelope.buffer(2 * SNAP_M / _DEGREE_M + max(east - west, north - south) / 4)
    columns = ("cleabs", "nom_voie", "nature", "geom")
    with time_limit("page"):
        selected = list(rows.filter(geom__intersects=near).values_list(*columns)[:MAX_ROADS])
        selected += list(rows.filter(cleabs__in=codes).values_list(*columns)) if codes else []
    by_code = {cleabs: (name, nature, line) for cleabs, name, nature, line in selected}
    return [
        Road(cleabs, "" if name == nature else name, nature, plane.metres(shapely.from_wkb(bytes(line.wkb))))
        for cleabs, (name, nature, line) in by_code.items()
    ]


def to_line(plane: Plane, part: RoadPart) -> LineString:
    """Return the line of a part in EPSG:4326."""
    return LineString(shapely.get_coordinates(plane.degrees(part.line)).tolist(), srid=4326)


def store_sections(site: RoadWorks, placement: Placement) -> None:
    """Replace the sections of a site by those of a placement; call it in the transaction of the site."""
    SiteSection.objects.filter(chantier=site).delete()
    SiteSection.objects.bulk_create(_sections(site, placement))


def _sections(site: Any, placement: Placement) -> list[SiteSection]:
    return [
        SiteSection(
            chantier=site,
            rang=rank,
            cleabs=part.road.cleabs,
            voie=part.road.street,
            nature=part.road.nature[:24],
            longueur_m=round(part.length, 1),
            geom=to_line(placement.plane, part),
        )
        for rank, part in enumerate(placement.parts, 1)
    ]
