"""``manage.py import_dialog SOURCE``: the sites of an export of DiaLog, with a report of what was left out."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import pghistory
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from layers.errors import LayersError
from layers.visitor import system_visitor
from roadworks.imports.services import downloaded_export, import_dialog
from roadworks.vocabulary import SiteState


class Command(BaseCommand):
    """Import an export (DATEX II or JSON), a file or an address, and print what happened."""

    help = _("Importe les chantiers d’un export de DiaLog (DATEX II ou JSON) : fichier ou adresse.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the source and whether to write."""
        parser.add_argument("source", help=_("fichier ou adresse"))
        parser.add_argument("--dry-run", action="store_true", help=_("tout vérifier, ne rien écrire"))

    def handle(self, *args: Any, source: str, dry_run: bool, **options: Any) -> None:
        """Import; a source that cannot be read is an error, orders that are left out are not."""
        try:
            is_remote = source.startswith(("https://", "http://"))
            content = downloaded_export(source) if is_remote else Path(source).read_bytes()
            with pghistory.context(command="import_dialog"):
                report = import_dialog(
                    content=content,
                    state=SiteState(settings.ROAD_WORKS_IMPORT_STATE),
                    visitor=system_visitor(),
                    is_dry_run=dry_run,
                )
        except OSError as error:
            raise CommandError(_("Le fichier ne peut pas être ouvert : %s") % error) from error
        except LayersError as error:
            raise CommandError(error.detail) from error
        for identifier, reason in report.rejected:
            self.stdout.write(
                self.style.WARNING(_("%(title)s : %(text)s") % {"title": identifier, "text": reason})
            )
        for sentence in report.sentences:
            self.stdout.write(sentence)
