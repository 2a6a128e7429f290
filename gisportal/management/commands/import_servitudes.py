"""``manage.py import_servitudes FILE``: perimeters of public easements, from packages of the CNIG standard SUP."""

from __future__ import annotations

from gisportal.management.reference_command import ReferenceCommand
from reference_data.parsing.servitudes import SUFFIX
from reference_data.services import EASEMENT_TABLE


class Command(ReferenceCommand):
    """Load every ``ASSIETTE_SUP_S`` of an archive, or one table alone."""

    help = "Charge les assiettes surfaciques de paquets CNIG de servitudes (archive zip, ou une table)."
    table = EASEMENT_TABLE
    suffix = SUFFIX
