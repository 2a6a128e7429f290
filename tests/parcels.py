"""A parcel of a hectare or so in Meudon, with zones, servitudes and addresses placed by metres from its corner."""

from __future__ import annotations

import math
from typing import Any

from django.contrib.gis.geos import MultiPolygon, Point, Polygon

from reference_data.models import Address, Easement, Parcel
from reference_data.vocabulary import PerimeterMethod
from tests.factories import MEUDON

WEST, SOUTH = 2.2100, 48.8100
_NORTH_M, _EAST_M = 111_200.0, 111_320.0 * math.cos(math.radians(SOUTH))
SIDE_M = 100.0


def position(east: float, north: float) -> tuple[float, float]:
    """Return longitude and latitude of a point by metres from the south-west corner of the parcel."""
    return WEST + east / _EAST_M, SOUTH + north / _NORTH_M


def rectangle(west: float, south: float, east: float, north: float) -> Polygon:
    """Return a rectangle by metres from that corner."""
    (x1, y1), (x2, y2) = position(west, south), position(east, north)
    shape = Polygon.from_bbox((x1, y1, x2, y2))
    shape.srid = 4326
    return shape


def parcel(
    idu: str = "92048000AB0123", *, code: str = MEUDON, shape: Polygon | None = None, **values: Any
) -> Parcel:
    """Create a parcel, a square of a hundred metres unless ``shape`` is given."""
    geometry = shape or rectangle(0, 0, SIDE_M, SIDE_M)
    return Parcel.objects.create(
        idu=idu,
        code_insee=code,
        section=idu[8:10].lstrip("0"),
        numero=idu[10:].lstrip("0"),
        geom=MultiPolygon(geometry, srid=4326),
        **values,
    )


def address(numero: int, rep: str = "", *, at: tuple[float, float] = (50, 50), **values: Any) -> Address:
    """Create a house of the rue de la République in Meudon, by metres from the corner of the parcel."""
    columns = {"nom_voie": "Rue de la République", "code_insee": MEUDON, "nom_commune": "Meudon"} | values
    return Address.objects.create(
        id_ban=f"{columns['code_insee']}_x_{numero:05d}{rep}_{columns['nom_voie']}"[:60],
        numero=numero,
        rep=rep,
        code_postal="92190",
        geom=Point(*position(*at), srid=4326),
        **columns,
    )


def easement(idass: str, shape: Polygon, method: PerimeterMethod, **values: Any) -> Easement:
    """Create a perimeter of servitude."""
    return Easement.objects.create(
        idass=idass,
        idgen=idass.rsplit("-", 1)[0],
        nomass=f"Monument de {idass}",
        typeass="Périmètre des abords",
        modegeoass=method,
        srcgeoass="Arrêté du 3 mars 2011",
        geom=MultiPolygon(shape, srid=4326),
        **values,
    )
