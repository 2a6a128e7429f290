"""A request has one end for all that it reads: its statements stop there, and no other one begins."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection

from layers.errors import TooSlow
from layers.sql import query_limiter
from layers.sql.costs import reading
from layers.sql.limits import binary_row, one_read, time_limit
from layers.sql.query_limiter import (
    check_time_to_write,
    declare_reading,
    forget_time,
    query_budget,
    time_left,
)
from tests.request_clock import Clock, still_clock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(settings: Any) -> Iterator[Clock]:
    """A list may last 10 s, a whole layer 120 s; time stands still."""
    settings.LAYER_TIMEOUTS = {"list": 10, "whole": 120}
    with still_clock() as found:
        yield found


def nobody() -> str:
    return ""


def timeout() -> str:
    """Return the time that a statement may take."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        return str(cursor.fetchone()[0])


def sleep() -> None:
    """Let PostgreSQL sleep for longer than any test."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(60)")


def by_block() -> None:
    with time_limit("list"):
        pass


def by_one_read() -> None:
    with one_read("list", "SELECT 1", []):
        pass


def by_binary_row() -> None:
    binary_row("list", "SELECT 1", [])


def test_a_read_has_what_is_left_of_the_request(clock: Clock) -> None:
    with query_budget(nobody, seconds=30, is_reading=True):
        clock.seconds = 27.5
        with time_limit("list"):
            assert timeout() == "2500ms"


def test_a_read_has_no_more_than_its_kind() -> None:
    with query_budget(nobody, seconds=30, is_reading=True), time_limit("list"):
        assert timeout() == "10s"


@pytest.mark.parametrize("read", [by_block, by_one_read, by_binary_row])
def test_no_read_begins_when_the_time_is_over(clock: Clock, read: Callable[[], None]) -> None:
    with query_budget(nobody, seconds=30, is_reading=True):
        clock.seconds = 30
        with pytest.raises(TooSlow, match="plus de 30 secondes"):
            read()


def test_no_statement_of_a_read_begins_when_the_time_is_over(clock: Clock) -> None:
    with query_budget(nobody, seconds=30, is_reading=True), reading("list"), connection.cursor() as cursor:
        clock.seconds = 30
        with pytest.raises(TooSlow):
            cursor.execute("SELECT 1")


def test_a_statement_that_the_end_of_the_request_stops_says_its_time(clock: Clock) -> None:
    with query_budget(nobody, seconds=30, is_reading=True):
        clock.seconds = 29.99
        with pytest.raises(TooSlow, match="plus de 30 secondes"), time_limit("list"):
            sleep()


def test_a_whole_layer_has_its_own_time_once(clock: Clock) -> None:
    with query_budget(nobody, seconds=30, is_reading=True) as work:
        for clock.seconds in (0, 100):
            with time_limit("whole"):
                pass
        assert work.left == 20


def test_a_transaction_that_writes_is_not_stopped(clock: Clock) -> None:
    with query_budget(nobody, seconds=30):
        clock.seconds = 31
        with time_limit("list"):  # tests run in a transaction
            assert timeout() == "10s"


def test_a_transaction_begins_no_search_when_the_time_is_over(clock: Clock) -> None:
    with query_budget(nobody, seconds=30):
        clock.seconds = 31
        with pytest.raises(TooSlow):
            check_time_to_write()


def test_what_a_request_reads_outside_a_transaction_ends_whatever_its_method(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(query_limiter, "connection", SimpleNamespace(in_atomic_block=False))
    with query_budget(nobody, seconds=30):
        clock.seconds = 31
        assert time_left() == -1


def test_a_request_that_only_reads_ends_whatever_its_method(clock: Clock) -> None:
    with query_budget(nobody, seconds=30):
        declare_reading()
        clock.seconds = 31
        assert time_left() == -1


def test_a_refusal_may_read_what_its_page_shows(clock: Clock) -> None:
    with query_budget(nobody, seconds=30, is_reading=True):
        clock.seconds = 31
        forget_time()
        with time_limit("list"):
            assert timeout() == "10s"


def test_what_is_no_request_has_no_end() -> None:
    with time_limit("list"):
        assert timeout() == "10s"
