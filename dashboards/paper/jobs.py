"""Tasks of the worker: files of dashboards, their cleaning, and what is sent by e-mail.

A task takes ids and nothing else: what it reads passes through the access layer when it runs.
"""

from __future__ import annotations

from smtplib import SMTPException

from django.db import InterfaceError, OperationalError, close_old_connections, transaction
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from dashboards.paper.services import PAPERS
from dashboards.paper.subscriptions import mail_paper, take_due
from layers.errors import Busy
from layers.jobs import cleaning_task, run_task

# A server of e-mail that is away is tried again for about a day.
_MAIL_AGAIN = RetryStrategy(
    max_attempts=8,
    exponential_wait=4,
    retry_exceptions=(OSError, SMTPException, OperationalError, InterfaceError, Busy),
)
# Who waits at a page goes before messages.
_MAIL_PRIORITY = -100


prepare = run_task(PAPERS)
clean = cleaning_task("dashboards.clean", PAPERS.clean)


@app.task(name="dashboards.mail", retry=_MAIL_AGAIN)
def mail_dashboard(subscription_id: int, user_id: int) -> None:
    """Send a dashboard to one person."""
    try:
        mail_paper(subscription_id=subscription_id, user_id=user_id)
    finally:
        close_old_connections()


@app.periodic(cron="11 4 * * *")
@app.task(name="dashboards.mail_due", queueing_lock="dashboards.mail_due")
def mail_due(timestamp: int) -> None:
    """Find what is to be sent today, one task a message: on Mondays and on the first of the month, or as soon after."""
    try:
        task = mail_dashboard.configure(priority=_MAIL_PRIORITY)
        with transaction.atomic():  # all that is due waits in the queue, or nothing is taken
            for mailing in take_due(timezone.localdate()):
                task.defer(subscription_id=mailing.subscription, user_id=mailing.user)
    finally:
        close_old_connections()
