"""Reads a dashboard from a file in YAML or JSON, and publishes it. Exit status: 1 when the file is refused."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from dashboards.documents.parsing import parse_document
from dashboards.registry import PANEL_KINDS
from dashboards.services.dashboards import metadata_matches
from dashboards.services.versions import import_dashboard
from layers.errors import LayersError
from layers.visitor import system_visitor


class Command(BaseCommand):
    """``manage.py import_dashboard FILE``."""

    help = "Crée ou change un tableau de bord d’après un fichier YAML ou JSON, et le publie."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the file and what is done with it."""
        parser.add_argument("file", type=Path, help="document du tableau de bord")
        parser.add_argument("--draft", action="store_true", help="laisse en brouillon, sans publier")
        parser.add_argument("--note", default="", help="note de la version")

    def handle(self, *args: Any, file: Path, draft: bool, note: str, **options: Any) -> None:
        """Read, write, publish."""
        try:
            text = file.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(
                _("Fichier illisible : %(path)s (%(reason)s)") % {"path": file, "reason": error}
            ) from error
        try:
            dashboard = import_dashboard(
                text=text, kinds=PANEL_KINDS.values(), visitor=system_visitor(), is_draft=draft, note=note
            )
        except LayersError as error:
            raise CommandError(f"{file}\n{error.detail}") from error
        version = dashboard.draft if draft else dashboard.published
        self.stdout.write(f"{dashboard.slug} · version {version.number if version else 0}")
        if draft and not metadata_matches(dashboard, parse_document(text, PANEL_KINDS.values())[0]):
            self.stdout.write(
                _("Lecteurs, groupe, thème et commune inchangés : ceux du fichier valent sans --draft.")
            )
