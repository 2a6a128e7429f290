"""Brings the index of the search up to date, or builds it anew; the worker does the first every minute."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from layers.services.search_index import refresh_search


class Command(BaseCommand):
    """``manage.py refresh_search``."""

    help = "Met à jour l’index de la recherche."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read whether everything is to be built again."""
        parser.add_argument("--rebuild", action="store_true", help="refait l’index de toutes les couches")

    def handle(self, *args: Any, **options: Any) -> None:
        """Index and say which layers were."""
        built = refresh_search(rebuilds=options["rebuild"])
        self.stdout.write(f"{len(built)} couche(s) indexée(s) : {', '.join(built) or 'aucune'}")
