"""The windows in which requests are counted, by one process or by several that share a Redis."""

from __future__ import annotations

import logging
import runpy
import threading
import time

import pytest
from fakeredis import FakeRedisConnection, FakeServer
from limits.storage import RedisStorage
from pytest_django import Settings
from redis import ConnectionPool

from gisportal.accounts import rate_limits
from gisportal.accounts.rate_limits import RETRY_SECONDS, ProcessCounts, QuotaStatus, RequestCounter
from tests.architecture.tree import ROOT


class Clock:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of the windows that a process keeps for itself."""
    moved = Clock()
    monkeypatch.setattr(time, "time", moved)
    return moved


def alone(processes: int = 1) -> RequestCounter:
    """A process without Redis."""
    return RequestCounter(ProcessCounts(), processes=processes)


def sharing(server: FakeServer, clock: Clock | None = None) -> RequestCounter:
    """A process that shares a Redis."""
    pool = ConnectionPool(connection_class=FakeRedisConnection, server=server)
    storage = RedisStorage("redis://", connection_pool=pool, key_prefix="gisportal", wrap_exceptions=True)
    return RequestCounter(storage, clock=clock or time.monotonic)


def counted(counter: RequestCounter, times: int = 1, caller: str = "a") -> QuotaStatus:
    """Count requests and return the standing after the last."""
    return [standing_of(counter, caller) for _time in range(times)][-1]


def standing_of(counter: RequestCounter, caller: str = "a") -> QuotaStatus:
    standing = counter.count(caller, policy="anonymous", quota=3)
    assert standing is not None
    return standing


@pytest.mark.parametrize(("times", "remaining"), [(1, 2), (3, 0), (4, -1)])
def test_each_request_takes_one(times: int, remaining: int) -> None:
    assert counted(alone(), times).remaining == remaining


def test_callers_are_counted_apart() -> None:
    counter = alone()
    counted(counter, 3)
    assert counted(counter, caller="b").remaining == 2


@pytest.mark.parametrize(("seconds", "remaining"), [(59.9, -1), (60, 2)])
def test_a_window_starts_again_after_a_minute(clock: Clock, seconds: float, remaining: int) -> None:
    counter = alone()
    counted(counter, 3)
    clock.now += seconds
    assert counted(counter).remaining == remaining


def test_the_time_left_is_rounded_up(clock: Clock) -> None:
    counter = alone()
    counted(counter)
    clock.now += 20.5
    assert counted(counter).reset == 40


@pytest.mark.parametrize(("processes", "quota"), [(0, 3), (1, 3), (2, 2), (3, 1), (8, 1)])
def test_a_process_has_its_share_of_the_quota(processes: int, quota: int) -> None:
    assert counted(alone(processes)).quota == quota


def test_counting_starts_no_thread() -> None:
    counter = alone()
    before = threading.active_count()
    counted(counter, 50)
    assert threading.active_count() <= before


def test_what_expired_takes_no_room(clock: Clock) -> None:
    storage = ProcessCounts()
    counter = RequestCounter(storage)
    counted(counter, caller="a")
    clock.now += 120
    counted(counter, caller="b")
    assert len(storage.storage) == len(storage.expirations) == 1


def test_further_callers_take_no_more_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limits, "MAX_CALLERS", 10)
    monkeypatch.setattr(rate_limits, "_SHARED_DIGITS", 1)
    storage = ProcessCounts()
    counter = RequestCounter(storage)
    for number in range(200):
        counted(counter, caller=str(number))
    assert len(storage.storage) <= 10 + 16


def test_who_asks_most_is_not_forgotten_for_many_who_ask_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limits, "MAX_CALLERS", 10)
    counter = alone()
    counted(counter, 3)
    for number in range(200):
        counted(counter, caller=str(number))
    assert counted(counter).remaining == -1


def test_processes_that_share_a_redis_count_together() -> None:
    server = FakeServer()
    counted(sharing(server), 2)
    assert counted(sharing(server), 2).remaining == -1


def test_a_window_of_a_redis_lasts_a_minute() -> None:
    assert counted(sharing(FakeServer())).reset == 60


def test_two_portals_of_a_redis_are_counted_apart(settings: Settings) -> None:
    server = FakeServer()
    counted(sharing(server), 3)
    settings.SECRET_KEY = "of another portal"
    assert counted(sharing(server)).remaining == 2


def test_no_key_tells_who_asked() -> None:
    counter = sharing(server := FakeServer())
    counted(counter, caller="192.0.2.7")
    keys = list(server.dbs[0])
    assert (len(keys), any(b"192.0.2.7" in key for key in keys)) == (1, False)


def test_a_redis_that_fails_counts_nobody() -> None:
    counter = sharing(server := FakeServer())
    server.connected = False
    assert counter.count("a", policy="anonymous", quota=3) is None


def test_a_redis_that_fails_is_left_alone_for_a_while() -> None:
    counter = sharing(server := FakeServer(), clock := Clock())
    server.connected = False
    counter.count("a", policy="anonymous", quota=3)
    server.connected = True
    clock.now += RETRY_SECONDS - 1
    assert counter.count("a", policy="anonymous", quota=3) is None


def test_a_redis_that_is_back_counts_again() -> None:
    counter = sharing(server := FakeServer(), clock := Clock())
    server.connected = False
    counter.count("a", policy="anonymous", quota=3)
    server.connected = True
    clock.now += RETRY_SECONDS
    assert counted(counter).remaining == 2


def test_a_redis_that_fails_is_one_line_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    counter = sharing(server := FakeServer())
    server.connected = False
    with caplog.at_level(logging.ERROR):
        for _time in range(5):
            counter.count("a", policy="anonymous", quota=3)
    assert caplog.messages == ["Requests are not counted, Redis fails: ConnectionError"]


def test_a_redis_is_given_up_soon_and_at_once() -> None:
    asked = rate_limits.connection_pool("redis://redis.example/").connection_kwargs
    assert (asked["socket_timeout"], asked["socket_connect_timeout"]) == (0.2, 0.2)
    assert asked["retry"].get_retries() == 0


def test_processes_are_told_how_many_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_WORKERS", "5")
    served: dict[str, object] = {}
    monkeypatch.setattr("uvicorn.run", lambda _application, **options: served.update(options))
    runpy.run_path(str(ROOT / "deploy" / "serve.py"))["main"]()
    assert served["workers"] == 5


def test_headers_follow_the_draft() -> None:
    assert QuotaStatus("anonymous", 100, 40, 7).headers == {
        "RateLimit-Policy": '"anonymous";q=100;w=60',
        "RateLimit": '"anonymous";r=40;t=7',
    }


def test_nothing_remains_below_zero() -> None:
    assert QuotaStatus("anonymous", 100, -3, 7).headers["RateLimit"] == '"anonymous";r=0;t=7'
