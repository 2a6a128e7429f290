"""Tasks of the worker for a kind of job: its run, and its cleaning.

A task takes the id of a job and nothing else: what it reads passes through the access layer when it runs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.db import close_old_connections
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from layers.services.jobs import JobKind

# How often a job is begun is counted by the job itself; one that is postponed waits for minutes.
_MAX_TRIES = 1_000
_WAIT_S = 2


def run_task(kind: JobKind[Any], *, aliases: Sequence[str] = ()) -> Any:
    """Register the task that runs the jobs of a kind; those queued by older versions name their ``pk`` ``key``."""
    again = RetryStrategy(
        max_attempts=_MAX_TRIES, wait=_WAIT_S, retry_exceptions=(*kind.transient, *kind.postponed)
    )

    def run(pk: str = "", key: str = "") -> None:
        try:
            kind.run(UUID(pk or key))
        finally:
            close_old_connections()

    return app.task(name=kind.task, aliases=list(aliases), retry=again)(run)


def cleaning_task(
    name: str, clean: Callable[[], object], *, cron: str = "*/10 * * * *", aliases: Sequence[str] = ()
) -> Any:
    """Register a periodic task that cleans, one at a time."""

    def cleaning(timestamp: int) -> None:
        try:
            clean()
        finally:
            close_old_connections()

    return app.periodic(cron=cron)(app.task(name=name, aliases=list(aliases), queueing_lock=name)(cleaning))
