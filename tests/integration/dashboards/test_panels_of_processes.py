"""Panels that two servers miss at once: one computes for both, and may be killed meanwhile."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from http.client import HTTPException
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from bench.server import Server
from heritage.models import RemarkableTree
from layers.queries.shared_answers import ANSWER_LOCK
from tests import dashboards, factories
from tests.database_address import database_address
from tests.examples import is_thorough
from tests.server_processes import PATIENCE_S, serving, status
from tests.waiting import until
from tests.world import TREES

TABLE = RemarkableTree._meta.db_table
PANEL = "/tableaux-de-bord/arbres/nombre/"
READERS = 50 if is_thorough() else 16
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def servers(catalogue: object, tmp_path: Path) -> Iterator[list[Server]]:
    """Two servers of a public dashboard with a panel, which none has read."""
    panels = [{"id": "nombre", "kind": "figure", "title": "Arbres", "question": {"layer": TREES}}]
    dashboards.dashboard("arbres", sections=[{"id": "tout", "panels": panels}], is_public=True)
    factories.tree()
    with serving(tmp_path, settings="tests.sharing_settings", count=2) as started:
        yield started


def get(server: Server, path: str) -> int:
    """Return the status of the answer to a part of a page."""
    return status(server, path, {"HX-Request": "true"})


def computing() -> int:
    """Return how many statements wait to count the rows of the table.

    A process that started reads its words beside the first requests (``gisportal.warm_up``), and counts nothing.
    """
    return _total("relation = %s::regclass AND query LIKE '%%count(*)%%'", TABLE)


def waiting() -> int:
    """Return how many statements wait for an answer that another computes."""
    return _total("locktype = 'advisory' AND classid = %s", ANSWER_LOCK)


def _total(condition: str, value: str | int) -> int:
    """Return how many statements wait for a lock under a condition."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE NOT granted AND {condition}",
            [value],
        )
        return int(cursor.fetchone()[0])


def test_two_servers_compute_a_panel_once_and_survive_the_death_of_who_computes(
    servers: list[Server],
) -> None:
    first, second = servers
    with psycopg.connect(database_address()) as locking, ThreadPoolExecutor(READERS) as readers:
        locking.execute(f"LOCK TABLE {TABLE} IN ACCESS EXCLUSIVE MODE")
        lost: Future[int] = readers.submit(get, first, PANEL)
        until(lambda: computing() == 1)
        served = [readers.submit(get, second, PANEL) for _reader in range(READERS - 1)]
        until(lambda: waiting() == 1)
        assert computing() == 1
        for pid in first.workers():
            os.kill(pid, signal.SIGKILL)
        until(lambda: waiting() == 0 and computing() == 1)
        locking.rollback()
        assert {future.result(PATIENCE_S) for future in served} == {200}
        with pytest.raises((OSError, HTTPException)):
            lost.result(PATIENCE_S)
