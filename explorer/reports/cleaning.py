"""The periodic task that forgets addresses nobody answered in time."""

from __future__ import annotations

from django.db import close_old_connections
from django.utils import timezone
from procrastinate.contrib.django import app

from explorer.reports.services import forget_addresses


@app.periodic(cron="41 3 * * *")
@app.task(name="explorer.forget_addresses", queueing_lock="explorer.forget_addresses")
def forget_old_addresses(timestamp: int) -> None:
    """Forget the addresses of reports that nobody closed, and of answers that did not leave."""
    try:
        forget_addresses(now=timezone.now())
    finally:
        close_old_connections()
