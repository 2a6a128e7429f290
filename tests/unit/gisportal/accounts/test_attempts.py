"""How attempts on an identity are counted: what is free, what waits and how long, and what a process remembers."""

from __future__ import annotations

import logging
import time

import pytest
from fakeredis import FakeRedisConnection, FakeServer
from limits.storage import MemoryStorage, RedisStorage
from redis import ConnectionPool

from gisportal.accounts import lockout
from gisportal.accounts.lockout import AttemptCounter, AttemptLimit

PAIR = (AttemptLimit("pair", 3),)


class Clock:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of the counts."""
    moved = Clock()
    monkeypatch.setattr(time, "time", moved)
    return moved


def alone(processes: int = 1) -> AttemptCounter:
    """A process without Redis."""
    return AttemptCounter(MemoryStorage(), processes=processes)


def sharing(server: FakeServer, clock: Clock | None = None) -> AttemptCounter:
    """A process that shares a Redis."""
    pool = ConnectionPool(connection_class=FakeRedisConnection, server=server)
    storage = RedisStorage("redis://", connection_pool=pool, key_prefix="gisportal", wrap_exceptions=True)
    return AttemptCounter(storage, clock=clock or time.monotonic)


def waits(counter: AttemptCounter, times: int, limits: tuple[AttemptLimit, ...] = PAIR) -> list[int]:
    """Try some times and return how long each attempt was told to wait."""
    return [counter.take(limits) for _time in range(times)]


@pytest.fixture(params=["alone", "sharing"])
def counter(request: pytest.FixtureRequest, clock: Clock) -> AttemptCounter:
    """A counter, with and without Redis."""
    return alone() if request.param == "alone" else sharing(FakeServer())


def test_the_free_attempts_and_one_more_go_on(counter: AttemptCounter) -> None:
    assert waits(counter, 5) == [0, 0, 0, 0, 15]


def test_who_waits_is_not_counted(counter: AttemptCounter) -> None:
    assert waits(counter, 40)[-1] == 15


def test_each_failure_after_a_wait_doubles_it(clock: Clock) -> None:
    counter, told = alone(), []
    waits(counter, 4)
    for _round in range(9):
        told.append(counter.take(PAIR))
        clock.now += told[-1]
        counter.take(PAIR)
    assert told == [15, 30, 60, 120, 240, 480, 900, 900, 900]


def test_of_attempts_that_come_together_after_the_free_ones_one_goes_on() -> None:
    server = FakeServer()
    first, second = sharing(server), sharing(server)
    waits(first, 3)
    limit, told = PAIR[0], []
    for one in (first, second):  # both have seen that nobody waits
        told.append(one._count(one._shared, limit))
    assert [told[0], told[1] > 0] == [0, True]


def test_an_hour_after_the_first_attempt_all_are_free_again(clock: Clock) -> None:
    counter = alone()
    waits(counter, 4)
    clock.now += 3_600
    assert waits(counter, 4) == [0, 0, 0, 0]


def test_an_attempt_given_back_is_free_again(counter: AttemptCounter) -> None:
    waits(counter, 3)
    counter.give_back(PAIR)
    assert waits(counter, 3) == [0, 0, 15]


def test_an_attempt_given_back_ends_the_wait_it_began(counter: AttemptCounter) -> None:
    waits(counter, 4)
    counter.give_back(PAIR)
    assert counter.take(PAIR) == 0


def test_what_is_forgotten_begins_again(counter: AttemptCounter) -> None:
    waits(counter, 5)
    counter.forget(PAIR[0])
    assert waits(counter, 4) == [0, 0, 0, 0]


def test_the_longest_wait_of_several_limits_is_told(counter: AttemptCounter) -> None:
    waits(counter, 6, (AttemptLimit("network", 50), *PAIR))
    assert counter.take((AttemptLimit("network", 50), AttemptLimit("other", 3), *PAIR)) == 15


def test_an_attempt_that_waits_for_one_limit_counts_under_no_other(counter: AttemptCounter) -> None:
    waits(counter, 20, (AttemptLimit("network", 5), *PAIR))
    assert counter.take((AttemptLimit("network", 5),)) == 0


def test_a_name_is_remembered_as_long_as_asked(clock: Clock) -> None:
    counter = alone()
    counter.mark("name", 60)
    before = counter.is_marked("name")
    clock.now += 61
    assert (before, counter.is_marked("name")) == (True, False)


def test_processes_share_what_is_free() -> None:
    assert waits(alone(processes=3), 3) == [0, 0, 15]


def test_a_process_remembers_no_more_than_its_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lockout, "MAX_COUNTS", 40)
    storage = MemoryStorage()
    counter = AttemptCounter(storage)
    for number in range(400):
        counter.take((AttemptLimit(str(number), 3),))
    assert len(storage.storage) <= 41


def test_who_guesses_most_is_remembered_when_many_names_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lockout, "MAX_COUNTS", 40)
    counter = alone()
    waits(counter, 4)
    for number in range(400):
        counter.take((AttemptLimit(str(number), 3),))
    assert counter.take(PAIR) > 0


def test_names_that_are_forgotten_lend_their_count_to_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lockout, "MAX_COUNTS", 40)
    counter = alone()
    for number in range(400):
        waits(counter, 2, (AttemptLimit(str(number), 3),))
    assert waits(counter, 4, (AttemptLimit("innocent", 3),)) == [0, 0, 0, 0]


def test_guesses_are_counted_by_the_process_while_redis_fails(clock: Clock) -> None:
    counter = sharing(server := FakeServer(), clock)
    server.connected = False
    assert waits(counter, 5) == [0, 0, 0, 0, 15]


def test_a_redis_that_is_back_counts_attempts_again(clock: Clock) -> None:
    counter = sharing(server := FakeServer(), clock)
    waits(counter, 4)
    server.connected = False
    counter.take(PAIR)
    server.connected = True
    clock.now += 11
    assert counter.take(PAIR) > 0


def test_a_redis_that_fails_is_told_without_its_address(caplog: pytest.LogCaptureFixture) -> None:
    counter = sharing(server := FakeServer())
    server.connected = False
    with caplog.at_level(logging.ERROR):
        waits(counter, 5)
    assert caplog.messages == ["Attempts are counted by each process, Redis fails: ConnectionError"]


def test_nothing_is_stored_by_its_name() -> None:
    counter = sharing(server := FakeServer())
    counter.take((AttemptLimit("198.51.100.7 marie", 3),))
    assert [key for key in server.dbs[0] if b"marie" in key] == []
