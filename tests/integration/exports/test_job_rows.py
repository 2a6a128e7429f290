"""The rows of a prepared export are told while it is written, and a job that its worker left is taken up again."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Event

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from export_formats.registry import FORMATS, Format, WrittenFile, write_export
from export_formats.rows import watching, with_progress
from exports import services
from exports.models import ExportJob
from exports.services import EXPORTS, request_export
from gisportal.jobs import retry_stalled_jobs
from layers.queries import Selection
from layers.services import jobs as runner
from layers.vocabulary import JobState
from tests.people import ADMINISTRATOR, PUBLIC
from tests.selections import selected
from tests.world import PLAYGROUNDS, TREES, World


@pytest.fixture
def job(world: World, settings: Settings, tmp_path: Path) -> ExportJob:
    """A job that waits."""
    settings.EXPORT_FOLDER, settings.PREPARED_FOLDER = tmp_path / "exports", tmp_path / "prepared"
    return request_export(selection=selected(TREES, PUBLIC), kind=FORMATS["csv"], parameters={})


@pytest.mark.parametrize("extension", FORMATS)
def test_every_format_counts_the_rows_of_the_layer_and_no_record(
    world: World, tmp_path: Path, extension: str
) -> None:
    with watching() as progress:
        written = write_export(
            selected(PLAYGROUNDS, ADMINISTRATOR), FORMATS[extension], tmp_path / f"file.{extension}"
        )
    assert (progress.rows, written.rows) == (3, 3)


@pytest.mark.django_db(transaction=True)
def test_rows_are_told_while_the_file_is_written(job: ExportJob, monkeypatch: pytest.MonkeyPatch) -> None:
    told = Event()

    def write_and_wait(selection: Selection, kind: Format, path: Path) -> WrittenFile:
        list(with_progress("ab"))
        until = timezone.now() + dt.timedelta(seconds=30)
        while timezone.now() < until and not told.wait(0.01):
            if ExportJob.objects.filter(pk=job.pk, progress__rows=2).exists():
                told.set()
        return write_export(selection, kind, path)

    monkeypatch.setattr(runner, "HEARTBEAT_S", 0.01)
    monkeypatch.setattr(services, "write_export", write_and_wait)
    EXPORTS.run(job.pk)
    assert told.is_set()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("silence", "status"), [(60, "todo"), (0, "doing")])
def test_the_job_of_a_silent_worker_is_put_back_in_the_queue(
    job: ExportJob, silence: int, status: str
) -> None:
    _begun_by_a_worker(job, silence)
    _retry_stalled()
    assert ProcrastinateJob.objects.get(args__pk=str(job.pk)).status == status


@pytest.mark.django_db(transaction=True)
def test_what_a_killed_worker_began_is_finished_by_another(job: ExportJob) -> None:
    _begun_by_a_worker(job, silence=60)
    _retry_stalled()
    _work()
    job.refresh_from_db()
    assert job.state == JobState.READY
    assert job.attempts == 2
    assert job.path.exists()


def _begun_by_a_worker(job: ExportJob, silence: int) -> None:
    """Do what a worker does before it is killed: take the task, mark the job."""
    ExportJob.objects.filter(pk=job.pk).update(state=JobState.RUNNING, attempts=1)
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH worker AS (INSERT INTO procrastinate_workers (last_heartbeat)"
            " VALUES (now() - make_interval(secs => %s)) RETURNING id)"
            " UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT id FROM worker)"
            " WHERE args->>'pk' = %s",
            [silence, str(job.pk)],
        )


def _retry_stalled() -> None:
    async_to_sync(retry_stalled_jobs.func)(timestamp=0)


def _work() -> None:
    with app.replace_connector(app.connector.get_worker_connector()) as worker:  # type: ignore[attr-defined]  # Django's
        run = partial(worker.run_worker, wait=False, install_signal_handlers=False, listen_notify=False)
        # A thread of its own: that of the tests may have the loop of a browser.
        with ThreadPoolExecutor(1) as pool:
            pool.submit(run).result()
