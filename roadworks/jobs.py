"""Tasks of the worker about road works: sites begin and end with the clock, and who subscribed reads of it."""

from __future__ import annotations

import logging

import pghistory
from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app

from layers.jobs import cleaning_task, run_task
from layers.visitor import system_visitor
from roadworks.feeds.withdrawals import forget_withdrawn_sites
from roadworks.imports.services import downloaded_export, import_dialog, import_litteralis, litteralis_service
from roadworks.imports.sources import ImportReport
from roadworks.paper import CALENDARS
from roadworks.services.situation import update_sites
from roadworks.services.subscriptions import forget_subscriptions, send_messages
from roadworks.vocabulary import SiteState

logger = logging.getLogger(__name__)


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
    """Remove the addresses that nobody confirmed, and how cancelled sites ended."""
    forget_subscriptions(instant=timezone.now())
    forget_withdrawn_sites(instant=timezone.now())


@app.periodic(cron="23 4 * * *")
@app.task(name="roadworks.import_litteralis", queueing_lock="roadworks.import_litteralis")
def import_litteralis_of_the_day(timestamp: int) -> None:
    """Bring the sites of Litteralis up to date, where the settings name its service."""
    service = litteralis_service()
    if service is not None:
        with pghistory.context(command="import_litteralis"):
            state = SiteState(settings.ROAD_WORKS_IMPORT_STATE)
            _log("litteralis", import_litteralis(service=service, state=state, visitor=system_visitor()))


@app.periodic(cron="43 4 * * *")
@app.task(name="roadworks.import_dialog", queueing_lock="roadworks.import_dialog")
def import_dialog_of_the_day(timestamp: int) -> None:
    """Bring the sites of DiaLog up to date, where the settings name an export."""
    if settings.DIALOG_URL:
        content = downloaded_export(settings.DIALOG_URL)
        with pghistory.context(command="import_dialog"):
            state = SiteState(settings.ROAD_WORKS_IMPORT_STATE)
            _log("dialog", import_dialog(content=content, state=state, visitor=system_visitor()))


prepare_calendar = run_task(CALENDARS)
clean_calendars = cleaning_task("roadworks.clean_calendars", CALENDARS.clean)


def _log(source: str, report: ImportReport) -> None:
    logger.info("import of road works from %s: %s", source, " ".join(report.sentences))
