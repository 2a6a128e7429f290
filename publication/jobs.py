"""Tasks of the worker: what is planned goes online and is withdrawn."""

from __future__ import annotations

from django.db import close_old_connections
from django.utils import timezone
from procrastinate.contrib.django import app

from publication.services import run_due


@app.periodic(cron="* * * * *")
@app.task(name="publication.run_due", queueing_lock="publication.run_due")
def run_planned(timestamp: int) -> None:
    """Put online and withdraw what is due, once, however late the worker is."""
    try:
        run_due(timezone.now())
    finally:
        close_old_connections()
