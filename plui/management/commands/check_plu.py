"""``manage.py check_plu FILE.zip``: what is wrong with a package of a PLU or PLUi, without importing it."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from plui.packages.errors import PackageRefused
from plui.packages.findings import Finding, Level
from plui.packages.presenters import finding_line, report_lines
from plui.packages.services import check_package_file


class Command(BaseCommand):
    """Print the findings of a package, the most serious first; exit with an error when it has any."""

    help = _("Vérifie un paquet CNIG de PLU ou de PLUi, comme le validateur national et au-delà.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the archive, the document of it to read, and the form of the answer."""
        parser.add_argument("file", type=Path, help=_("archive zip du paquet"))
        parser.add_argument("--package", default="", help=_("dossier à lire, si l’archive en a plusieurs"))
        parser.add_argument("--json", action="store_true", help=_("un constat JSON par ligne"))

    def handle(self, *args: Any, file: Path, package: str, json: bool, **options: Any) -> None:
        """Check and print."""
        try:
            with file.open("rb") as content:
                report = check_package_file(content, name=file.name, package=package)
        except OSError as error:
            raise CommandError(_("Le fichier ne peut pas être ouvert : %s") % error) from error
        except PackageRefused as error:
            values = {"title": file.name, "text": error.detail}
            raise CommandError(_("%(title)s : %(text)s") % values) from error
        if json:
            for finding in report.findings:
                self.stdout.write(_json_line(finding))
        else:
            for line in report_lines(report):
                self.stdout.write(line)
            for finding in report.findings:
                style = {Level.ERROR: self.style.ERROR, Level.WARNING: self.style.WARNING}.get(finding.level)
                self.stdout.write(style(finding_line(finding)) if style else finding_line(finding))
        if report.errors:
            raise CommandError(_("Le paquet a des erreurs : %d.") % len(report.errors))


def _json_line(finding: Finding) -> str:
    return json.dumps({"level": finding.level.value, **finding.to_json()}, ensure_ascii=False)
