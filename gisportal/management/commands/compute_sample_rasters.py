"""Computes the sample rasters again, of the sample layers as they are now."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from gisportal.demo.rasters import load_rasters


class Command(BaseCommand):
    """``manage.py compute_sample_rasters``."""

    help = "Calcule les rasters d’exemple à partir des couches d’exemple telles qu’elles sont."

    def handle(self, *args: Any, **options: Any) -> None:
        """Compute, unless this portal is not a demonstration."""
        if not settings.PORTAL_DEMO:
            raise CommandError("PORTAL_DEMO n’est pas activé : ce portail n’est pas une démonstration.")
        for raster in load_rasters():
            self.stdout.write(str(raster))
