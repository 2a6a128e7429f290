"""``manage.py emergency_key``: seals the key that opens the account of an administrator, and uses it."""

from __future__ import annotations

import sys
from getpass import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from gisportal.accounts.emergency import open_account, seal_key
from layers.errors import WrongCredentials


class Command(BaseCommand):
    """``emergency_key seal`` prints a key once; ``emergency_key open USERNAME`` asks for it and prints a link."""

    help = "Seals the emergency key of the portal, and opens the account of an administrator by it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the action and the account."""
        parser.add_argument("action", choices=("seal", "open"))
        parser.add_argument("username", nargs="?", default="")

    def handle(self, *arguments: Any, action: str, username: str, **options: Any) -> None:
        """Do it. The key is typed, or read from the standard input: never an argument, which other users see.

        Raises:
            CommandError: the key is not the sealed one, or the account does not administer.
        """
        if action == "seal":
            self.stdout.write(seal_key())
            return
        key = getpass("Key: ") if sys.stdin.isatty() else sys.stdin.readline()
        try:
            self.stdout.write(open_account(key=key, username=username))
        except WrongCredentials as error:
            raise CommandError(str(error.detail)) from error
