"""What the worker does of prepared exports: the file, the rights of the moment, the queue itself."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from export_formats.registry import FORMATS
from exports.models import ExportJob
from exports.services import EXPORTS, request_export
from layers.models import Grant
from layers.vocabulary import JobState
from tests.people import PLANNER, PUBLIC, Person
from tests.selections import selected
from tests.world import PLAYGROUNDS, TREES, World


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    """A folder for the prepared files of one test."""
    settings.EXPORT_FOLDER = tmp_path / "exports"
    settings.PREPARED_FOLDER = tmp_path / "prepared"
    (tmp_path / "prepared").mkdir()
    return tmp_path / "prepared"


def requested(slug: str = TREES, person: Person = PUBLIC, **parameters: str) -> ExportJob:
    """Request an export as a person."""
    asked = {name: [value] for name, value in parameters.items()}
    selection = selected(slug, person, **parameters)
    return request_export(selection=selection, kind=FORMATS["csv"], parameters=asked)


def prepared(job: ExportJob) -> ExportJob:
    """Do what the worker does, and return what became of the job."""
    EXPORTS.run(job.pk)
    job.refresh_from_db()
    return job


def test_a_prepared_export_is_a_whole_file(world: World, folder: Path) -> None:
    job = prepared(requested())
    assert job.state == JobState.READY
    assert job.rows == 2
    assert job.path.stat().st_size == job.written_bytes


def test_an_export_of_a_period_counted_from_today_is_a_whole_file(world: World, folder: Path) -> None:
    """The day is no right: it is part of what the answer depends on, not of who may read it."""
    job = prepared(requested(filter="date_releve IS NULL OR date_releve <= TODAY()"))
    assert (job.state, job.rows) == (JobState.READY, 2)


def test_rights_lost_before_the_worker_comes_fail_the_order(world: World, folder: Path) -> None:
    job = requested(PLAYGROUNDS, PLANNER)
    Grant.objects.all().delete()
    assert (prepared(job).state, list(folder.iterdir())) == (JobState.FAILED, [])


def test_a_closed_account_fails_the_order(world: World, folder: Path) -> None:
    job = requested(PLAYGROUNDS, PLANNER)
    account = PLANNER.account()
    account.is_active = False
    account.save()
    assert prepared(job).state == JobState.FAILED


@pytest.mark.django_db(transaction=True)
def test_the_worker_takes_the_order_from_the_queue(world: World, folder: Path) -> None:
    job = requested()
    with app.replace_connector(app.connector.get_worker_connector()) as worker:  # type: ignore[attr-defined]  # Django's
        run = partial(worker.run_worker, wait=False, install_signal_handlers=False, listen_notify=False)
        # A thread of its own: that of the tests may have the loop of a browser.
        with ThreadPoolExecutor(1) as pool:
            pool.submit(run).result()
    job.refresh_from_db()
    assert (job.state, ProcrastinateJob.objects.get(args__pk=str(job.pk)).status) == (
        JobState.READY,
        "succeeded",
    )
