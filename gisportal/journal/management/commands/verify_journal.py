"""``manage.py verify_journal``: recomputes the chain of the journal and names the first entry that is broken."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gisportal.journal.services import chain


class Command(BaseCommand):
    """Verify the journal."""

    help = "Verifies that no entry of the journal was changed or removed; names the first that is broken."

    def handle(self, *arguments: Any, **options: Any) -> None:
        """Verify the chain, and print the last entry and its digest, to be stored elsewhere.

        Raises:
            CommandError: an entry is broken.
        """
        state = chain()
        if state.broken:
            raise CommandError(f"entry {state.broken}: {state.fault}")
        self.stdout.write(f"{state.entries} entries, whole. Last: {state.last} {state.digest}")
