"""Loads the demonstration: sample layers, groups, accounts and rights. Repeatable."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from gisportal.demo.loading import load_demo
from gisportal.demo.people import accounts_file


class Command(BaseCommand):
    """``manage.py load_demo [--once]``."""

    help = "Charge la démonstration : couches d’exemple, groupes, comptes et droits."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare ``--once``."""
        parser.add_argument(
            "--once", action="store_true", help="Ne rien faire si la démonstration a déjà été chargée."
        )

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        """Load, unless this portal is not a demonstration."""
        if not settings.PORTAL_DEMO:
            raise CommandError("PORTAL_DEMO n’est pas activé : ce portail n’est pas une démonstration.")
        if load_demo(once=once):
            self.stdout.write(f"Démonstration chargée ; comptes dans {accounts_file()}")
        else:
            self.stdout.write("Démonstration déjà chargée : rien n’a été modifié.")
