"""``manage.py import_litteralis``: the sites of the orders of Litteralis, with a report of what was left out."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

import pghistory
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from layers.errors import LayersError
from layers.visitor import system_visitor
from roadworks.imports.services import import_litteralis, litteralis_service
from roadworks.vocabulary import SiteState


class Command(BaseCommand):
    """Import the sites of the service that the settings name, and print what happened."""

    help = _("Importe les chantiers des arrêtés de Litteralis (PORTAL_LITTERALIS_URL).")

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take whether to write."""
        parser.add_argument("--dry-run", action="store_true", help=_("tout vérifier, ne rien écrire"))

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        """Import; a service that cannot be read is an error, rows that are left out are not."""
        service = litteralis_service()
        if service is None:
            raise CommandError(_("Donnez l’adresse du service dans PORTAL_LITTERALIS_URL."))
        try:
            with pghistory.context(command="import_litteralis"):
                report = import_litteralis(
                    service=service,
                    state=SiteState(settings.ROAD_WORKS_IMPORT_STATE),
                    visitor=system_visitor(),
                    is_dry_run=dry_run,
                )
        except LayersError as error:
            raise CommandError(error.detail) from error
        for identifier, reason in report.rejected:
            self.stdout.write(
                self.style.WARNING(_("%(title)s : %(text)s") % {"title": identifier, "text": reason})
            )
        for sentence in report.sentences:
            self.stdout.write(sentence)
