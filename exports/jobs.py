"""Tasks of the worker: exports prepared apart, and their cleaning.

A task takes ids and nothing else: what it reads passes through the door when it runs.
"""

from __future__ import annotations

from uuid import UUID

from django.db import InterfaceError, OperationalError, close_old_connections
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from exports import services
from exports.models import ExportOrder

# A database that went away in the middle; how many times an order is begun is counted by the order itself.
_AGAIN = RetryStrategy(max_attempts=10, wait=2, retry_exceptions=(OperationalError, InterfaceError))


@app.task(name="exports.prepare", aliases=["ogc.prepare_export"], retry=_AGAIN)
def prepare_export(pk: str) -> None:
    """Prepare an export."""
    try:
        services.prepare(pk=UUID(pk))
    finally:
        close_old_connections()


def enqueue(order: ExportOrder) -> None:
    """Enqueue an export in the transaction that made it; the second of a person waits behind the first of everybody."""
    earlier = ExportOrder.objects.unfinished().filter(asker=order.asker).exclude(pk=order.pk).count()
    prepare_export.configure(priority=-earlier).defer(pk=str(order.pk))


@app.periodic(cron="17 * * * *")
@app.task(name="exports.clean", aliases=["ogc.clean_prepared"], queueing_lock="exports.clean")
def clean(timestamp: int) -> None:
    """Remove the prepared files that are too old or take too much room."""
    try:
        services.clean_files()
    finally:
        close_old_connections()
