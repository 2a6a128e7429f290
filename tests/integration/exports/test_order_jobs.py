"""What the worker does of prepared exports: the rights of the moment, dead workers, cleaning, the queue itself."""

from __future__ import annotations

import datetime as dt
import os
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
from django.db import OperationalError
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from export_formats import FORMATS, Format, WrittenFile, write_export
from exports import jobs, services
from exports.models import ExportOrder
from exports.services import cancel, clean_files, order_export
from layers.models import Grant
from layers.queries import Selection
from layers.vocabulary import OrderState
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


def ordered(slug: str = TREES, person: Person = PUBLIC, **parameters: str) -> ExportOrder:
    """Order an export as a person."""
    asked = {name: [value] for name, value in parameters.items()}
    selection = selected(slug, person, **parameters)
    return order_export(selection=selection, kind=FORMATS["csv"], parameters=asked)[0]


def prepared(order: ExportOrder) -> ExportOrder:
    """Do what the worker does, and return what became of the order."""
    services.prepare(pk=order.pk)
    order.refresh_from_db()
    return order


def test_a_prepared_export_is_a_whole_file(world: World, folder: Path) -> None:
    order = prepared(ordered())
    assert order.state == OrderState.READY
    assert order.rows == 2
    assert order.path.stat().st_size == order.written_bytes


def test_nothing_but_the_file_stays(world: World, folder: Path) -> None:
    order = prepared(ordered())
    assert list(folder.iterdir()) == [order.path]


def test_rights_lost_before_the_worker_comes_fail_the_order(world: World, folder: Path) -> None:
    order = ordered(PLAYGROUNDS, PLANNER)
    Grant.objects.all().delete()
    assert (prepared(order).state, list(folder.iterdir())) == (OrderState.FAILED, [])


def test_a_closed_account_fails_the_order(world: World, folder: Path) -> None:
    order = ordered(PLAYGROUNDS, PLANNER)
    account = PLANNER.account()
    account.is_active = False
    account.save()
    assert prepared(order).state == OrderState.FAILED


def test_a_cancelled_order_is_not_begun(world: World, folder: Path) -> None:
    order = ordered()
    cancel(order=order)
    assert (prepared(order).state, list(folder.iterdir())) == (OrderState.CANCELLED, [])


def test_what_is_cancelled_while_written_leaves_no_file(
    world: World, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = ordered()

    def write_and_cancel(selection: Selection, kind: Format, path: Path) -> WrittenFile:
        cancel(order=order)
        return write_export(selection, kind, path)

    monkeypatch.setattr(services, "write_export", write_and_cancel)
    assert (prepared(order).state, list(folder.iterdir())) == (OrderState.CANCELLED, [])


def test_a_read_that_a_cancellation_stopped_is_no_fault(
    world: World, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = ordered()

    def stopped(*_arguments: object) -> None:
        cancel(order=order)
        raise OperationalError("canceling statement due to user request")

    monkeypatch.setattr(services, "write_export", stopped)
    assert (prepared(order).state, order.error) == (OrderState.CANCELLED, "")


def test_what_a_dead_worker_began_is_begun_again(world: World, folder: Path) -> None:
    order = ordered()
    ExportOrder.objects.update(state=OrderState.RUNNING, attempts=1)
    assert (prepared(order).state, order.attempts) == (OrderState.READY, 2)


def test_what_killed_several_workers_is_given_up(world: World, folder: Path) -> None:
    order = ordered()
    ExportOrder.objects.update(state=OrderState.RUNNING, attempts=3)
    assert (prepared(order).state, "plusieurs fois" in order.error) == (OrderState.FAILED, True)


def test_a_fault_of_ours_is_told_and_goes_to_the_log(
    world: World, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: object) -> None:
        raise RuntimeError("secret")

    order = ordered()
    monkeypatch.setattr(services, "write_export", broken)
    with pytest.raises(RuntimeError):
        services.prepare(pk=order.pk)
    order.refresh_from_db()
    assert (order.state, "secret" in order.error) == (OrderState.FAILED, False)


def test_old_files_go(world: World, folder: Path) -> None:
    order = prepared(ordered())
    ExportOrder.objects.update(finished_at=timezone.now() - dt.timedelta(hours=25))
    clean_files()
    order.refresh_from_db()
    assert (order.state, list(folder.iterdir())) == (OrderState.EXPIRED, [])


def test_the_oldest_files_go_when_room_is_short(world: World, folder: Path, settings: Settings) -> None:
    old, new = prepared(ordered()), prepared(ordered())
    settings.PREPARED_MAX_BYTES = new.written_bytes
    clean_files()
    assert [path.exists() for path in (old.path, new.path)] == [False, True]


def test_halves_of_dead_workers_go(world: World, folder: Path) -> None:
    half = folder / "left-by-somebody"
    half.mkdir()
    before = time.time() - 7200
    os.utime(half, (before, before))
    clean_files()
    assert list(folder.iterdir()) == []


@pytest.mark.django_db(transaction=True)
def test_the_worker_takes_the_order_from_the_queue(world: World, folder: Path) -> None:
    order = ordered()
    jobs.enqueue(order)
    with app.replace_connector(app.connector.get_worker_connector()) as worker:  # type: ignore[attr-defined]  # Django's
        run = partial(worker.run_worker, wait=False, install_signal_handlers=False, listen_notify=False)
        # A thread of its own: that of the tests may have the loop of a browser.
        with ThreadPoolExecutor(1) as pool:
            pool.submit(run).result()
    order.refresh_from_db()
    assert (order.state, ProcrastinateJob.objects.get(args__pk=str(order.pk)).status) == (
        OrderState.READY,
        "succeeded",
    )
