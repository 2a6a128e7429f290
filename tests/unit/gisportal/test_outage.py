"""What tells a database that is away from a defect, how long requests wait, and what the log says."""

from __future__ import annotations

import logging
import sys
from types import SimpleNamespace

import psycopg
import pytest
from django.db import DatabaseError, InterfaceError, OperationalError
from psycopg import errors
from psycopg_pool import PoolClosed, PoolTimeout, TooManyRequests

from gisportal import outage
from gisportal.outage import HURRIED_SECONDS, OneLine, Outage, is_outage

AWAY = [
    PoolTimeout("couldn't get a connection after 5.00 sec"),
    PoolClosed(),
    TooManyRequests(),
    psycopg.OperationalError("connection failed: Connection refused"),
    errors.ConnectionFailure(),
    errors.TooManyConnections(),
    errors.AdminShutdown(),
    errors.CrashShutdown(),
    errors.CannotConnectNow(),
]
DEFECTS = [
    errors.QueryCanceled(),
    errors.DeadlockDetected(),
    errors.DiskFull(),
    errors.UndefinedTable(),
    errors.InvalidTextRepresentation(),
    ValueError("a defect"),
]
IN_DJANGO = {psycopg.OperationalError: OperationalError, psycopg.InterfaceError: InterfaceError}


def wrapped(origin: Exception) -> Exception:
    """Return the error as Django raises it."""
    kind = next((mine for theirs, mine in IN_DJANGO.items() if isinstance(origin, theirs)), DatabaseError)
    error = kind(*origin.args)
    error.__cause__ = origin
    return error


class Pool:
    """A pool of connections that only waits and is checked."""

    def __init__(self) -> None:
        self.timeout, self.checks = 5.0, 0

    def check(self) -> None:
        self.checks += 1


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> Pool:
    """The pool of the process, and a connection that works."""
    pool = Pool()
    works = SimpleNamespace(pool=pool, connection=object(), is_usable=lambda: True)
    monkeypatch.setattr(outage, "connection", works)
    return pool


@pytest.mark.parametrize("error", AWAY, ids=lambda error: type(error).__name__)
def test_a_database_that_is_away_is_an_outage(error: Exception) -> None:
    assert is_outage(error) is True
    assert is_outage(wrapped(error)) is True


@pytest.mark.parametrize("error", DEFECTS, ids=lambda error: type(error).__name__)
def test_a_defect_is_no_outage(error: Exception) -> None:
    assert is_outage(error) is False
    assert is_outage(wrapped(error)) is False


@pytest.mark.parametrize(
    ("held", "is_away"),
    [(None, True), (SimpleNamespace(closed=True), True), (SimpleNamespace(closed=False), False)],
    ids=["none", "cut", "works"],
)
def test_use_of_a_connection_that_was_cut_is_an_outage(
    monkeypatch: pytest.MonkeyPatch, held: object, is_away: bool
) -> None:
    monkeypatch.setattr(outage, "connection", SimpleNamespace(connection=held))
    assert is_outage(wrapped(psycopg.InterfaceError("closed"))) == is_away


def test_requests_hardly_wait_after_one_waited_in_vain(pool: Pool) -> None:
    Outage().begin(PoolTimeout())
    assert (pool.timeout, pool.checks) == (HURRIED_SECONDS, 0)


def test_connections_that_died_are_dropped_and_the_next_are_waited_for(pool: Pool) -> None:
    Outage().begin(errors.AdminShutdown())
    assert (pool.timeout, pool.checks) == (5.0, 1)


def test_patience_comes_back_with_the_database(pool: Pool) -> None:
    known = Outage()
    known.begin(PoolTimeout())
    known.begin(PoolTimeout())
    known.end_if_over()
    assert (pool.timeout, known.is_open) == (5.0, False)


def test_an_answer_made_without_the_database_proves_nothing(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = Outage()
    known.begin(PoolTimeout())
    monkeypatch.setattr(outage, "connection", SimpleNamespace(pool=pool, connection=None))
    known.end_if_over()
    assert (pool.timeout, known.is_open) == (HURRIED_SECONDS, True)


def recorded(error: Exception) -> str:
    """Return what the log writes of a request that failed."""
    try:
        raise error
    except type(error):
        record = logging.LogRecord("django.request", 40, "", 0, "%s: %s", ("Erreur", "/api/"), sys.exc_info())
    assert OneLine().filter(record)
    return logging.Formatter().format(record)


def test_an_outage_is_one_line_with_its_cause() -> None:
    error = psycopg.OperationalError('connection to "db" failed: refused\n\tIs the server running?')
    assert recorded(error) == 'Erreur: /api/ (database: connection to "db" failed: refused)'


def test_a_defect_keeps_its_traceback() -> None:
    assert "Traceback" in recorded(ValueError("a defect"))
