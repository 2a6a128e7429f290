"""Tasks of the worker about road works: sites begin and end with the clock, and who subscribed reads of it."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from roadworks.services.situation import update_sites
from roadworks.services.subscriptions import forget_subscriptions, send_messages


@app.periodic(cron="* * * * *")
@app.task(name="roadworks.update_sites", queueing_lock="roadworks.update_sites")
def update_sites_of_now(timestamp: int) -> None:
    """Compute the status of every site: works of a night end in the morning, not at midnight."""
    update_sites(instant=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="roadworks.send_messages", queueing_lock="roadworks.send_messages")
def send_news(timestamp: int) -> None:
    """Send the links that confirm an address, and the news of the works around it."""
    send_messages(instant=timezone.now())


@app.periodic(cron="37 3 * * *")
@app.task(name="roadworks.forget_subscriptions", queueing_lock="roadworks.forget_subscriptions")
def forget_unconfirmed_addresses(timestamp: int) -> None:
    """Remove the addresses that nobody confirmed."""
    forget_subscriptions(instant=timezone.now())
