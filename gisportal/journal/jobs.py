"""Tasks of the worker about the journal."""

from __future__ import annotations

from django.conf import settings
from procrastinate.contrib.django import app

from gisportal.journal.services import purge


@app.periodic(cron="27 4 * * *")
@app.task(name="journal.purge", queueing_lock="journal.purge")
def purge_journal(timestamp: int) -> None:
    """Remove the entries that are older than the setting allows."""
    purge(months=settings.JOURNAL_MONTHS)
