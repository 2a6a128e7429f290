"""``manage.py undo_plu IDURBA|ID``: undo the publication of the version online; the one before it comes back."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from layers.errors import LayersError
from layers.visitor import system_visitor
from plui.loading.presenters import state_sentence, version_sentence
from plui.loading.queries import find_version, online_version
from plui.loading.services import undo_publication


class Command(BaseCommand):
    """Print the version that is withdrawn, and the one that is online again."""

    help = _("Annule la mise en ligne d’une version du plan : la précédente revient.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the version, and the form of the answer."""
        parser.add_argument("version", help=_("IDURBA du document en ligne, ou numéro de la version"))
        parser.add_argument("--json", action="store_true", help=_("un document JSON"))

    def handle(self, *args: Any, version: str, **options: Any) -> None:
        """Undo and print."""
        try:
            undone = undo_publication(visitor=system_visitor(), version=find_version(version))
        except LayersError as error:
            raise CommandError(error.detail) from error
        if options["json"]:
            online = online_version(undone.partition)
            self.stdout.write(json.dumps({"undone": undone.pk, "online": online.pk if online else None}))
            return
        self.stdout.write(version_sentence(undone))
        self.stdout.write(state_sentence(undone))
        if undone.replaces is None:
            self.stdout.write(_("Aucune version n’est plus en ligne."))
        else:
            self.stdout.write(version_sentence(undone.replaces))
            self.stdout.write(state_sentence(undone.replaces))
