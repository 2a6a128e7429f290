"""``manage.py import_irve FILE``: charge points from an IRVE static file, with a report of what was not kept."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import pghistory
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from amenities.errors import UnreadableStationFile
from amenities.services import ImportReport, import_irve


class Command(BaseCommand):
    """Import an IRVE file (static schema 2.3.1) and print what happened."""

    help = _("Importe un fichier IRVE statique (schéma 2.3.1) : stations et points de recharge.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file and whether to write."""
        parser.add_argument("file", type=Path, help=_("fichier CSV"))
        parser.add_argument("--dry-run", action="store_true", help=_("tout vérifier, ne rien écrire"))

    def handle(self, *args: Any, file: Path, dry_run: bool, **options: Any) -> None:
        """Import; a file nothing can be kept of is an error, bad rows are not."""
        try:
            with pghistory.context(command="import_irve", file=file.name):
                report = import_irve(content=file.read_bytes(), is_dry_run=dry_run)
        except OSError as error:
            raise CommandError(_("Le fichier ne peut pas être ouvert : %s") % error) from error
        except UnreadableStationFile as error:
            raise CommandError(_("%(title)s : %(text)s") % {"title": file.name, "text": error}) from error
        self._tell(report)
        if not report.has_rows:
            raise CommandError(_("Aucune ligne n’a pu être importée."))

    def _tell(self, report: ImportReport) -> None:
        for notice in report.notices:
            self.stdout.write(notice)
        for problem in report.set_aside:
            self.stdout.write(self.style.WARNING(_("Écarté — %s") % problem.sentence))
        for problem in report.rejected:
            self.stdout.write(self.style.ERROR(_("Refusé — %s") % problem.sentence))
        rejected = len({problem.line for problem in report.rejected})
        self.stdout.write(
            _("%(rows)d lignes lues, %(rejected)d refusées.") % {"rows": report.rows, "rejected": rejected}
        )
        self.stdout.write(_("Stations : %s.") % report.stations.sentence)
        self.stdout.write(_("Points de recharge : %s.") % report.points.sentence)
        if report.is_dry_run:
            self.stdout.write(self.style.NOTICE(_("Essai : rien n’a été écrit.")))
