"""Tasks of the worker: files of dashboards, their cleaning, and what is sent by e-mail.

A task takes ids and nothing else: what it reads passes through the door when it runs.
"""

from __future__ import annotations

from smtplib import SMTPException
from uuid import UUID

from django.db import InterfaceError, OperationalError, close_old_connections, transaction
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from dashboards.models import PaperOrder
from dashboards.paper.orders import clean_papers, prepare
from dashboards.paper.subscriptions import mail_paper, take_due
from layers.errors import Busy

# A database that went away in the middle; how many times an order is begun is counted by the order itself.
_AGAIN = RetryStrategy(max_attempts=10, wait=2, retry_exceptions=(OperationalError, InterfaceError))
# A server of e-mail that is away is tried again for about a day.
_MAIL_AGAIN = RetryStrategy(
    max_attempts=8,
    exponential_wait=4,
    retry_exceptions=(OSError, SMTPException, OperationalError, InterfaceError, Busy),
)
# Who waits at a page goes before messages.
_MAIL_PRIORITY = -100


@app.task(name="dashboards.prepare", retry=_AGAIN)
def prepare_paper(pk: str) -> None:
    """Prepare the file of a dashboard."""
    try:
        prepare(pk=UUID(pk))
    finally:
        close_old_connections()


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


@app.periodic(cron="37 * * * *")
@app.task(name="dashboards.clean", queueing_lock="dashboards.clean")
def clean(timestamp: int) -> None:
    """Remove the files that are too old or take too much room."""
    try:
        clean_papers()
    finally:
        close_old_connections()


def enqueue_paper(order: PaperOrder) -> None:
    """Give an order to the workers, with the transaction that made it; somebody's second waits behind others' first."""
    earlier = PaperOrder.objects.unfinished().filter(asker=order.asker).exclude(pk=order.pk).count()
    prepare_paper.configure(priority=-earlier).defer(pk=str(order.pk))
