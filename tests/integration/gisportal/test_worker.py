"""A worker survives its database, and what a killed worker had begun is done by the next, once."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from urllib.parse import quote

import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction
from procrastinate.contrib.django import DjangoApp, app
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker
from procrastinate.contrib.django.utils import connector_params
from pytest_django import Settings

from export_formats.registry import FORMATS
from exports.models import ExportJob
from exports.services import request_export
from gisportal import worker as worker_module
from gisportal.worker import CLEANING, PersistentWorker, WorkerSlot, first_free_slot
from layers.vocabulary import JobState
from tests.integration.gisportal.relay import Relay
from tests.people import PUBLIC
from tests.selections import selected
from tests.waiting import until
from tests.world import TREES, World

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _quick(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the worker short intervals, and folders of this test."""
    settings.WORKER_HEARTBEAT_S = 0.1
    settings.WORKER_FOLDER = tmp_path / "workers"
    settings.EXPORT_FOLDER, settings.PREPARED_FOLDER = tmp_path / "exports", tmp_path / "prepared"
    monkeypatch.setattr(worker_module, "FIRST_DELAY_S", 0.05)
    monkeypatch.setattr(worker_module, "LONGEST_DELAY_S", 0.2)
    monkeypatch.setattr(worker_module, "_CONNECTION_WAIT_S", 0.5)


@contextmanager
def working(folder: Path, **through: object) -> Iterator[WorkerSlot]:
    """Run a worker of this process in a thread, on connections with these parameters."""
    with first_free_slot(folder) as place:
        # An app of its own, for the connector is replaced while it works: the test goes on asking by Django's.
        own = DjangoApp(connector=app.connector, worker_defaults=app.worker_defaults)
        own.tasks = app.tasks
        worker = PersistentWorker(own, lambda: connector_params() | through, place)
        loop = asyncio.new_event_loop()
        thread = Thread(target=loop.run_until_complete, args=[worker.run()])
        thread.start()
        try:
            yield place
        finally:
            loop.call_soon_threadsafe(worker.stop)
            thread.join(30)
            loop.close()


def order() -> ExportJob:
    """Order an export and give it to the workers."""
    return request_export(selection=selected(TREES, PUBLIC), kind=FORMATS["csv"], parameters={})


def is_ready(order: ExportJob) -> bool:
    """Whether the file of an order is there."""
    return ExportJob.objects.get(pk=order.pk).state == JobState.READY


def test_a_worker_comes_back_when_its_database_does(world: World, settings: Settings) -> None:
    relay = Relay(connection.settings_dict)
    with working(settings.WORKER_FOLDER, host="127.0.0.1", port=relay.port):
        first = order()
        until(lambda: is_ready(first))
        relay.cut()
        second = order()
        assert not is_ready(second)
        relay.mend()
        until(lambda: is_ready(second))
    relay.cut()


def test_a_worker_waits_for_a_database_that_is_not_there_yet(world: World, settings: Settings) -> None:
    relay = Relay(connection.settings_dict)
    relay.cut()
    with working(settings.WORKER_FOLDER, host="127.0.0.1", port=relay.port):
        asked = order()
        relay.mend()
        until(lambda: is_ready(asked))
    relay.cut()


def test_a_worker_that_is_stopped_leaves_nothing_of_itself(settings: Settings) -> None:
    with working(settings.WORKER_FOLDER) as place:
        until(lambda: place.path.read_text() != "")
        number = int(place.path.read_text())
        assert ProcrastinateWorker.objects.filter(pk=number).exists()
    assert not ProcrastinateWorker.objects.filter(pk=number).exists()
    assert place.path.read_text() == ""


def test_a_worker_shows_that_it_lives(settings: Settings) -> None:
    with working(settings.WORKER_FOLDER) as place:
        until(lambda: place.path.read_text() != "")
        os.utime(place.path, (0, 0))
        until(lambda: place.path.stat().st_mtime > 0)


def test_two_workers_of_a_machine_have_two_places(settings: Settings) -> None:
    with (
        first_free_slot(settings.WORKER_FOLDER) as first,
        first_free_slot(settings.WORKER_FOLDER) as second,
    ):
        assert first.path != second.path


def test_what_a_killed_worker_began_is_done_once_by_the_next(
    world: World, settings: Settings, tmp_path: Path
) -> None:
    asked = order()
    program = _start(tmp_path)
    try:
        with transaction.atomic():
            ExportJob.objects.select_for_update().get(
                pk=asked.pk
            )  # the worker waits in the middle of its job
            places = settings.WORKER_FOLDER.glob
            until(lambda: any(place.read_text() for place in places("*")), seconds=120)
            until(lambda: _status(asked) == "doing")
            program.kill()
            program.wait()
    finally:
        program.kill()
        program.wait()
    with working(settings.WORKER_FOLDER):
        until(lambda: _status(asked) == "succeeded")
    assert is_ready(asked)
    assert _events(asked, "succeeded") == 1


def test_a_job_that_was_begun_ends_where_the_next_of_its_queueing_lock_waits(settings: Settings) -> None:
    """Put back in the queue, it would break the uniqueness of the lock, and no worker would work again."""
    cleaning = app.configure_task(CLEANING, queueing_lock=CLEANING, lock=CLEANING)
    begun = cleaning.defer(timestamp=0)
    ProcrastinateJob.objects.filter(pk=begun).update(status="doing")
    next_one = cleaning.defer(timestamp=0)
    with working(settings.WORKER_FOLDER):
        until(lambda: ProcrastinateJob.objects.get(pk=next_one).status == "succeeded")
    assert ProcrastinateJob.objects.get(pk=begun).status == "aborted"


def _start(data: Path) -> subprocess.Popen[bytes]:
    """Start ``manage.py run_worker`` on the database of this test."""
    of = connection.settings_dict
    url = f"postgresql://{of['USER']}:{quote(of['PASSWORD'])}@/{of['NAME']}?host={quote(of['HOST'])}&port={of['PORT']}"
    variables = os.environ | {"DATABASE_URL": url, "PORTAL_DATA": str(data), "PORTAL_TEST_DATA": str(data)}
    return subprocess.Popen(
        [sys.executable, "manage.py", "run_worker"], cwd=django_settings.BASE_DIR, env=variables
    )


def _status(order: ExportJob) -> str:
    return ProcrastinateJob.objects.get(args__pk=str(order.pk)).status


def _events(order: ExportJob, kind: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_events e JOIN procrastinate_jobs j ON j.id = e.job_id"
            " WHERE j.args->>'pk' = %s AND e.type = %s",
            [str(order.pk), kind],
        )
        return int(cursor.fetchone()[0])
