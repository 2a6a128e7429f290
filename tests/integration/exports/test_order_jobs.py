"""What the worker does of prepared exports: the file, the rights of the moment, the queue itself."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from export_formats import FORMATS
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


def ordered(slug: str = TREES, person: Person = PUBLIC, **parameters: str) -> ExportJob:
    """Order an export as a person."""
    asked = {name: [value] for name, value in parameters.items()}
    selection = selected(slug, person, **parameters)
    return request_export(selection=selection, kind=FORMATS["csv"], parameters=asked)


def prepared(order: ExportJob) -> ExportJob:
    """Do what the worker does, and return what became of the order."""
    EXPORTS.run(order.pk)
    order.refresh_from_db()
    return order


def test_a_prepared_export_is_a_whole_file(world: World, folder: Path) -> None:
    order = prepared(ordered())
    assert order.state == JobState.READY
    assert order.rows == 2
    assert order.path.stat().st_size == order.written_bytes


def test_rights_lost_before_the_worker_comes_fail_the_order(world: World, folder: Path) -> None:
    order = ordered(PLAYGROUNDS, PLANNER)
    Grant.objects.all().delete()
    assert (prepared(order).state, list(folder.iterdir())) == (JobState.FAILED, [])


def test_a_closed_account_fails_the_order(world: World, folder: Path) -> None:
    order = ordered(PLAYGROUNDS, PLANNER)
    account = PLANNER.account()
    account.is_active = False
    account.save()
    assert prepared(order).state == JobState.FAILED


@pytest.mark.django_db(transaction=True)
def test_the_worker_takes_the_order_from_the_queue(world: World, folder: Path) -> None:
    order = ordered()
    with app.replace_connector(app.connector.get_worker_connector()) as worker:  # type: ignore[attr-defined]  # Django's
        run = partial(worker.run_worker, wait=False, install_signal_handlers=False, listen_notify=False)
        # A thread of its own: that of the tests may have the loop of a browser.
        with ThreadPoolExecutor(1) as pool:
            pool.submit(run).result()
    order.refresh_from_db()
    assert (order.state, ProcrastinateJob.objects.get(args__pk=str(order.pk)).status) == (
        JobState.READY,
        "succeeded",
    )
