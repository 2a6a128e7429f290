"""Tasks of the worker: what is planned goes online and is withdrawn, at its instant and, if that was missed, after."""

from __future__ import annotations

from typing import Any

from django.db import close_old_connections
from django.utils import timezone
from procrastinate.contrib.django import app

from layers.visitor import system_visitor
from publication.models import Submission
from publication.services import run_due
from publication.vocabulary import SubmissionState


@app.periodic(cron="* * * * *")
@app.task(name="publication.run_due", queueing_lock="publication.run_due")
def run_planned(timestamp: int) -> None:
    """Put online and withdraw what is due, once, however late the worker is."""
    _run()


@app.task(name="publication.run_at")
def run_at() -> None:
    """Put online and withdraw what is due: ordered for the very instant of a plan."""
    _run()


def _run() -> None:
    try:
        run_due(system_visitor())
    finally:
        close_old_connections()


def order_planned(submission: Submission, **_signal: Any) -> None:
    """Order the work of the instants that a submission has still before it, in the transaction that writes them.

    An instant that is moved or cancelled leaves an order behind, which finds nothing due.
    """
    is_approved = submission.state == SubmissionState.APPROVED
    instants = {submission.starts_at if is_approved else None, submission.ends_at}
    if not is_approved and submission.state != SubmissionState.ONLINE:
        return
    for instant in instants:
        if instant is not None and instant > timezone.now():
            run_at.configure(schedule_at=instant).defer()
