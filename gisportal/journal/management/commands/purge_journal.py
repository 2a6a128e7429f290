"""``manage.py purge_journal``: removes the entries of the journal that are older than the setting allows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from gisportal.journal.services import purge


class Command(BaseCommand):
    """Purge the journal."""

    help = "Removes the entries of the journal older than PORTAL_JOURNAL_MONTHS; also done each night by the worker."

    def handle(self, *arguments: Any, **options: Any) -> None:
        """Write how many went."""
        self.stdout.write(f"{purge(months=settings.JOURNAL_MONTHS)} entries removed")
