"""The proof that an answer a client already has costs no feature: PostgreSQL's own counts of scans.

PostgreSQL adds a connection's counts to ``pg_stat_user_tables`` when the connection ends. So the validators are taken
from one server, which is then stopped; another is started, asked conditionally and stopped; between the two stops the
counts of the features' table must not have moved. They did move while the first server was measured, or the proof
would prove nothing.
"""

from __future__ import annotations

import time

from django.conf import settings
from django.db import connection as database

from bench.client import Connection
from bench.figures import Figure
from bench.server import Server, serving
from bench.tiles import full_tiles

_TABLE = "bench_point"
_TIMES = 50
_PATIENCE_SECONDS = 20.0


def _paths() -> list[str]:
    zoom, x, y = full_tiles(13)[0]
    return [f"/tiles/points/{zoom}/{x}/{y}.mvt", "/api/collections/points/items?bbox=2.2,48.8,2.24,48.82"]


def etags(server: Server) -> dict[str, str]:
    """Return the validators of a tile and of a page, by path."""
    client = Connection(server.port)
    return {path: client.get(path).headers["etag"] for path in _paths()}


def figures(known: dict[str, str], *, port: int, scans_before: int) -> list[Figure]:
    """Ask again for what is known, at the same address, and tell the statuses and the scans it took.

    ``scans_before`` is what ``scans`` told before the first server was measured.
    """
    before = scans()
    if before == scans_before:
        raise SystemExit(
            "bench: PostgreSQL counts no scan on this server (track_counts): nothing can be proven"
        )
    with serving(port) as server:
        asked = [_ask(server, path, etag) for path, etag in known.items()]
    grown = scans() - before
    found = sorted({status for statuses, _time in asked for status in statuses})
    fastest = min(time for _statuses, time in asked)
    return [
        Figure(
            "If-None-Match repeated: tile and page",
            "304, 0 scans",
            f"{found}, {grown} scans of the features, {fastest:.1f} ms",
            found == [304] and grown == 0,
        )
    ]


def _ask(server: Server, path: str, etag: str) -> tuple[list[int], float]:
    """Return the statuses of repeated conditional requests and the mean of their milliseconds."""
    client = Connection(server.port)
    started = time.perf_counter()
    statuses = [client.get(path, If_None_Match=etag).status for _ in range(_TIMES)]
    return statuses, (time.perf_counter() - started) / _TIMES * 1000


def scans() -> int:
    """Return how often the features' table was read, once no other connection may still add to it."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while _others() and time.monotonic() < deadline:
        time.sleep(0.1)
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT seq_scan + coalesce(idx_scan, 0) FROM pg_stat_user_tables WHERE relname = %s", [_TABLE]
        )
        (count,) = cursor.fetchone()
    return int(count)


def _others() -> int:
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend' AND application_name <> %s",
            [settings.DATABASES["default"]["NAME"], "psql"],
        )
        (count,) = cursor.fetchone()
    return int(count)
