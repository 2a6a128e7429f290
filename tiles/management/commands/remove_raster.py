"""Removes a raster: its versions, their files, its row of the catalogue and its rights.

Exit status: 0 it is removed; 1 there is none of that identifier.
"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from layers.models import Raster
from layers.visitor import system_visitor
from tiles.rasters.services.versions import remove_raster


class Command(BaseCommand):
    """``manage.py remove_raster SLUG``."""

    help = "Supprime un raster : ses versions, leurs fichiers, sa fiche du catalogue et ses droits."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the identifier."""
        parser.add_argument("slug", help="identifiant du raster")

    def handle(self, *args: Any, **options: Any) -> None:
        """Remove it."""
        slug: str = options["slug"]
        raster = Raster.objects.select_related("layer").filter(layer__slug=slug).first()
        if raster is None:
            raise CommandError(_("Aucun raster ne s’appelle « %s ».") % slug)
        remove_raster(raster=raster, visitor=system_visitor())
        self.stdout.write(_("Le raster « %s » est supprimé.") % slug)
