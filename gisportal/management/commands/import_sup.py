"""``manage.py import_sup FILE.zip``: packages of public easements (CNIG SUP) with their acts and generators."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from layers.errors import LayersError
from planning.easements.services import PackageLoad, load_easements

_MAX_PROBLEMS = 50


class Command(BaseCommand):
    """Load every package of an archive: each replaces that of its authority, category and area."""

    help = _("Charge des paquets CNIG de servitudes : assiettes, générateurs, actes et gestionnaires.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the archive, whether to write, and whether many perimeters may go."""
        parser.add_argument("file", type=Path, help=_("archive zip d’un ou de plusieurs paquets"))
        parser.add_argument("--dry-run", action="store_true", help=_("tout vérifier, ne rien écrire"))
        parser.add_argument(
            "--accept-removals",
            action="store_true",
            help=_("retirer plus d’un cinquième des assiettes enregistrées du paquet"),
        )

    def handle(self, *args: Any, file: Path, dry_run: bool, accept_removals: bool, **options: Any) -> None:
        """Load and report."""
        try:
            with file.open("rb") as content:
                loads = load_easements(
                    file=content, name=file.name, is_dry_run=dry_run, accepts_removals=accept_removals
                )
        except OSError as error:
            raise CommandError(_("Le fichier ne peut pas être ouvert : %s") % error) from error
        except LayersError as error:
            values = {"title": file.name, "text": error.detail}
            raise CommandError(_("%(title)s : %(text)s") % values) from error
        for load in loads:
            for line in _load_lines(load):
                self.stdout.write(line)
        if dry_run:
            self.stdout.write(self.style.NOTICE(_("Essai : rien n’a été écrit.")))


def _load_lines(load: PackageLoad) -> Iterable[str]:
    """Yield the report of the load of a package: what it is, its tables, what was refused, what to know."""
    yield _("%(folder)s : servitudes %(category)s, gestionnaire %(authority)s, maillage %(area)s.") % {
        "folder": load.folder,
        "category": load.name.category,
        "authority": load.name.idgest,
        "area": load.name.area,
    }
    for table, count in load.counts.items():
        if count.created or count.updated or count.unchanged or count.removed:
            text = _("%(text)s, %(removed)d retirés.") % {"text": count.sentence, "removed": count.removed}
            yield "  " + _("%(title)s : %(text)s") % {"title": table, "text": text}
    yield "  " + _("Actes PDF enregistrés : %d.") % load.acts_stored
    for table, problem in load.problems[:_MAX_PROBLEMS]:
        sentence = _("%(title)s : %(text)s") % {"title": table, "text": problem.sentence}
        yield "  " + _("Refusé — %s") % sentence
    if len(load.problems) > _MAX_PROBLEMS:
        yield "  " + _("… et %d autres refus.") % (len(load.problems) - _MAX_PROBLEMS)
    for notice in load.notices:
        yield "  " + notice
