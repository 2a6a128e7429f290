"""``manage.py import_roads FILE``: the road network, from ``troncon_de_route`` of IGN BD TOPO 3."""

from __future__ import annotations

from gisportal.management.reference_command import ReferenceCommand
from reference_data.parsing.roads import LAYER
from reference_data.services import ROAD_TABLE


class Command(ReferenceCommand):
    """Load road sections from a GeoPackage, a zipped shapefile or GeoJSON."""

    help = "Charge les tronçons de route de la BD TOPO (GeoPackage, shapefile zippé ou GeoJSON)."
    table = ROAD_TABLE
    suffix = LAYER
