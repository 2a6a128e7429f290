"""Writes a dashboard as YAML, as ``import_dashboard`` reads it."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from dashboards import access
from dashboards.services.versions import export_dashboard, version_of
from layers.errors import LayersError
from layers.visitor import system_visitor


class Command(BaseCommand):
    """``manage.py export_dashboard SLUG``."""

    help = "Écrit un tableau de bord en YAML sur la sortie standard."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the dashboard and the version."""
        parser.add_argument("slug", help="identifiant du tableau de bord")
        parser.add_argument(
            "--version-number", type=int, metavar="N", help="une version ; par défaut, ce qui est publié"
        )

    def handle(self, *args: Any, slug: str, version_number: int | None, **options: Any) -> None:
        """Write the document."""
        visitor = system_visitor()
        try:
            dashboard = access.get_dashboard(visitor, slug)
            version = version_of(dashboard, version_number) if version_number else None
            text = export_dashboard(dashboard=dashboard, visitor=visitor, version=version)
        except LayersError as error:
            raise CommandError(error.detail) from error
        self.stdout.write(text, ending="")
