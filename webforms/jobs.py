"""Task of the worker: forget old refused answers, and who sent the others."""

from __future__ import annotations

from django.db import close_old_connections
from django.utils import timezone
from procrastinate.contrib.django import app

from webforms.answers.services import forget_answers


@app.periodic(cron="33 3 * * *")
@app.task(name="webforms.forget", queueing_lock="webforms.forget")
def forget_old_answers(timestamp: int) -> None:
    """Delete answers refused long ago, and the senders of old ones."""
    try:
        forget_answers(now=timezone.now())
    finally:
        close_old_connections()
