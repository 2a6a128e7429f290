"""The query limiter: so many heavy queries at once in all processes, and so many of each client; a slot never leaks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.db import connection

from layers.errors import Busy, TooCostly
from layers.sql.costs import reading
from layers.sql.limits import time_limit, work_limit
from layers.sql.query_limiter import SLOTS, acquire_slot, check_retry_after, query_budget

pytestmark = pytest.mark.django_db
SOMEBODY, ANOTHER = "account 1", "account 2"


@pytest.fixture(autouse=True)
def hurried(settings: Any) -> None:
    """Nobody waits long for a place in these tests; two places, one for each client."""
    settings.HEAVY_WAIT_S, settings.HEAVY_PLACES, settings.HEAVY_PLACES_EACH = 0.15, 2, 1


@contextmanager
def other_process(*places: int) -> Iterator[psycopg.Connection[Any]]:
    """Hold slots in a session of its own, as another process does."""
    parameters = connection.get_connection_params()  # type: ignore[attr-defined]  # that of PostgreSQL alone
    parameters.pop("cursor_factory", None), parameters.pop("context", None)
    with psycopg.connect(**parameters, autocommit=True) as session:
        for place in places:
            session.execute("SELECT pg_advisory_lock(%s, %s)", [SLOTS, place])
        yield session


def held() -> int:
    """Return how many advisory locks this session holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
        return int(cursor.fetchone()[0])


def enters(client: str = SOMEBODY) -> bool:
    """Tell whether a request of a client finds a place."""
    with query_budget(lambda: client):
        try:
            acquire_slot()
        except Busy:
            return False
        return True


def test_last_place_is_given() -> None:
    with other_process(0):
        assert enters()


def test_without_a_free_slot_the_answer_is_busy() -> None:
    with other_process(0, 1):
        assert not enters()


def test_busy_says_when_to_come_back(settings: Any) -> None:
    settings.HEAVY_RETRY_S = 7
    with other_process(0, 1), query_budget(lambda: SOMEBODY), pytest.raises(Busy) as fault:
        acquire_slot()
    assert fault.value.retry_after == 7


def test_place_of_a_process_that_died_is_free() -> None:
    with other_process(0, 1) as session:
        session.close()
        assert enters()


def test_request_takes_one_place_for_all_its_reads() -> None:
    with other_process(0), query_budget(lambda: SOMEBODY):
        acquire_slot()
        acquire_slot()
        assert held() == 2  # one of all slots, and one of the client


def test_second_place_of_a_client_is_refused(settings: Any) -> None:
    with other_process() as session:
        with query_budget(lambda: SOMEBODY) as work:
            acquire_slot()
            own = work.locks[0]
        session.execute("SELECT pg_advisory_lock(%s, %s)", list(own))
        assert {client: enters(client) for client in (SOMEBODY, ANOTHER)} == {SOMEBODY: False, ANOTHER: True}


def test_refused_request_holds_nothing() -> None:
    with other_process(0, 1), query_budget(lambda: SOMEBODY):
        with pytest.raises(Busy):
            acquire_slot()
        assert held() == 0


def test_place_is_free_after_an_answer() -> None:
    enters()
    assert held() == 0


def test_place_is_free_after_an_error() -> None:
    with pytest.raises(ZeroDivisionError), query_budget(lambda: SOMEBODY), time_limit("page"):
        acquire_slot()
        raise ZeroDivisionError
    assert held() == 0


def test_work_of_nobody_takes_no_place() -> None:
    with other_process(0, 1):
        assert enters(client="")


def test_few_threads_of_a_process_wait(settings: Any) -> None:
    settings.HEAVY_WAITING, settings.HEAVY_WAIT_S = 0, 3_600
    with other_process(0, 1):
        assert not enters()


def test_who_comes_back_too_soon_is_refused_without_a_read() -> None:
    with other_process(0, 1):
        enters()
    with pytest.raises(Busy) as fault:
        check_retry_after(SOMEBODY)
    assert 0 < fault.value.retry_after <= 10


def test_who_was_not_refused_may_ask() -> None:
    with other_process(0, 1):
        enters()
    check_retry_after(ANOTHER)


def test_refusal_ends_when_it_says(settings: Any) -> None:
    settings.HEAVY_RETRY_S = 0
    with other_process(0, 1):
        enters()
    check_retry_after(SOMEBODY)


def test_a_costly_join_uses_one_process(settings: Any) -> None:
    settings.HEAVY_COST = 1
    with query_budget(lambda: SOMEBODY), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM generate_series(1, 10000) /* spatial join touching x1.0000 */")
        cursor.execute("SHOW max_parallel_workers_per_gather")
        assert cursor.fetchone() == ("0",)


def test_heavy_read_takes_a_place(settings: Any) -> None:
    settings.HEAVY_COST = 1
    with query_budget(lambda: SOMEBODY) as work, reading("count"), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM generate_series(1, 10000)")
        assert work.locks


def test_light_read_takes_none() -> None:
    with query_budget(lambda: SOMEBODY) as work, reading("count"), connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert not work.locks


def test_join_over_the_bound_is_refused(settings: Any) -> None:
    settings.REFUSED_COST = 10
    with pytest.raises(TooCostly), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM generate_series(1, 10000) /* spatial join touching x1.0000 */")


def test_long_read_without_join_is_not_refused(settings: Any) -> None:
    settings.REFUSED_COST = 10
    with reading("whole"), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM generate_series(1, 10000)")
        assert cursor.fetchone() == (10_000,)


def test_import_has_more_time_than_a_request(settings: Any) -> None:
    settings.WORK_TIMEOUTS = {"import": 777}
    with work_limit("import"), connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("777s",)
