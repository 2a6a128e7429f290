"""Creates the catalogue rows of the layers written in code; run at every start, it changes nothing that exists."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from gisportal.catalogue import CODED, THEMES
from layers.services.catalogue import publish_layers


class Command(BaseCommand):
    """``manage.py publish_layers``."""

    help = "Crée les lignes de catalogue des couches définies dans le code."

    def handle(self, *args: Any, **options: Any) -> None:
        """Publish and say what was created."""
        created = publish_layers(themes=THEMES, definitions=CODED.all())
        self.stdout.write(f"{len(created)} couche(s) créée(s) : {', '.join(created) or 'aucune'}")
