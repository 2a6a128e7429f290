"""A running server with the layers that clients are asked about, and the log of what they ask it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from urllib.parse import unquote_plus

import pytest
from django.core.signals import request_started
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.postgresql.base import DatabaseWrapper
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer

from layers.models import Commune
from tests.conformance.subjects import SUBJECTS, Subject
from tests.database_states import READ_ONLY, STATES
from tests.world import World

# Between two changes: a reader of small pages must not chase the end of the table for ever.
_PAUSE = 0.05


@contextmanager
def pooled() -> Iterator[None]:
    """Let the threads of the server share connections: each new one, a request, would load PROJ again."""
    options = connections.settings[DEFAULT_DB_ALIAS]["OPTIONS"]
    is_shared = connection.settings_dict["OPTIONS"] is options  # by the test, which commits
    if is_shared:
        connection.close()
    options["pool"] = {"min_size": 1, "max_size": 8, "timeout": 30}
    yield
    if is_shared:
        connection.close()
    del options["pool"]
    pool = DatabaseWrapper._connection_pools.pop(DEFAULT_DB_ALIAS, None)
    if pool is not None:
        pool.close()


@pytest.fixture
def transactional_db(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """A database that server and clients share: emptied afterwards, unless it refuses writes."""
    with django_db_blocker.unblock(), pooled():
        if STATES.selected not in READ_ONLY:
            request.getfixturevalue("transactional_db")  # pytest-django's own
        yield


@pytest.fixture
def subjects(transactional_db: None) -> None:
    """Every subject with its rows, in a database that refuses writes."""


@pytest.fixture
def shown(transactional_db: None) -> World:
    """The small world and its people, for clients of a server to read: see ``tests.world``."""
    found: World = STATES.content("world")
    return found


@pytest.fixture(params=SUBJECTS, ids=str)
def subject(request: pytest.FixtureRequest, subjects: None) -> Subject:
    """A layer with its rows, to be read."""
    found: Subject = request.param
    return found


@pytest.fixture(params=SUBJECTS, ids=str)
def changing(
    request: pytest.FixtureRequest, live_server: LiveServer, catalogue: dict[str, Commune], media: Path
) -> Subject:
    """A layer with its rows, on a running server, for the test to change."""
    found: Subject = request.param
    found.build()
    return found


@pytest.fixture
def asked() -> Iterator[list[str]]:
    """The addresses asked of the server, in clear."""
    addresses: list[str] = []

    def note(environ: dict[str, str] | None = None, **_more: object) -> None:
        if environ is not None:
            addresses.append(f"{environ['PATH_INFO']}?{unquote_plus(environ['QUERY_STRING'])}")

    request_started.connect(note)
    yield addresses
    request_started.disconnect(note)


@pytest.fixture
def turmoil(changing: Subject) -> Iterator[set[int]]:
    """Delete and insert rows as fast as the database does it; the rows given are those nobody touches."""
    ids = changing.ids()
    moving, still = ids[::4], set(ids) - set(ids[::4])
    stop = Event()
    thread = Thread(target=_churn, args=(changing, moving, stop))
    thread.start()
    yield still
    stop.set()
    thread.join()


def _churn(subject: Subject, ids: list[int], stop: Event) -> None:
    meta = subject.rows().model._meta
    columns = ", ".join(_written(meta.db_table))
    statement = (
        f'WITH gone AS (DELETE FROM "{meta.db_table}" WHERE id = %s RETURNING *) '
        f'INSERT INTO "{meta.db_table}" (id, {columns}) '
        f'SELECT (SELECT max(id) + 1 FROM "{meta.db_table}"), {columns} FROM gone RETURNING id'
    )
    moving = list(ids)
    try:
        while not stop.wait(_PAUSE):
            with connection.cursor() as cursor:
                cursor.execute(statement, [moving[0]])
                moving = [*moving[1:], *(pk for (pk,) in cursor.fetchall())]
    finally:
        connection.close()


def _written(table: str) -> list[str]:
    """Return the quoted columns that an INSERT may write: neither the id nor what the database computes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
            " AND NOT attisdropped AND attgenerated = '' AND attname <> 'id'",
            [f'"{table}"'],
        )
        return [name for (name,) in cursor.fetchall()]
