"""What must not break an import, nor be broken by one: a killed process, a full disk, another import, a reader."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection
from psycopg.sql import SQL

from datasets.definitions import DatasetSchema, GeometryRecipe
from datasets.errors import BrokenEncoding, ImportUnderWay, LoadFailed
from datasets.loading import locks
from datasets.loading import services as loading_services
from datasets.loading.report import Outcome, write_report
from datasets.models import Dataset, Delivery
from datasets.publication.services import drop_dataset, publish
from datasets.publication.thinning import clean_up, thin
from datasets.readers.source import RawRow
from datasets.registry import definition_of
from datasets.sql import run
from datasets.vocabulary import DeliveryState
from layers.visitor import system_visitor
from tests import factories
from tests.database_address import database_address
from tests.deliveries import BENCH_TITLES, Lines, bench, dataset, deliver, field, published
from tests.waiting import until

ROOT = Path(__file__).resolve().parents[4]

_CHILD = """
import sys, django
django.setup()
from datasets.models import Dataset
from tests.deliveries import BENCH_TITLES, Lines, bench, deliver

class Slow(Lines):
    def rows(self):
        yield from super().rows()
        print("half-way", flush=True)
        sys.stdin.read()

deliver(Dataset.objects.get(), source=Slow(BENCH_TITLES, [bench(f"B{n}") for n in range(1000)]))
"""

_READER = """
import sys, django
django.setup()
from pathlib import Path
from datasets.models import Dataset
from datasets.inference import isolation
from sandbox import supervisor
from tests.deliveries import deliver

class Slow(isolation.IsolatedSource):
    def rows(self):
        rows = super().rows()
        for _number in range(1500):
            yield next(rows)
        server = supervisor.server.pid
        print(server, Path(f"/proc/{server}/task/{server}/children").read_text(), flush=True)
        sys.stdin.read()
    blocks = rows

isolation.IsolatedSource = Slow
with isolation.open_isolated(Path(sys.argv[1])) as source:
    deliver(Dataset.objects.get(), source=source)
"""


class Broken(Lines):
    """A file that turns out to be broken after its first row."""

    def rows(self) -> Iterator[RawRow]:
        """Yield one row, then fail as a reader does."""
        yield from super().rows()
        raise BrokenEncoding("ligne 3")


def tables() -> list[str]:
    """Return the tables of the schema ``datasets``."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'datasets' ORDER BY 1")
        return [name for (name,) in cursor.fetchall()]


@pytest.fixture
def committed(transactional_db: None) -> Iterator[Dataset]:
    """A dataset that other connections see; taken away afterwards with its tables."""
    factories.communes()
    made = dataset()
    yield made
    drop_dataset(dataset=made, visitor=system_visitor())


@pytest.fixture
def other(committed: Dataset) -> Iterator[psycopg.Connection]:
    """Another connection to the same database."""
    with psycopg.connect(database_address(), autocommit=True) as result:
        yield result


def _kill_half_way(program: str = _CHILD, *arguments: str) -> str:
    """Start an import in another process and kill it while it reads; return its word once the server knows."""
    environment = os.environ | {"DATABASE_URL": database_address(), "PYTHONPATH": str(ROOT)}
    child = subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert child.stdout is not None and child.stdin is not None
    told = child.stdout.readline().decode()
    assert told
    child.kill()
    child.communicate()
    pair = (locks._CLASS, Dataset.objects.get().pk)
    with connection.cursor() as cursor:  # waits for the dead process's lock
        cursor.execute("SELECT pg_advisory_lock(%s, %s), pg_advisory_unlock(%s, %s)", [*pair, *pair])
    return told


def test_import_works_after_a_killed_one_which_leaves_neither_table_nor_reader(
    committed: Dataset, tmp_path: Path
) -> None:
    path = tmp_path / "bancs.csv"
    lines = [";".join(str(text) for text in bench(f"B{number}")) for number in range(5_000)]
    path.write_text("\n".join([";".join(BENCH_TITLES), *lines]))
    before = tables()
    processes = list(map(int, _kill_half_way(_READER, str(path)).split()))
    until(lambda: not any(_runs(pid) for pid in processes))
    assert len(processes) == 2
    assert tables() == before
    assert deliver(committed, bench()).state == DeliveryState.READY
    assert Delivery.objects.get(number=1).state == DeliveryState.FAILED


def _runs(pid: int) -> bool:
    try:
        return "zombie" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def test_killed_import_leaves_no_table_and_is_told_after_cleaning(committed: Dataset) -> None:
    before = tables()
    _kill_half_way()
    assert tables() == before
    clean_up()
    assert [delivery.state for delivery in Delivery.objects.all()] == [DeliveryState.FAILED]


def test_second_import_of_a_dataset_is_told(committed: Dataset, other: psycopg.Connection) -> None:
    other.execute("SELECT pg_advisory_lock(%s, %s)", [locks._CLASS, committed.pk])
    with pytest.raises(ImportUnderWay):
        deliver(committed, bench())
    other.execute("SELECT pg_advisory_unlock_all()")


def test_cleaning_leaves_a_living_import_alone(committed: Dataset, other: psycopg.Connection) -> None:
    delivery = deliver(committed, bench())
    Delivery.objects.update(state=DeliveryState.LOADING)
    other.execute("SELECT pg_advisory_lock(%s, %s)", [locks._CLASS, committed.pk])
    clean_up()
    delivery.refresh_from_db()
    other.execute("SELECT pg_advisory_unlock_all()")
    assert delivery.state == DeliveryState.LOADING


def test_lock_is_free_after_an_import(committed: Dataset, other: psycopg.Connection) -> None:
    deliver(committed, bench())
    result = other.execute("SELECT pg_try_advisory_lock(%s, %s)", [locks._CLASS, committed.pk]).fetchone()
    other.execute("SELECT pg_advisory_unlock_all()")
    assert result == (True,)


def test_publication_waits_for_no_reader(committed: Dataset, other: psycopg.Connection) -> None:
    published(committed, bench("B1"))
    second = deliver(committed, bench("B2"))
    with other.transaction():
        other.execute(f'SELECT count(*) FROM datasets."d{committed.pk}_v1"')  # holds its lock to the end
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '5s'")
        publish(delivery=second, visitor=system_visitor())
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")
    assert definition_of(second).model._default_manager.count() == 1


def test_thinning_takes_nothing_from_what_is_online(committed: Dataset) -> None:
    made = published(committed, bench("B1"))
    thin(dataset=committed, visitor=system_visitor())
    assert made.table in tables()


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL says that its disk is full when the rows come."""
    failure = "DO $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$"
    monkeypatch.setattr(loading_services, "_copy", lambda *_work: run(SQL(failure)))


@pytest.mark.usefixtures("communes", "full_disk")
def test_full_disk_is_told_in_plain_words() -> None:
    with pytest.raises(LoadFailed, match="disque"):
        deliver(dataset(), bench())


@pytest.mark.usefixtures("communes", "full_disk")
def test_full_disk_leaves_nothing_but_an_interrupted_delivery() -> None:
    before = tables()
    with pytest.raises(LoadFailed):
        deliver(dataset(), bench())
    assert (tables(), Delivery.objects.get().state) == (before, DeliveryState.FAILED)


@pytest.mark.usefixtures("communes")
def test_file_that_breaks_while_read_leaves_nothing() -> None:
    before = tables()
    with pytest.raises(BrokenEncoding):
        deliver(dataset(), source=Broken(BENCH_TITLES, [bench()]))
    assert (tables(), Delivery.objects.get().state) == (before, DeliveryState.FAILED)


@pytest.mark.usefixtures("communes")
def test_bad_delivery_never_replaces_what_is_online() -> None:
    to = dataset()
    good = published(to, bench("B1"))
    deliver(to, bench("B1", places="beaucoup"))
    assert Dataset.objects.get().online == good


@pytest.mark.usefixtures("communes")
def test_widest_schema_is_loaded() -> None:
    schema = DatasetSchema(fields=tuple(field(f"c{n}", "int" if n % 2 else "text") for n in range(500)))
    delivery = deliver(dataset(schema=schema), [str(n) for n in range(500)], schema=schema,
                       titles=[f"c{n}" for n in range(500)], recipe=GeometryRecipe())  # fmt: skip
    assert delivery.state == DeliveryState.READY


@pytest.mark.usefixtures("communes")
@pytest.mark.parametrize("error", [-1, 1], ids=["a row less", "a row more"])
def test_rows_that_the_report_does_not_count_fail_the_loading(
    monkeypatch: pytest.MonkeyPatch, error: int
) -> None:
    def miscount(*work: Any) -> Outcome:
        outcome = write_report(*work)
        return replace(outcome, read=outcome.read + error)

    monkeypatch.setattr(loading_services, "write_report", miscount)
    with pytest.raises(LoadFailed):
        deliver(dataset(), bench(), bench("B2"))
    assert Delivery.objects.get().state == DeliveryState.FAILED
