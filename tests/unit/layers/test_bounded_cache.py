"""What a process remembers: bounded, and computed once when several threads miss it at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Barrier, Event

import pytest

from layers.queries.cache import BoundedCache

THREADS = 8


def test_threads_that_miss_a_value_at_once_compute_it_once() -> None:
    cache, calls, start, go = BoundedCache[int](4), count(1), Barrier(THREADS + 1), Event()

    def compute() -> int:
        go.wait(10)
        return next(calls)

    def recall() -> int:
        start.wait(10)
        return cache.recall("key", compute)

    with ThreadPoolExecutor(THREADS) as threads:
        found = [threads.submit(recall) for _ in range(THREADS)]
        start.wait(10)
        go.set()
        assert {each.result(10) for each in found} == {1}


def test_a_thread_that_fails_leaves_the_others_to_compute() -> None:
    cache, led, fail = BoundedCache[str](4), Event(), Event()

    def broken() -> str:
        led.set()
        fail.wait(10)
        raise ValueError

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(cache.recall, "key", broken)
        led.wait(10)
        second = threads.submit(cache.recall, "key", lambda: "mine")
        fail.set()
        with pytest.raises(ValueError):
            first.result(10)
        assert second.result(10) == "mine"


def test_a_failure_is_not_remembered() -> None:
    cache = BoundedCache[int](4)
    with pytest.raises(ZeroDivisionError):
        cache.recall("key", lambda: 1 // 0)
    assert cache.recall("key", lambda: 7) == 7


def test_the_oldest_value_is_forgotten_first() -> None:
    cache = BoundedCache[int](2)
    for number in range(3):
        cache.recall(number, lambda number=number: number)  # type: ignore[misc]
    assert [cache.known(number) for number in range(3)] == [None, 1, 2]
