"""Removes the second factors of an account: for the only administrator, who lost every one and every recovery code."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from gisportal.accounts.models import User
from gisportal.accounts.second_factors.services import reset_second_factors


class Command(BaseCommand):
    """``manage.py reset_second_factors USERNAME``: also ends the sessions of the account and informs its owner."""

    help = "Retire les seconds facteurs d’un compte et ferme ses sessions."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the account."""
        parser.add_argument("username")

    def handle(self, *arguments: Any, **options: Any) -> None:
        """Reset it.

        Raises:
            CommandError: no account has this name.
        """
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            raise CommandError(f"Aucun compte ne s’appelle {options['username']}.")
        count = reset_second_factors(user=user)
        self.stdout.write(f"{user.username} : {count} facteurs retirés, codes de secours compris")
