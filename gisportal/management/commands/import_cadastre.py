"""``manage.py import_cadastre FILE``: parcels, from the GeoJSON of Etalab’s cadastre."""

from __future__ import annotations

from gisportal.management.reference_command import ReferenceCommand
from reference_data.services import PARCEL_TABLE


class Command(ReferenceCommand):
    """Load parcels from a file of Etalab’s cadastre, compressed or not."""

    help = "Charge les parcelles d’un fichier GeoJSON du cadastre d’Etalab, compressé ou non."
    table = PARCEL_TABLE
