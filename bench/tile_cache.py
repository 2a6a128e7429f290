"""``./portal bench tile-cache``: kept tiles by the application and through nginx, and where they may be kept."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from statistics import median

from django.core.cache import BaseCache, caches
from django.core.management import call_command
from django.db import connection

from bench import database
from bench.client import Connection, requests_per_second, timed
from bench.figures import Figure, part
from bench.floors import full_tiles
from bench.roads import roads_compared
from bench.server import Server, front_of, serving
from tiles.services.tile_cache import TILE_CACHE

_SECONDS, _TIMES, _CONNECTIONS = 3.0, 5, 8
_WEIGHT, _ENTRIES = 30_000, 400
_PATHS = [f"/tiles/points/{zoom}/{x}/{y}.mvt" for zoom, x, y in full_tiles(13)]


def prepare() -> None:
    """Fill the measured layers, and forget the tiles of earlier runs."""
    database.prepare()
    TILE_CACHE.forget()


def measures() -> Iterator[Figure]:
    """Measure where tiles may be cached, then cached tiles by the application and through nginx."""
    yield from part("backends", _backends)
    yield from part("roads", roads_compared, "Kept tiles", _PATHS, least=3_500, times_less=3)
    with serving() as server:
        yield from part("application", _by_the_application, server)
        yield from part("nginx", _through_nginx, server)


def _by_the_application(server: Server) -> list[Figure]:
    client = Connection(server.port)
    cold = median(timed(client, path, accept_encoding="gzip") for path in _PATHS)
    requests_per_second(server.port, _PATHS, connections=_CONNECTIONS, seconds=1)
    cached = median(timed(client, path, accept_encoding="gzip") for path in _PATHS * 4)
    rate = _rate(server.port)
    probe = median(
        requests_per_second(server.port, ["/healthz"], connections=_CONNECTIONS, seconds=1) for _ in range(3)
    )
    return [
        Figure("Tile z13 of 2,000 points, made", "", f"{cold:.1f} ms"),
        Figure("The same, kept", "", f"{cached:.2f} ms"),
        Figure("Kept tiles, two workers", "≥ 1,000 /s", f"{rate:.0f} /s", rate >= 1_000),
        Figure("`/healthz`, the same clients", "", f"{probe:.0f} /s (tiles {rate / probe:.2f} ×)"),
    ]


def _through_nginx(server: Server) -> list[Figure]:
    with ExitStack() as running:
        port = running.enter_context(front_of(server.port))
        if port is None:
            return [Figure("Open tiles through nginx", "≥ 5,000 /s", "nginx is not installed")]
        requests_per_second(port, _PATHS, connections=_CONNECTIONS, seconds=1)
        rate = _rate(port)
    return [Figure("Open tiles through nginx", "≥ 5,000 /s", f"{rate:.0f} /s", rate >= 5_000)]


def _rate(port: int) -> float:
    return max(
        requests_per_second(port, _PATHS, connections=_CONNECTIONS, seconds=_SECONDS) for _ in range(_TIMES)
    )


def _backends() -> Iterator[Figure]:
    """Measure a write and a read of a tile of 30 KB in each place where tiles may be kept."""
    call_command("createcachetable", "bench_side_cache", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE bench_side_cache SET UNLOGGED")
    content = random.Random(5).randbytes(_WEIGHT)  # noqa: S311  (what gzip gives, no secret)
    keys = [f"{number:064}" for number in range(_ENTRIES)]
    for name in ("tiles", "side-table", "side-files"):
        cache = caches[name]
        cache.clear()
        write = _each(keys, partial(_write, cache, content))
        read = _each(keys, cache.get)
        cache.clear()
        yield Figure(f"30 KB in {type(cache).__name__}", "", f"written {write:.2f} ms, read {read:.2f} ms")


def _write(cache: BaseCache, content: bytes, key: str) -> None:
    cache.set(key, content)


def _each(keys: list[str], work: Callable[[str], object]) -> float:
    """Return the median milliseconds of a work on each key."""
    spent = []
    for key in keys:
        started = time.perf_counter()
        work(key)
        spent.append((time.perf_counter() - started) * 1000)
    return median(spent)
