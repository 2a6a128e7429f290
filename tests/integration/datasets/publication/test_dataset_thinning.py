"""Old versions give their rows up by a rule, after each publication and on command; nothing online ever suffers."""

from __future__ import annotations

import datetime as dt
from contextlib import AbstractContextManager, nullcontext
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError
from django.utils import timezone
from pytest import LogCaptureFixture
from pytest_django import DjangoCaptureOnCommitCallbacks as Capture

from datasets.errors import ImportUnderWay, NotPublishable
from datasets.loading.sql.tables import tables_of
from datasets.models import Dataset, Delivery
from datasets.publication import thinning
from datasets.publication.services import restore
from datasets.publication.thinning import thin
from datasets.registry import DATASETS
from datasets.vocabulary import DeliveryState
from layers.visitor import system_visitor
from tests.deliveries import bench, counts, dataset, published

pytestmark = pytest.mark.usefixtures("communes")


def test_thinning_keeps_recent_last_monthly_and_online() -> None:
    to = dataset()
    now = timezone.make_aware(dt.datetime(2026, 6, 30, 12))
    ages = [400, 395, 390, 200, 100, 70, 60, 50, 40, 20, 1]
    made = [published(to, bench(f"B{age}")) for age in ages]
    restore(delivery=made[1], visitor=system_visitor())
    for delivery, age in zip(made, ages, strict=True):
        Delivery.objects.filter(pk=delivery.pk).update(created_at=now - dt.timedelta(days=age))
    gone = thin(dataset=to, visitor=system_visitor(), now=now)
    assert [ages[made.index(delivery)] for delivery in gone] == [400]


def test_thinned_version_has_no_table_and_cannot_come_back() -> None:
    to = dataset()
    made = [published(to, bench(f"B{n}")) for n in range(8)]
    old = timezone.now() - dt.timedelta(days=40)
    Delivery.objects.filter(pk__in=[delivery.pk for delivery in made]).update(created_at=old)
    gone = thin(dataset=to, visitor=system_visitor())
    with pytest.raises(NotPublishable):
        restore(delivery=gone[0], visitor=system_visitor())
    assert (len(gone), gone[0].table in tables_of(to.pk)) == (3, False)


def eight_old_versions() -> tuple[Dataset, list[Delivery]]:
    """Return a dataset whose three first versions the rule would thin."""
    to = dataset()
    made = [published(to, bench(f"B{n}")) for n in range(8)]
    Delivery.objects.update(created_at=timezone.now() - dt.timedelta(days=40))
    return to, made


def thinned() -> list[int]:
    """Return the numbers of the thinned versions."""
    result = Delivery.objects.filter(state=DeliveryState.THINNED).order_by("number")
    return list(result.values_list("number", flat=True))


def test_publication_thins_old_versions(django_capture_on_commit_callbacks: Capture) -> None:
    to, _made = eight_old_versions()
    with django_capture_on_commit_callbacks(execute=True):
        published(to, bench("B9"))
    assert thinned() == [1, 2, 3, 4]


def test_return_of_a_version_thins_old_versions(django_capture_on_commit_callbacks: Capture) -> None:
    _to, made = eight_old_versions()
    with django_capture_on_commit_callbacks(execute=True):
        restore(delivery=made[1], visitor=system_visitor())
    assert thinned() == [1, 3]


def test_publication_stands_when_thinning_fails(
    django_capture_on_commit_callbacks: Capture, monkeypatch: pytest.MonkeyPatch, caplog: LogCaptureFixture
) -> None:
    to, _made = eight_old_versions()
    monkeypatch.setattr(thinning, "drop_tables", _fail)
    with django_capture_on_commit_callbacks(execute=True):
        published(to, bench("B9"))
    result = DATASETS.get("bancs")
    assert result is not None and (result.revision[-3:], thinned(), "not thinned" in caplog.text) == (
        "_v9",
        [],
        True,
    )


def _fail(_tables: list[str]) -> None:
    raise DatabaseError("lock timeout")


def test_command_thins_every_dataset() -> None:
    eight_old_versions()
    output = StringIO()
    call_command("thin_datasets", stdout=output)
    assert (thinned(), output.getvalue()) == ([1, 2, 3], "bancs : versions allégées : 3, 2, 1\n")


def test_command_goes_on_after_a_dataset_that_is_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    eight_old_versions()
    busy = counts()

    def lock(held: Dataset) -> AbstractContextManager[None]:
        if held == busy:
            raise ImportUnderWay("occupé")
        return nullcontext()

    monkeypatch.setattr(thinning, "import_lock", lock)
    told = StringIO()
    call_command("thin_datasets", stdout=StringIO(), stderr=told)
    assert (thinned(), told.getvalue()) == ([1, 2, 3], "population : occupé\n")
