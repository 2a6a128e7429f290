"""A change of schema by the worker: readers go on meanwhile, and one that is interrupted leaves what was."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection

from datasets.loading.sql.tables import tables_of
from datasets.models import Dataset, Delivery, SchemaChange
from datasets.schemas import jobs
from datasets.schemas.jobs import SCHEMA_CHANGES, request_change
from datasets.schemas.queries import schema_plan
from datasets.vocabulary import ChangePhase, DeliveryState
from layers import access
from layers.visitor import system_visitor
from layers.vocabulary import JobState
from tests.deliveries import BENCHES, bench, dataset, published
from tests.people import ADMINISTRATOR

pytestmark = pytest.mark.django_db(transaction=True)
AFTER = replace(BENCHES, fields=(*BENCHES.fields[:2], replace(BENCHES.fields[2], title="Assises")))


@pytest.fixture
def benches(world: object) -> Dataset:
    """Two benches online, and the prices that a change would lose."""
    made = dataset()
    published(made, bench("B1"), bench("B2"))
    return made


def _request(made: Dataset) -> SchemaChange:
    plan = schema_plan(_online(), AFTER)
    accepted = [step.code for step in plan.losses]
    visitor = ADMINISTRATOR.visitor()
    return request_change(dataset=made, schema=AFTER, visitor=visitor, digest=plan.digest, accepted=accepted)


def _online() -> Delivery:
    return Delivery.objects.select_related("dataset__layer", "schema_version").get(state=DeliveryState.ONLINE)


def _count() -> int:
    """Count the rows online from another connection, as a reader does."""
    try:
        return access.scope(system_visitor(), "bancs").queryset.count()
    finally:
        connection.close()


def test_readers_go_on_while_the_worker_changes_the_schema(
    benches: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts: dict[str, int] = {}
    with ThreadPoolExecutor(1) as readers:

        def read(_run: Any, phase: ChangePhase) -> None:
            counts[phase] = readers.submit(_count).result(timeout=30)

        monkeypatch.setattr(jobs, "_report", read)
        job = _request(benches)
        SCHEMA_CHANGES.run(job.pk)

    job.refresh_from_db()
    assert counts == dict.fromkeys(ChangePhase, 2)
    assert (job.state, job.error) == (JobState.READY, "")
    assert job.delivery == _online()
    assert [field.title for field in _online().schema_version.schema.fields][-1] == "Assises"


def test_a_worker_that_died_after_its_transaction_changes_nothing_twice(benches: Dataset) -> None:
    job = _request(benches)
    SCHEMA_CHANGES.run(job.pk)
    number = _online().number
    SchemaChange.objects.update(state=JobState.RUNNING, delivery=None)
    SCHEMA_CHANGES.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.delivery) == (JobState.READY, _online())
    assert _online().number == number


@pytest.mark.parametrize("phase", [ChangePhase.COPYING, ChangePhase.PUBLISHING])
def test_a_change_that_is_killed_leaves_the_layer_as_it_was(
    benches: Dataset, monkeypatch: pytest.MonkeyPatch, phase: ChangePhase
) -> None:
    before, tables = _online(), set(tables_of(benches.pk))

    def kill(_run: Any, begun: ChangePhase) -> None:
        if begun is phase:
            with ThreadPoolExecutor(1) as other:
                other.submit(_terminate, connection.connection.info.backend_pid).result(timeout=30)

    monkeypatch.setattr(jobs, "_report", kill)
    job = _request(benches)
    SCHEMA_CHANGES.run(job.pk)

    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert _online() == before
    assert set(tables_of(benches.pk)) == tables
    assert _count() == 2


def _terminate(backend: int) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [backend])
    finally:
        connection.close()


def test_one_change_of_a_dataset_waits_at_a_time(benches: Dataset) -> None:
    _request(benches)
    with pytest.raises(jobs.ImportUnderWay):
        _request(benches)
