"""Precomputes the counts of large point layers at small zooms; the worker does it every hour."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from tiles.services.pyramids import refresh_pyramids


class Command(BaseCommand):
    """``manage.py refresh_tile_pyramids``."""

    help = "Compte d’avance les points que montrent les petits zooms des grandes couches."

    def handle(self, *args: Any, **options: Any) -> None:
        """Count and say which tables were."""
        counted = refresh_pyramids()
        self.stdout.write(f"{len(counted)} table(s) comptée(s) : {', '.join(counted) or 'aucune'}")
