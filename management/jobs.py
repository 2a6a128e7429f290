"""Tasks of the worker: reminders of what ends and of what waits for an approval, the end of the certificate."""

from __future__ import annotations

from django.db import close_old_connections
from django.utils import timezone
from procrastinate.contrib.django import app

from management.approvals.services import remind_deciders
from management.health.services import read_certificate
from management.reminders.rows import remind_moderators
from management.reminders.services import send_reminders


@app.periodic(cron="12 6 * * *")
@app.task(name="management.send_reminders", queueing_lock="management.send_reminders")
def remind_of_ends(timestamp: int) -> None:
    """Remind people and managers of accesses and accounts that end."""
    try:
        send_reminders(at=timezone.now())
    finally:
        close_old_connections()


@app.periodic(cron="17 6 * * *")
@app.task(name="management.remind_deciders", queueing_lock="management.remind_deciders")
def remind_of_approvals(timestamp: int) -> None:
    """Remind who decides of what waits for an approval: versions, and rows of moderated layers."""
    try:
        remind_deciders(at=timezone.now())
        remind_moderators(at=timezone.now())
    finally:
        close_old_connections()


@app.periodic(cron="22 * * * *")
@app.task(name="management.read_certificate", queueing_lock="management.read_certificate")
def look_at_certificate(timestamp: int) -> None:
    """Read the end of the certificate that browsers get."""
    try:
        read_certificate()
    finally:
        close_old_connections()
