"""Messages that the portal sends, after the work that a worker would do."""

from __future__ import annotations

import re
from unittest.mock import patch
from urllib.parse import urlsplit

from django.core import mail
from django.core.mail import EmailMessage
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

_OURS = "accounts."


def waiting() -> list[str]:
    """Return the tasks about messages that wait for a worker."""
    jobs = ProcrastinateJob.objects.filter(status="todo", task_name__startswith=_OURS).order_by("pk")
    return list(jobs.values_list("task_name", flat=True))


def delivered() -> list[EmailMessage]:
    """Do what waits, and return every message sent since the beginning of the test."""
    # A worker gives its connection back after each task; a test keeps the one that is rolled back.
    with patch("gisportal.accounts.jobs.close_old_connections"):
        _work()
    return mail.outbox


def _work() -> None:
    for job in ProcrastinateJob.objects.filter(status="todo", task_name__startswith=_OURS).order_by("pk"):
        app.tasks[job.task_name].func(**job.args)
    # The queue lets nobody change a job but its own functions: what was done is done once by forgetting it.
    ProcrastinateJob.objects.filter(status="todo", task_name__startswith=_OURS)._raw_delete("default")


def link_of(message: EmailMessage) -> str:
    """Return the path of the link of a message."""
    found = re.search(r"^https?://\S+$", str(message.body), re.MULTILINE)
    assert found is not None
    return urlsplit(found.group()).path
