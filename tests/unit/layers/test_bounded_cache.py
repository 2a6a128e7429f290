"""What a process remembers: bounded, and computed once when several threads miss it at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from threading import Barrier, Event

import pytest
from django.contrib.gis.db.backends.postgis.adapter import PostGISAdapter
from django.contrib.gis.geos import Polygon
from pytest_django import Settings

import layers.cache
from layers.cache import BoundedCache, bytes_of, clear_caches, remembered_bytes, uncached

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
    assert [cache.get(number) for number in range(3)] == [None, 1, 2]


def test_heavy_values_push_out_the_oldest_before_there_are_too_many() -> None:
    cache = BoundedCache[str](100, weigh=len, most=10)
    for text in ("aaaa", "bbbb", "cc"):
        cache.recall(text, lambda text=text: text)  # type: ignore[misc]
    assert cache.weight == 10
    cache.recall("ddd", lambda: "ddd")
    assert [cache.get(text) for text in ("aaaa", "bbbb", "cc", "ddd")] == [None, "bbbb", "cc", "ddd"]
    assert cache.weight == 9


def test_a_value_that_weighs_more_than_all_may_is_given_and_not_remembered() -> None:
    cache = BoundedCache[str](100, weigh=len, most=10)
    cache.recall("small", lambda: "kept")
    assert cache.recall("large", lambda: "x" * 11) == "x" * 11
    assert (cache.get("large"), cache.get("small"), cache.weight) == (None, "kept", 4)


def test_a_value_computed_twice_weighs_once() -> None:
    cache = BoundedCache[str](100, weigh=len, most=10)
    begun, go = Event(), Event()

    def broken() -> str:
        begun.set()
        go.wait(10)
        raise ValueError

    with ThreadPoolExecutor(3) as threads:
        first = threads.submit(cache.recall, "key", broken)
        begun.wait(10)
        others = [threads.submit(cache.recall, "key", lambda: "value") for _ in range(2)]
        go.set()
        with pytest.raises(ValueError):
            first.result(10)
        assert {each.result(10) for each in others} == {"value"}
    assert cache.weight == len("value")
    cache.clear()
    assert cache.weight == 0


def test_long_keys_push_out_the_oldest() -> None:
    cache = BoundedCache[int](100, most=10_000)
    keys = [str(number) * 4_000 for number in range(3)]
    for number, key in enumerate(keys):
        cache.recall(key, lambda number=number: number)  # type: ignore[misc]
    assert [cache.get(key) for key in keys] == [None, 1, 2]


def test_all_caches_together_weigh_no_more_than_they_may(settings: Settings) -> None:
    clear_caches()
    settings.REMEMBERED_MAX_BYTES = 10_000
    one, other = BoundedCache[str](100), BoundedCache[str](100)
    for number in range(2):
        one.recall(number, lambda: "x" * 4_000)
    other.recall("small", lambda: "y")
    other.recall("large", lambda: "z" * 4_000)
    assert remembered_bytes() <= 10_000
    assert [one.get(0), one.get(1) is None, other.get("small")] == [None, False, "y"]


def test_caches_are_weighed_only_where_they_may_exceed_their_bound(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    clear_caches()
    settings.REMEMBERED_MAX_BYTES = 10_000
    monkeypatch.setattr(layers.cache, "_total", layers.cache._Total())
    small, weighed = BoundedCache[str](100, weigh=len), list[int]()

    def counted() -> list[BoundedCache[str]]:
        weighed.append(small.weight)
        return [small]

    monkeypatch.setattr(layers.cache, "_counted", counted)
    for _turn in range(200):
        small.store("same", "x" * 100)
    assert not weighed
    small.store("large", "x" * 10_000)
    assert weighed == [10_100]
    assert small.weight == 10_000


def test_cache_as_large_as_the_catalogue_is_apart(settings: Settings) -> None:
    clear_caches()
    settings.REMEMBERED_MAX_BYTES = 0
    cache = BoundedCache[str](100, is_counted=False)
    cache.recall("key", lambda: "value")
    assert cache.get("key") == "value"


def test_area_of_a_statement_weighs_its_vertices() -> None:
    ring = Polygon([(number / 1_000, number**2 / 1e7) for number in range(5_000)] + [(0.0, 0.0)], srid=4326)
    assert bytes_of((PostGISAdapter(ring),)) > 5_000 * 16


@dataclass(frozen=True, slots=True)
class _Held:
    rows: tuple[tuple[str, ...], ...]
    more: dict[str, list[int]]


def test_the_bytes_of_an_answer_are_those_of_what_it_holds() -> None:
    text = "é" * 100_000
    light, heavy = _Held((("a",),), {"a": [1]}), _Held(((text,), (text,)), {"a": list(range(1_000))})
    assert bytes_of(light) < 2_000
    # A text that is held twice is one text.
    assert 100_000 <= bytes_of(heavy) < 200_000


def test_a_block_without_caches_neither_reads_nor_fills_them() -> None:
    cache: BoundedCache[int] = BoundedCache(2)
    cache.store("a", 1)
    with uncached():
        assert cache.get("a") is None
        assert cache.recall("a", lambda: 2) == 2
        assert cache.store("b", 3) == 3
    assert (cache.get("a"), cache.get("b")) == (1, None)
