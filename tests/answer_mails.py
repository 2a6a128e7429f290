"""Answers to reports, sent as the worker sends them."""

from __future__ import annotations

from unittest.mock import patch

from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob


def answer_jobs() -> list[ProcrastinateJob]:
    """Return the jobs that send answers."""
    return list(ProcrastinateJob.objects.filter(task_name="explorer.send_answer").order_by("pk"))


def work_answers() -> None:
    """Run every job that sends an answer: again, those that ran before."""
    # A worker gives its connection back after each task; a test keeps the one that is rolled back.
    with patch("explorer.reports.jobs.close_old_connections"):
        for job in answer_jobs():
            app.tasks[job.task_name].func(**job.args)
