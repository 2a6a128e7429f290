"""What the commands that load reference data share: their options, their report, and their faults in one line."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from gisportal.reference_files import read_reference_file
from layers.errors import LayersError
from reference_data.services import LoadReport, ReferenceTable, load_reference_file

_MAX_PROBLEMS = 50


class ReferenceCommand(BaseCommand):
    """Loads an official file into ``table``; of a file of several layers, those whose names end by ``suffix``."""

    table: ClassVar[ReferenceTable]
    suffix: ClassVar[str] = ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, whether to write, and whether many rows may go."""
        parser.add_argument("file", type=Path, help="fichier, compressé par gzip ou non")
        parser.add_argument("--dry-run", action="store_true", help="tout vérifier, ne rien écrire")
        parser.add_argument(
            "--accept-removals",
            action="store_true",
            help="retirer plus d’un cinquième des lignes enregistrées pour les communes du fichier",
        )

    def handle(self, *args: Any, file: Path, dry_run: bool, accept_removals: bool, **options: Any) -> None:
        """Load and report; rows that cannot be read are no error, a file of which nothing can be used is."""
        try:
            with transaction.atomic():
                reports = [
                    load_reference_file(
                        table=self.table, source=source, is_dry_run=dry_run, accepts_removals=accept_removals
                    )
                    for source in read_reference_file(file, suffix=self.suffix)
                ]
        except OSError as error:
            raise CommandError(_("Le fichier ne peut pas être ouvert : %s") % error) from error
        except LayersError as error:
            values = {"title": file.name, "text": error.detail}
            raise CommandError(_("%(title)s : %(text)s") % values) from error
        for report in reports:
            self._tell(report)

    def _tell(self, report: LoadReport) -> None:
        for notice in report.notices:
            self.stdout.write(notice)
        for problem in report.rejected[:_MAX_PROBLEMS]:
            self.stdout.write(self.style.ERROR(_("Refusé — %s") % problem.sentence))
        if len(report.rejected) > _MAX_PROBLEMS:
            self.stdout.write(_("… et %d autres refus.") % (len(report.rejected) - _MAX_PROBLEMS))
        rejected = len({problem.line for problem in report.rejected})
        self.stdout.write(
            _("%(rows)d lignes lues, %(rejected)d refusées.") % {"rows": report.rows, "rejected": rejected}
        )
        if report.outside:
            self.stdout.write(_("Hors du territoire, laissées de côté : %d.") % report.outside)
        self.stdout.write(
            _("%(text)s, %(removed)d retirés.")
            % {"text": report.count.sentence, "removed": report.count.removed}
        )
        if report.is_dry_run:
            self.stdout.write(self.style.NOTICE(_("Essai : rien n’a été écrit.")))
