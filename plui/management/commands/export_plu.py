"""``manage.py export_plu IDURBA``: the package of the document online, written and checked."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from layers.errors import LayersError
from layers.visitor import system_visitor
from plui.models import DocUrba
from plui.packages.findings import Level
from plui.packages.presenters import finding_line
from plui.writing.services import check_written, write_package


class Command(BaseCommand):
    """Write a package and print what the check says of it; exit with an error when it has any."""

    help = _("Écrit le paquet CNIG d’un document d’urbanisme en ligne, et le vérifie.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the document, the only one by default, and the folder to write in."""
        parser.add_argument("idurba", nargs="?", default="", help=_("IDURBA du document"))
        parser.add_argument("--output", type=Path, default=Path(), help=_("dossier du paquet"))

    def handle(self, *args: Any, idurba: str, output: Path, **options: Any) -> None:
        """Write, check, print."""
        try:
            package = write_package(
                visitor=system_visitor(), idurba=idurba or _only_document(), folder=output
            )
            report = check_written(package)
        except LayersError as error:
            raise CommandError(error.detail) from error
        except OSError as error:
            raise CommandError(_("Le paquet ne peut pas être écrit : %s") % error) from error
        self.stdout.write(str(package.path))
        for table, count in package.counts.items():
            self.stdout.write(f"{table} {count}")
        for finding in report.findings:
            style = {Level.ERROR: self.style.ERROR, Level.WARNING: self.style.WARNING}.get(finding.level)
            self.stdout.write(style(finding_line(finding)) if style else finding_line(finding))
        if report.errors:
            raise CommandError(_("Le paquet a des erreurs : %d.") % len(report.errors))


def _only_document() -> str:
    names = list(DocUrba.objects.values_list("idurba", flat=True))
    if len(names) == 1:
        return str(names[0])
    raise CommandError(_("Nommez le document à écrire : %s.") % (", ".join(names) or _("il n’y en a aucun")))
