"""``manage.py import_ban FILE``: addresses, from the CSV of the Base adresse nationale."""

from __future__ import annotations

from gisportal.management.reference_command import ReferenceCommand
from reference_data.services import ADDRESS_TABLE


class Command(ReferenceCommand):
    """Load addresses from a CSV of the BAN, compressed or not."""

    help = "Charge les adresses d’un fichier CSV de la Base adresse nationale, compressé ou non."
    table = ADDRESS_TABLE
