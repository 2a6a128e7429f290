"""``manage.py import_plu FILE.zip``: stage a package of a PLU or PLUi and, with ``--publish``, put it online."""

from __future__ import annotations

import datetime as dt
import json
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from layers.errors import LayersError
from layers.visitor import system_visitor
from plui.loading.errors import RowsRefused
from plui.loading.presenters import (
    change_lines,
    import_document,
    open_lines,
    state_sentence,
    version_sentence,
)
from plui.loading.queries import archive_hash, change_counts, version_of_archive
from plui.loading.services import accept_findings, publish_version, rehearse_package, stage_package
from plui.models import PlanVersion
from plui.packages.presenters import finding_line


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(_("« %s » n’est pas un jour (AAAA-MM-JJ).") % text) from error


def _acceptance(text: str) -> tuple[str, str]:
    code, sign, reason = text.partition("=")
    if not (code.strip() and sign and reason.strip()):
        raise ArgumentTypeError(_("« %s » n’est pas de la forme CODE=MOTIF.") % text)
    return code.strip(), reason.strip()


class Command(BaseCommand):
    """Print what the package changes, its findings and the state of the version; writes all of it or nothing."""

    help = _("Charge un paquet CNIG de PLU ou de PLUi comme une version du plan.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the archive, what becomes of the version, and the form of the answer."""
        parser.add_argument("file", type=Path, help=_("archive zip du paquet"))
        parser.add_argument("--dry-run", action="store_true", help=_("compter sans rien écrire"))
        parser.add_argument("--package", default="", help=_("dossier à lire, si l’archive en a plusieurs"))
        parser.add_argument(
            "--from", dest="start", type=_day, help=_("premier jour en vigueur (par défaut DATAPPRO)")
        )
        parser.add_argument("--publish", action="store_true", help=_("mettre en ligne"))
        parser.add_argument(
            "--accept",
            action="append",
            default=[],
            type=_acceptance,
            metavar="CODE=MOTIF",
            help=_("accepter tous les constats d’un code"),
        )
        parser.add_argument("--json", action="store_true", help=_("un document JSON"))

    def handle(self, *args: Any, file: Path, dry_run: bool, **options: Any) -> None:
        """Import, or count what an import would do."""
        try:
            if dry_run:
                self._rehearse(file, options)
            else:
                self._import(file, options)
        except OSError as error:
            raise CommandError(_("Le fichier ne peut pas être ouvert : %s") % error) from error
        except RowsRefused as error:
            for finding in error.findings:
                self.stderr.write(finding_line(finding))
            raise CommandError(self._refusal(file, error)) from error
        except LayersError as error:
            raise CommandError(self._refusal(file, error)) from error

    def _refusal(self, file: Path, error: LayersError) -> str:
        return _("%(title)s : %(text)s") % {"title": file.name, "text": error.detail}

    def _rehearse(self, file: Path, options: dict[str, Any]) -> None:
        with file.open("rb") as content:
            rehearsal = rehearse_package(
                visitor=system_visitor(),
                file=content,
                name=file.name,
                package=options["package"],
                in_force_from=options["start"],
            )
        if options["json"]:
            document = import_document(rehearsal.version, rehearsal.changes, is_dry_run=True)
            self.stdout.write(json.dumps(document, ensure_ascii=False))
            return
        self.stdout.write(version_sentence(rehearsal.version))
        for line in (*change_lines(rehearsal.changes), *map(finding_line, rehearsal.findings)):
            self.stdout.write(line)
        self.stdout.write(_("Essai : rien n’est écrit."))

    def _import(self, file: Path, options: dict[str, Any]) -> None:
        """Stage, accept and publish in one transaction, so that a refusal leaves the former state."""
        visitor = system_visitor()
        with file.open("rb") as content, transaction.atomic():
            is_repeated = version_of_archive(archive_hash(content), package=options["package"]) is not None
            version = stage_package(
                visitor=visitor,
                file=content,
                name=file.name,
                package=options["package"],
                in_force_from=options["start"],
            )
            changes = change_counts(version)
            for code, reason in options["accept"]:
                accept_findings(visitor=visitor, version=version, code=code, reason=reason)
            if options["publish"]:
                version = publish_version(visitor=visitor, version=version, in_force_from=options["start"])
        if options["json"]:
            document = import_document(version, changes, is_repeated=is_repeated)
            self.stdout.write(json.dumps(document, ensure_ascii=False))
            return
        self._print(version, change_lines(changes), is_repeated=is_repeated)

    def _print(self, version: PlanVersion, changes: list[str], *, is_repeated: bool) -> None:
        self.stdout.write(version_sentence(version))
        if is_repeated:
            self.stdout.write(_("Cette archive est déjà chargée : la version n’a pas changé."))
        for line in (*changes, *open_lines(version), state_sentence(version)):
            self.stdout.write(line)
