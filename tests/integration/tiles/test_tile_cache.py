"""One thread of one process makes a tile that many miss; what is kept is bounded, and no end of a process harms it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from django.core.cache import caches
from django.db import connection
from fakeredis import FakeRedisConnection, FakeServer
from pytest_django import Settings

from layers.sql.advisory_locks import number_of
from layers.sql.shared_bytes import signed, verified
from tiles.services.tile_cache import TileCache
from tiles.sql import TILE_LOCK, TileTable

TABLE = {"BACKEND": "tiles.sql.TileTable", "OPTIONS": {"MAX_BYTES": 100_000}}
SEVERAL = pytest.mark.django_db(transaction=True)
KEY = "a" * 64


@pytest.fixture
def table(settings: Settings, db: None) -> TileTable:
    settings.CACHES = {**settings.CACHES, "tiles": TABLE}
    found = caches["tiles"]
    assert isinstance(found, TileTable)
    return found


@pytest.fixture
def server(settings: Settings) -> FakeServer:
    """A Redis in the process, as the cache of tiles."""
    found = FakeServer()
    settings.CACHES = {
        **settings.CACHES,
        "tiles": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://localhost",
            "OPTIONS": {
                "serializer": "tiles.services.tile_cache.RawBytes",
                "connection_class": FakeRedisConnection,
                "server": found,
            },
        },
    }
    return found


class Making:
    """Makes a tile slowly enough for everybody to ask meanwhile, and counts how often."""

    def __init__(self, waiting: int) -> None:
        self.times = 0
        self._everybody = threading.Barrier(waiting)

    def ask(self, tiles: TileCache, key: str = KEY) -> bytes:
        self._everybody.wait(30)
        try:
            return tiles.recall(key, self.make)
        finally:
            connection.close()

    def make(self) -> bytes:
        self.times += 1
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.2)")
        return b"tile"


def asked_by_many(processes: int = 2, threads: int = 25) -> tuple[list[bytes], int]:
    """Ask at once from several processes, each with a memory of its own; return the answers and how many were made."""
    making = Making(processes * threads)
    memories = [TileCache() for _process in range(processes)] * threads
    with ThreadPoolExecutor(processes * threads) as pool:
        answers = list(pool.map(making.ask, memories))
    return answers, making.times


@SEVERAL
def test_fifty_simultaneous_misses_cost_one_query(table: TileTable) -> None:
    answers, times = asked_by_many()
    assert (set(answers), len(answers), times) == ({b"tile"}, 50, 1)


@SEVERAL
def test_fifty_simultaneous_misses_cost_one_query_with_redis(server: FakeServer) -> None:
    answers, times = asked_by_many()
    assert (set(answers), len(answers), times) == ({b"tile"}, 50, 1)


@SEVERAL
def test_one_that_fails_lets_the_next_make_it(table: TileTable) -> None:
    tiles = TileCache()

    def fail() -> bytes:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        tiles.recall(KEY, fail)
    assert TileCache().recall(KEY, lambda: b"made") == b"made"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s", [TILE_LOCK]
        )
        assert cursor.fetchone() == (0,)


_DIES = """
import psycopg, sys
raw = psycopg.connect(sys.argv[1])
raw.execute("SELECT pg_advisory_lock(%s, %s)", [int(sys.argv[2]), int(sys.argv[3])])
raw.execute("INSERT INTO tiles_cache (key, value, size) VALUES (%s, %s, 1)", [sys.argv[4], b"half"])
print("writing", flush=True)
sys.stdin.read()
"""


@SEVERAL
def test_process_killed_while_it_writes_leaves_nothing(table: TileTable) -> None:
    made = table.make_key(KEY)
    place = psycopg.conninfo.make_conninfo(**_place())
    command = [sys.executable, "-c", _DIES, place, str(TILE_LOCK), str(number_of(KEY)), made]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"writing\n"
        os.kill(process.pid, signal.SIGKILL)
    assert TileCache().recall(KEY, lambda: b"whole") == b"whole"
    assert verified(KEY, table.get(KEY)) == b"whole"


def _place() -> dict[str, str]:
    given = connection.get_connection_params()
    return {
        name: str(given[name]) for name in ("dbname", "user", "password", "host", "port") if given.get(name)
    }


def weight(table: TileTable) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(size), 0) FROM tiles_cache")
        return int(cursor.fetchone()[0])


def test_kept_tiles_are_bounded(table: TileTable) -> None:
    for number in range(300):
        table.set(str(number), b"x" * 1_000)
    assert 80_000 < weight(table) <= 106_000


def test_what_was_used_least_recently_goes_first(table: TileTable) -> None:
    for number in range(80):
        table.set(str(number), b"x" * 1_000)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE tiles_cache SET used_at = now() - interval '2 days'")
    assert table.get("7") is not None  # used again: it says so, since it was long ago
    for number in range(100, 140):
        table.set(str(number), b"x" * 1_000)
    table.trim()
    assert [table.get(key) is None for key in ("7", "8", "139")] == [False, True, False]


def test_table_is_unlogged(table: TileTable) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'tiles_cache'")
        assert cursor.fetchone() == ("u",)


def test_table_is_a_cache_of_django(table: TileTable) -> None:
    assert (table.get("k"), table.get("k", b"d"), table.add("k", b"1"), table.add("k", b"2")) == (
        None,
        b"d",
        True,
        False,
    )
    assert (table.get("k"), table.touch("k"), table.delete("k"), table.delete("k")) == (
        b"1",
        True,
        True,
        False,
    )
    table.set("k", b"3")
    table.clear()
    assert table.get("k") is None


@pytest.mark.parametrize(
    "kept",
    [
        None,
        b"",
        b"tile1",
        "text",
        5,
        signed(KEY, b"x")[:-1],
        signed(KEY, b"x") + b"y",
        signed("b" * 64, b"x"),
        b"x" * 90,
    ],
)
def test_bytes_that_the_portal_did_not_write_are_none(kept: object) -> None:
    assert verified(KEY, kept) is None


def test_seal_is_that_of_the_secret_of_the_portal(settings: Settings) -> None:
    kept = signed(KEY, b"x")
    settings.SECRET_KEY = "another" * 10
    assert verified(KEY, kept) is None


def test_redis_holds_bytes_and_no_pickle(server: FakeServer, db: None) -> None:
    TileCache().recall(KEY, lambda: b"tile")
    assert [verified(KEY, value) for value in _values(server)] == [b"tile"]


def _values(server: FakeServer) -> Iterator[object]:
    client = caches["tiles"]._cache.get_client()
    for key in client.scan_iter():
        yield client.get(key)


def test_redis_that_fails_is_left_alone_and_tiles_are_made(
    server: FakeServer, db: None, caplog: pytest.LogCaptureFixture
) -> None:
    server.connected = False
    tiles = TileCache()
    for number in range(3):
        assert tiles.recall(str(number) * 64, lambda: b"tile") == b"tile"
    assert [record.levelname for record in caplog.records] == ["ERROR"]


def test_memory_of_a_process_is_bounded(settings: Settings) -> None:
    settings.TILE_MEMORY_MAX_BYTES = 10_000
    tiles = TileCache()
    for number in range(100):
        tiles.recall(f"{number:064}", lambda: b"x" * 1_000)
    assert tiles._memory.weight <= 10_000
