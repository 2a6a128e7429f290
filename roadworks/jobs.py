"""Tasks of the worker about road works: sites begin and end with the clock."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from roadworks.services.situation import update_sites


@app.periodic(cron="* * * * *")
@app.task(name="roadworks.update_sites", queueing_lock="roadworks.update_sites")
def update_sites_of_now(timestamp: int) -> None:
    """Compute the status of every site: works of a night end in the morning, not at midnight."""
    update_sites(instant=timezone.now())
