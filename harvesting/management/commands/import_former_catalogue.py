"""Gives layers the identifiers, the metadata and the identifiers of attachments of the portal that they come from.

The public catalogue of that portal is a file or an address (``…/api/explore/v2.1/catalog/exports/json``). A dataset
goes to the layer of the same slug, or to the one that ``--layers`` says. A second run changes nothing.
"""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from harvesting.explore.former_catalogue import read_former_catalogue
from harvesting.explore.services import ImportLine, Outcome, import_former_catalogue, read_layer_names
from layers.errors import LayersError
from layers.services.remote_sources import download
from layers.visitor import system_visitor

_MAX_BYTES, _SECONDS = 64 * 1024 * 1024, 120.0


class Command(BaseCommand):
    """``manage.py import_former_catalogue SOURCE``."""

    help = "Reprend les identifiants et les métadonnées du portail d’où viennent les couches."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the catalogue, the table of layers, and whether to write."""
        parser.add_argument("source", help="fichier JSON, ou adresse http(s), du catalogue public")
        parser.add_argument("--layers", type=Path, help="CSV de colonnes former_id,layer")
        parser.add_argument("--dry-run", action="store_true", help="tout vérifier, ne rien écrire")

    def handle(self, *args: Any, source: str, layers: Path | None, dry_run: bool, **options: Any) -> None:
        """Import and report, a line a dataset."""
        try:
            lines = import_former_catalogue(
                datasets=read_former_catalogue(_content(source)),
                layer_names=read_layer_names(layers.read_text("utf-8")) if layers else {},
                visitor=system_visitor(),
                is_dry_run=dry_run,
            )
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(_("Le fichier ne peut pas être ouvert : %s") % error) from error
        except LayersError as error:
            raise CommandError(error.detail) from error
        for line in lines:
            self.stdout.write(f"{line.dataset.identifier} — {_sentence(line)}")
            for title in line.missing:
                self.stdout.write(_("  pièce jointe à déposer : %s") % title)
            if {"contact", "contact_name"} & set(line.fields):
                self.stdout.write(_("  contact repris, à relire : un service, jamais une personne"))
        if dry_run:
            self.stdout.write(self.style.NOTICE(_("Essai : rien n’a été écrit.")))


def _content(source: str) -> bytes:
    if source.startswith(("http://", "https://")):
        return download(source, most=_MAX_BYTES, seconds=_SECONDS)
    return Path(source).read_bytes()


def _sentence(line: ImportLine) -> str:
    values = {"layer": line.layer, "fields": ", ".join(line.fields)}
    return {
        Outcome.IMPORTED: _("repris dans %(layer)s : %(fields)s") % values,
        Outcome.UNCHANGED: _("inchangé (%(layer)s)") % values,
        Outcome.RESTRICTED: _("demande une clé"),
        Outcome.FEDERATED: _("prêté par un autre portail : listé seulement"),
        Outcome.UNMATCHED: _("aucune couche de ce nom"),
    }[line.outcome]
