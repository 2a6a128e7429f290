"""Loads a file as a delivery of a dataset, from the server; options replace the guesses about the file.

The proposal is printed first; ``--dry-run`` stops there. Exit status: 0 the delivery is ready, or online with
``--publish``, or the file was read with ``--dry-run``; 1 the file or the request was refused; 2 rows in error refused
the delivery; 3 the schema changes without being accepted: the delivery is ready, not online.
"""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, BooleanOptionalAction
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from datasets.comparison.services import SchemaChange, schema_changes
from datasets.imports.presenters import proposal_in_words
from datasets.imports.services import ImportOptions, load_proposed, propose_file
from datasets.models import Delivery
from datasets.publication.services import publish
from datasets.readers.source import ReadOptions
from datasets.review.automatic import bring_to_approval
from datasets.vocabulary import DeliveryState, GeometryFamily, GeometryKind
from layers.errors import LayersError
from layers.visitor import system_visitor
from layers.vocabulary import Visibility

REFUSED, SCHEMA_CHANGED = 2, 3
_MAX_FINDINGS = 20
_ALL = "all"
_READING = (
    "layer", "sheet", "crs", "delimiter", "encoding", "title_lines", "header_rows", "unit_row", "total_rows",
)  # fmt: skip
_MAX_LINES = 1_000
_NO_DELIMITERS = frozenset("\"'\r\n\0")
_KINDS = {kind.value.lower() or "none": kind for kind in GeometryKind}


class Command(BaseCommand):
    """``manage.py import_dataset FILE``."""

    help = "Charge un fichier comme livraison d’un jeu de données, créé s’il n’existe pas."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the file and what may be decided instead of the guess."""
        parser.add_argument("file", type=Path, help="fichier à charger")
        parser.add_argument("--slug", default="", help="identifiant du jeu ; par défaut, d’après le titre")
        parser.add_argument("--title", default="", help="titre d’un nouveau jeu")
        parser.add_argument("--theme", default="", help="identifiant du thème d’un nouveau jeu")
        parser.add_argument("--key", action="append", default=[], metavar="COLONNE", help="clé ; se répète")
        parser.add_argument(
            "--crs", type=int, metavar="EPSG", help="système de coordonnées, par exemple 2154"
        )
        parser.add_argument("--geometry", choices=sorted(_KINDS), help="type de géométrie")
        parser.add_argument(
            "--only",
            choices=[_ALL, *GeometryFamily.values],
            help="famille à prendre d’un fichier qui en mêle ; par défaut, comme la version en ligne",
        )
        parser.add_argument(
            "--keep-z",
            action=BooleanOptionalAction,
            help="garde les altitudes ; par défaut, comme la version en ligne",
        )
        parser.add_argument("--layer", default="", help="couche d’un fichier qui en a plusieurs")
        parser.add_argument("--sheet", default="", help="feuille d’un classeur")
        _add_reading(parser)
        parser.add_argument("--visibility", choices=Visibility.values, default=Visibility.INTERNAL.value)
        parser.add_argument(
            "--dry-run", action="store_true", help="dit ce qui est compris du fichier, et ne charge rien"
        )
        parser.add_argument(
            "--accept-partial", action="store_true", help="laisse de côté les lignes en erreur"
        )
        parser.add_argument(
            "--accept-schema-change", action="store_true", help="publie même si le schéma change"
        )
        parser.add_argument(
            "--publish", action="store_true", help="met en ligne la livraison si elle est prête"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Read and describe the file, load it and report, and publish on request."""
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(_("Fichier introuvable : %s") % path)
        with _refusals():
            import_options = _options(options)
            proposed = propose_file(path=path, options=import_options, visitor=system_visitor())
            for line in proposal_in_words(proposed):
                self.stdout.write(line)
            if options["dry_run"]:
                return
            delivery = load_proposed(
                proposed=proposed,
                options=import_options,
                visitor=system_visitor(),
                accept_partial=options["accept_partial"],
            )
        self._tell(delivery)
        if delivery.state == DeliveryState.REFUSED:
            raise CommandError(_("Livraison refusée : rien n’a changé en ligne."), returncode=REFUSED)
        if options["publish"]:
            self._publish(delivery, accepts_change=options["accept_schema_change"])
        elif submission := bring_to_approval(delivery=delivery, visitor=system_visitor(), is_by_person=False):
            state = submission.get_state_display()
            self.stdout.write(_("Publication : %s") % " · ".join(filter(None, [state, submission.note])))

    def _publish(self, delivery: Delivery, *, accepts_change: bool) -> None:
        if schema_changes(delivery) and not accepts_change:
            raise CommandError(
                _("Le schéma change : relancez avec --accept-schema-change pour publier."),
                returncode=SCHEMA_CHANGED,
            )
        with _refusals():
            publish(delivery=delivery, visitor=system_visitor())
        self.stdout.write(_("En ligne : %s") % delivery.dataset.layer.slug)

    def _tell(self, delivery: Delivery) -> None:
        """Write the report and the comparison."""
        report, counted = delivery.report, delivery.comparison
        self.stdout.write(f"{delivery} · {delivery.dataset.layer.slug} · {delivery.get_state_display()}")
        self.stdout.write(
            _(
                "%(rows_read)d lignes lues, %(rows_kept)d gardées ; %(errors)d erreurs, %(warnings)d avertissements"
            )
            % report
        )
        for line in delivery.report_lines.all()[:_MAX_FINDINGS]:
            where = _("ligne %d") % line.line if line.line else _("fichier")
            self.stdout.write(
                f"  {line.get_severity_display()} · {where} · {line.field} · {line.value} · {line.reason}"
            )
        if counted:
            self.stdout.write(
                _(
                    "Depuis la version %(against)d : %(added)d ajoutées, %(removed)d retirées, %(changed)d modifiées"
                )
                % counted
            )
            self._tell_schema(schema_changes(delivery))

    def _tell_schema(self, changes: list[SchemaChange]) -> None:
        titles = {
            "added": _("Champs ajoutés"),
            "removed": _("Champs retirés"),
            "retyped": _("Champs retypés"),
            "ruled": _("Règles changées"),
            "changed": _("Changés"),
        }
        for kind, title in titles.items():
            names = [change.title for change in changes if change.kind == kind]
            if names:
                self.stdout.write(
                    "  " + _("%(title)s : %(text)s") % {"title": title, "text": ", ".join(names)}
                )


@contextmanager
def _refusals() -> Iterator[None]:
    """Say in one line why the file or the request is refused."""
    try:
        yield
    except LayersError as error:
        values = {"title": _(error.title), "text": error.detail}
        raise CommandError(_("%(title)s : %(text)s") % values) from error


def _add_reading(parser: ArgumentParser) -> None:
    """Declare how a text file or a spreadsheet is read, when it is not as it seems."""
    parser.add_argument("--delimiter", type=_delimiter, default="", help="séparateur d’un CSV")
    parser.add_argument(
        "--encoding", type=_encoding, default="", help="encodage d’un CSV, par exemple cp1252"
    )
    parser.add_argument(
        "--title-lines", type=_count, metavar="N", help="lignes au-dessus des titres de colonnes"
    )
    parser.add_argument("--header-rows", type=_count, metavar="N", help="lignes de titres ; 0 : aucune")
    parser.add_argument(
        "--unit-row", action=BooleanOptionalAction, help="la ligne sous les titres dit les unités"
    )
    parser.add_argument(
        "--total-rows", action=BooleanOptionalAction, help="laisse de côté les totaux de la fin"
    )


def _count(text: str) -> int:
    """Read a number of lines."""
    if not (text.isascii() and text.isdecimal()) or int(text) > _MAX_LINES:
        raise ArgumentTypeError(_("« %s » n’est pas un nombre de lignes.") % text)
    return int(text)


def _delimiter(text: str) -> str:
    """Read the sign between two values; empty for the one that is found."""
    if len(text) > 1 or text in _NO_DELIMITERS or text.isalnum():
        raise ArgumentTypeError(_("« %s » n’est pas un séparateur : un seul signe.") % text)
    return text


def _encoding(text: str) -> str:
    """Read the name of an encoding of texts; empty for the one that is found."""
    try:
        "é".encode(text or "utf-8", "replace").decode(text or "utf-8")
    except (LookupError, ValueError) as error:
        raise ArgumentTypeError(_("« %s » n’est pas un encodage connu.") % text) from error
    return text


def _options(options: dict[str, Any]) -> ImportOptions:
    return ImportOptions(
        slug=options["slug"],
        title=options["title"],
        theme=options["theme"],
        key=tuple(options["key"]),
        geometry=_KINDS[options["geometry"]] if options["geometry"] else None,
        only="" if options["only"] == _ALL else options["only"],
        keeps_z=options["keep_z"],
        visibility=options["visibility"],
        reading=ReadOptions(**{name: options[name] for name in _READING}),
    )
