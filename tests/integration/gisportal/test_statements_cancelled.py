"""A statement whose client hung up, or that lasts too long, is cancelled; nothing else is."""

from __future__ import annotations

import time

import psycopg
import pytest
from django.db import DEFAULT_DB_ALIAS, OperationalError, connections, transaction

from gisportal import query_limits
from gisportal.query_limits import DisconnectCheck, DisconnectWatcher
from layers.sql.query_limiter import query_budget

pytestmark = pytest.mark.django_db
# Nobody waits so long when the statement is cancelled.
LONG_S = 30


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look soon."""
    monkeypatch.setattr(query_limits, "PATIENCE_S", 0.0)
    monkeypatch.setattr(query_limits, "LOOK_S", 0.02)


def sleep(
    has_hung_up: DisconnectCheck | None, seconds: float, *, asleep: float = LONG_S, is_reading: bool = True
) -> bool:
    """Let PostgreSQL sleep in a request that may last ``seconds``; return whether it was cancelled."""
    own = connections[DEFAULT_DB_ALIAS]
    with (
        query_budget(lambda: "", seconds=seconds, is_reading=is_reading) as work,
        DisconnectWatcher().watching(own, has_hung_up, work),
    ):
        try:
            with transaction.atomic(), own.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(%s)", [asleep])
        except OperationalError as error:
            return isinstance(error.__cause__, psycopg.errors.QueryCanceled)
    return False


def test_statement_of_who_hung_up_is_cancelled() -> None:
    assert sleep(lambda: True, LONG_S)


def test_statement_of_a_request_that_lasts_too_long_is_cancelled() -> None:
    assert sleep(None, 0.0)


def test_statement_of_a_request_that_writes_is_left_alone() -> None:
    assert not sleep(lambda: True, 0.0, asleep=0.2, is_reading=False)


def test_statement_of_who_waits_goes_on() -> None:
    assert not sleep(lambda: False, LONG_S, asleep=0.2)


def test_next_request_of_the_connection_is_left_alone() -> None:
    gone = time.monotonic() + LONG_S
    sleep(lambda: True, LONG_S)
    assert not sleep(lambda: time.monotonic() > gone, LONG_S, asleep=0.2)
