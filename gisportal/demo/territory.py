"""The communes, first of all: every feature is placed in them."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from typing import Any

import shapely
from django.contrib.gis.geos import GEOSGeometry, Point

from gisportal.demo.rows import save_rows
from gisportal.demo.sources import read_features
from layers.models import Commune

Shape = Any  # shapely has no types


@dataclass(frozen=True, slots=True)
class Territory:
    """The communes as shapes in EPSG:4326 (longitude, latitude), by INSEE code, and their names."""

    shapes: dict[str, Shape]
    names: dict[str, str]

    def point_in(self, code: str, rolls: random.Random) -> Point:
        """Return a random point of a commune, at 5 decimals, 30 m or more inside."""
        return point_in(self.shapes[code].buffer(-0.0004), rolls)


def load_communes() -> Territory:
    """Write the communes and return the territory."""
    features = read_features("communes.geojson")
    communes = [
        Commune(geom=to_geos(shapely.from_geojson(json.dumps(feature))), **feature["properties"])
        for feature in features
    ]
    save_rows(communes, keys=("code",))
    shapes = {
        feature["properties"]["code"]: shapely.get_parts(shapely.from_geojson(json.dumps(feature)))[0]
        for feature in features
    }
    return Territory(shapes=shapes, names={commune.code: commune.nom for commune in communes})


def point_in(shape: Shape, rolls: random.Random) -> Point:
    """Return a random point of a shape, at 5 decimals."""
    west, south, east, north = shape.bounds
    while True:
        x, y = round(rolls.uniform(west, east), 5), round(rolls.uniform(south, north), 5)
        if shapely.contains_xy(shape, x, y):
            return Point(x, y, srid=4326)


def to_geos(shape: Shape) -> Any:
    """Return a shape as the ORM's geometry of the same type."""
    return GEOSGeometry(memoryview(shapely.to_wkb(shape)), srid=4326)
