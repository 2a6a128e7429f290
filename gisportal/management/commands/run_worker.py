"""``manage.py run_worker``: run tasks from the queue until stopped, whatever happens to the database."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params

from gisportal.worker import PersistentWorker, first_free_place

_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Command(BaseCommand):
    """Run a worker of the queue."""

    help = "Takes tasks from the queue until it is stopped; comes back by itself when the database does."

    def handle(self, *arguments: Any, **options: Any) -> None:
        """Work until SIGTERM or Ctrl-C."""
        os.umask(0o077)  # what is written is for the portal alone
        app.perform_import_paths()  # type: ignore[no-untyped-call]  # procrastinate's
        with first_free_place(settings.WORKER_FOLDER) as place:
            asyncio.run(_run(PersistentWorker(app, connector_params, place)))


async def _run(worker: PersistentWorker) -> None:
    """Work until a signal; a second one ends at once what is under way."""
    loop = asyncio.get_running_loop()

    def stop() -> None:
        worker.stop()
        for number in _SIGNALS:
            loop.remove_signal_handler(number)

    for number in _SIGNALS:
        loop.add_signal_handler(number, stop)
    await worker.run()
