"""What reading costs, beside its floor in the same run: pages, tiles, layers, aggregates, tokens, answers unchanged.

Repetitions of the floor and of the portal alternate, so that whatever else the machine does weighs on both; each figure
is a median. An aggregate is remembered until the data changes, so each repetition asks for another number of groups.

An answer that a client has already must cost no feature: PostgreSQL adds a connection's counts of scans to
``pg_stat_user_tables`` when the connection ends, so the validators are taken from one server and sent to another. A
process that starts reads the words of each layer once (``gisportal.warm_up``), and does so to its end even when it is
stopped at once: a start without a request gives the scans to subtract. One process, since the second of two starts when
the first is ready, and may be stopped before it reads anything. The counts did move while the first server was
measured, or the proof would prove nothing.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import count, permutations
from statistics import median

from django.conf import settings
from django.db import connection as database
from django.test import Client

from bench import floors, seed
from bench.client import BY_DJANGO, Connection, requests_per_second, timed
from bench.figures import Figure, fast_enough, in_time, median_ratio, medians
from bench.floors import Psql, full_tiles
from bench.server import Server, forget_highest, highest_mb, resident_mb, serving, shared_mb, working
from gisportal.accounts.models import User
from gisportal.accounts.services import create_token
from gisportal.accounts.vocabulary import TokenScope

REPETITIONS = 15
CONNECTIONS = 4
# Several short loads, each over new connections: which process takes a connection is a matter of luck.
_LOADS, _LOAD_SECONDS = 5, 2.0
_PAGE, _BOXES = 1_000, 16
# Width and height in degrees of a box that holds about 1,500 points.
_BOX_SIZE = (0.045, 0.021)
_ITEMS = "/api/collections/{layer}/items?"


def full_layer(server: Server, psql: Psql) -> list[Figure]:
    """Measure a hundred thousand features in one GeoJSON answer."""
    path = f"{_ITEMS.format(layer='points')}limit={seed.POINTS}"
    client = Connection(server.port)
    _check_collection(client, path, expected=seed.POINTS)
    pairs = _alternate(lambda: psql.milliseconds(floors.FULL_COPY), lambda: timed(client, path))
    return [_ratio("Whole layer of 100,000 in GeoJSON", pairs, bound=1.7)]


def page(server: Server, psql: Psql) -> list[Figure]:
    """Measure a page of a thousand features in a bounding box: alone, and under load."""
    chosen = boxes(64)
    paths = [f"{_ITEMS.format(layer='points')}bbox={box}&limit={_PAGE}" for box in chosen]
    client = Connection(server.port)
    _check_collection(client, paths[0], expected=_PAGE)
    first = median(timed(client, path) for path in paths[1:])
    _warm(server, paths)
    # The same boxes for both, one after the other: a page asked again and again leaves warmer processor caches.
    box_paths, orders = paths[:_BOXES], _orders()
    statements = [floors.page(box, _PAGE) for box in chosen[:_BOXES]]
    pairs = _alternate(
        lambda: psql.milliseconds(*statements),
        lambda: median(timed(client, path, **BY_DJANGO) for path in box_paths),
    )
    floor, ours = medians(pairs)
    made = _alternate(
        lambda: psql.milliseconds(*statements),
        lambda: median(timed(client, f"{path}&{next(orders)}") for path in box_paths),
    )
    # An answer is repeated while the memory of the process holds it, some forty of this size.
    repeated = median([timed(client, path) for path in paths[:8] * 2][8:])
    rate = median(
        requests_per_second(server.port, paths, connections=CONNECTIONS, seconds=_LOAD_SECONDS)
        for _ in range(_LOADS)
    )
    return [
        Figure(
            "Page of 1,000 in a bbox, warm",
            "≤ 15 ms",
            f"{ours:.1f} ms ({median_ratio(pairs):.2f} × bare SQL {floor:.1f})",
            in_time(ours, 15),
        ),
        _ratio("The same, made by the short road", made, bound=1.25),
        Figure("The same, repeated by the short road", "", f"{repeated:.1f} ms"),
        Figure(
            "Page of 1,000, a box never counted before",
            "",
            f"{first:.1f} ms ({first / floor:.2f} × bare SQL)",
        ),
        Figure(
            f"Pages of 1,000, {CONNECTIONS} connections", "≥ 150 /s", f"{rate:.0f} /s", fast_enough(rate, 150)
        ),
    ]


def _orders() -> Iterator[str]:
    """Yield parameters that ask for every attribute, each in another order.

    They make another address for the same page, whose statement is the same: attributes are in the layer's order.
    """
    return (f"properties={','.join(names)}" for names in permutations(seed.ATTRIBUTES))


def tiles(server: Server, psql: Psql) -> list[Figure]:
    """Measure tiles of zoom 13 with every attribute, the heaviest case; ``./portal bench tiles`` has what maps ask."""
    points = partial(_tile, server=server, psql=psql, layer="points", table="bench_point")
    return [
        points("Tile z13 of about 2,000 points", bound=1.5),
        points("The same in gzip, as browsers request it", Accept_Encoding="gzip"),
        _tile("Tile z13 of about 1,250 polygons", server, psql, layer="surfaces", table="bench_surface"),
    ]


def memory(server: Server) -> list[Figure]:
    """Measure how far a web process grows while a million features leave it."""
    client = Connection(server.port)
    before = {pid: resident_mb(pid) for pid in server.workers()}
    for pid in before:
        forget_highest(pid)
    path = f"{_ITEMS.format(layer='million')}limit={seed.POINTS * seed.COPIES}"
    elapsed = timed(client, path) / 1000
    growth = max(highest_mb(pid) - resident for pid, resident in before.items())
    return [
        Figure(
            "Growth of the web process for 1,000,000 features",
            "< 50 MB",
            f"{growth:.1f} MB in {elapsed:.1f} s",
            growth < 50,
        )
    ]


_AT_REST_MB = 180.0
_OPENED = (
    "/",
    "/catalogue/",
    "/carte/",
    "/catalogue/points/",
    "/api/collections/points/items?limit=100",
) * 20


def at_rest(server: Server) -> list[Figure]:
    """Measure what each process holds after the usual pages, with its part of what processes share."""
    with working() as worker:
        client = Connection(server.port)
        for path in _OPENED:
            client.get(path)
        of_web = sorted(shared_mb(pid) for pid in server.workers())
        of_server = sum(map(shared_mb, server.helpers()))
        of_worker = worker.shared_mb_at_rest()
    measured = f"{of_web[-1]:.0f} MB, worker {of_worker:.0f}, what starts them {of_server:.0f}"
    is_met = max(of_web[-1], of_worker) <= _AT_REST_MB
    return [Figure("Memory at rest, the larger web process", f"≤ {_AT_REST_MB:g} MB each", measured, is_met)]


def _tile(
    name: str,
    server: Server,
    psql: Psql,
    *,
    layer: str,
    table: str,
    bound: float | None = None,
    **headers: str,
) -> Figure:
    tile_list = full_tiles(13)
    client = Connection(server.port)
    query = f"properties={','.join(seed.ATTRIBUTES)}"
    paths = [f"/tiles/{layer}/{zoom}/{x}/{y}.mvt?{query}" for zoom, x, y in tile_list]
    _warm(server, paths)
    statements = [floors.tile(table, *tile) for tile in tile_list]
    pairs = _alternate(
        lambda: psql.milliseconds(*statements),
        lambda: median(timed(client, path, **headers) for path in paths),
    )
    return _ratio(name, pairs, bound=bound)


def _alternate(floor: Callable[[], float], ours: Callable[[], float]) -> list[tuple[float, float]]:
    """Measure both in turn."""
    return [(floor(), ours()) for _ in range(REPETITIONS)]


def _ratio(name: str, pairs: Sequence[tuple[float, float]], *, bound: float | None) -> Figure:
    floor, ours = medians(pairs)
    ratio = median_ratio(pairs)
    measured = f"{ratio:.2f} × ({ours:.1f} ms, bare SQL {floor:.1f})"
    return Figure(
        name, f"≤ {bound:g} × bare SQL" if bound else "", measured, ratio <= bound if bound else None
    )


def _warm(server: Server, paths: list[str]) -> None:
    """Let every worker meet these requests: their connections, plans and counts are then those of a site in use."""
    requests_per_second(server.port, paths, connections=CONNECTIONS * 2, seconds=2.0)


def boxes(count: int) -> list[str]:
    """Return boxes ``west,south,east,north`` of about 1,500 points, the same at each run."""
    rng = random.Random(13)  # noqa: S311  (places on a map)
    west, south, east, north = seed.BOX
    width, height = _BOX_SIZE
    corners = [(rng.uniform(west, east - width), rng.uniform(south, north - height)) for _ in range(count)]
    return [f"{x:.5f},{y:.5f},{x + width:.5f},{y + height:.5f}" for x, y in corners]


def _check_collection(client: Connection, path: str, *, expected: int) -> None:
    """Refuse to measure an answer that is not what was asked."""
    answer = client.get(path, keep=True)
    features = json.loads(answer.body)["features"] if answer.status == 200 else []
    if len({feature["id"] for feature in features}) != expected:
        raise SystemExit(f"bench: {path}: {answer.status}, {len(features)} features instead of {expected}")


_BY_COMMUNE_BOUND = 1.15
_SESSIONS = 7
_BY_COMMUNE = """
SELECT commune_id, count(*), sum(effectif) FROM bench_million GROUP BY commune_id ORDER BY commune_id
"""
_AGGREGATE = "/api/collections/million/aggregate?group_by=commune&measures=count,sum:effectif&limit={}"


def by_commune(server: Server) -> list[Figure]:
    """Measure the count and a sum of a million rows by commune, in the sessions of the floor.

    A session of PostgreSQL is half as fast again as another for as long as it lives, with the same plan: in each of
    several, the whole request is answered in this process by the connection that has just run the floor, under the
    server's own number of parallel workers. The ratio is the median of all pairs. What people wait for is served.
    """
    limits = count(100)
    client = Connection(server.port)
    _check_aggregate(client, _AGGREGATE.format(next(limits)))
    served = median(timed(client, _AGGREGATE.format(next(limits))) for _ in range(REPETITIONS))
    pairs = [pair for _session in range(_SESSIONS) for pair in _in_one_session(limits)]
    ratio = median_ratio(pairs)
    floor, ours = medians(pairs)
    measured = f"{ratio:.2f} × ({ours:.0f} ms, bare SQL {floor:.0f}, {_SESSIONS} sessions)"
    return [
        Figure(
            "1,000,000 rows grouped by commune",
            f"≤ {_BY_COMMUNE_BOUND} × bare SQL in the same session",
            measured,
            ratio <= _BY_COMMUNE_BOUND,
        ),
        Figure("The same, served", "", f"{served:.0f} ms"),
    ]


def _in_one_session(limits: Iterator[int]) -> list[tuple[float, float]]:
    """Return the milliseconds of the floor and of the portal, in turn over one new connection."""
    database.close()
    database.close_pool()  # type: ignore[attr-defined]  # of PostgreSQL alone, which the stubs do not say
    client = Client(headers={"host": settings.PORTAL_AUTHORITIES[0]})
    pairs = [
        (_bare_sql(), _answered(client, _AGGREGATE.format(next(limits)))) for _ in range(REPETITIONS + 1)
    ]
    return pairs[1:]  # the first of each reads the catalogue of PostgreSQL


def _bare_sql() -> float:
    started = time.perf_counter()
    with database.cursor() as cursor:
        cursor.execute(_BY_COMMUNE)
        cursor.fetchall()
    return (time.perf_counter() - started) * 1000


def _answered(client: Client, path: str) -> float:
    started = time.perf_counter()
    answer = client.get(path)
    elapsed = (time.perf_counter() - started) * 1000
    if answer.status_code != 200:
        raise SystemExit(f"bench: {path}: {answer.status_code}")
    return elapsed


def _check_aggregate(client: Connection, path: str) -> None:
    """Refuse to measure an answer that is not what was asked."""
    answer = client.get(path, keep=True)
    document = json.loads(answer.body) if answer.status == 200 else {}
    counted = sum(row["count"] for row in document.get("rows", []))
    if counted != seed.POINTS * seed.COPIES:
        raise SystemExit(f"bench: {path}: {answer.status}, {counted} rows grouped")


_BOUND_MS = 3.0
_TURNS = 300
_TEN_ITEMS = "/api/collections/points/items?limit=10"


def token(server: Server) -> list[Figure]:
    """Measure how much longer a page takes by ``Authorization: Bearer`` than anonymously, both made by Django."""
    account, _is_new = User.objects.get_or_create(username="mesure")
    account.tokens.all().delete()
    _token, text = create_token(user=account, name="mesure", scope=TokenScope.READ, days=1)
    client = Connection(server.port)
    bearer = {"Authorization": f"Bearer {text}"}
    pairs = [
        (timed(client, _TEN_ITEMS, **BY_DJANGO), timed(client, _TEN_ITEMS, **bearer)) for _ in range(_TURNS)
    ]
    without, by_token = median(one for one, _ in pairs), median(two for _, two in pairs)
    more = by_token - without
    measured = f"{more:.1f} ms ({by_token:.1f} ms, anonymous {without:.1f})"
    return [Figure("A page by Bearer token", f"≤ {_BOUND_MS:g} ms more", measured, in_time(more, _BOUND_MS))]


_SCANNED_TABLE = "bench_point"
_TIMES = 50
_PATIENCE_SECONDS = 20.0


def _paths() -> list[str]:
    zoom, x, y = full_tiles(13)[0]
    return [f"/tiles/points/{zoom}/{x}/{y}.mvt", "/api/collections/points/items?bbox=2.2,48.8,2.24,48.82"]


def etags(server: Server) -> dict[str, str]:
    """Return the validators of a tile and of a page, by path."""
    client = Connection(server.port)
    return {path: client.get(path).headers["etag"] for path in _paths()}


def unchanged(validators: dict[str, str], *, port: int, scans_before: int) -> list[Figure]:
    """Repeat conditional requests at the same address; return their statuses and the scans that they took.

    ``scans_before`` is the result of ``scans`` before the first server was measured.
    """
    before = scans()
    if before == scans_before:
        raise SystemExit(
            "bench: PostgreSQL counts no scan on this server (track_counts): nothing can be proven"
        )
    with serving(port, workers=1):
        pass
    started = scans()
    with serving(port, workers=1) as server:
        answers = [_ask(server, path, etag) for path, etag in validators.items()]
    of_start = started - before
    grown = scans() - started - of_start
    distinct_statuses = sorted({status for statuses, _time in answers for status in statuses})
    fastest = min(time for _statuses, time in answers)
    return [
        Figure(
            "If-None-Match repeated: tile and page",
            "304, 0 scans",
            f"{distinct_statuses}, {grown} scans of the features, {fastest:.1f} ms; {of_start} scans at the start",
            distinct_statuses == [304] and grown == 0,
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
    while _has_other_connections() and time.monotonic() < deadline:
        time.sleep(0.1)
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT seq_scan + coalesce(idx_scan, 0) FROM pg_stat_user_tables WHERE relname = %s",
            [_SCANNED_TABLE],
        )
        (count,) = cursor.fetchone()
    return int(count)


def _has_other_connections() -> bool:
    """Whether the database has connections that are not of this process, which has a pool of them, nor of ``psql``."""
    pool = getattr(database, "pool", None)
    own = pool.get_stats()["pool_size"] if pool else 1
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = %s"
            " AND backend_type = 'client backend' AND application_name <> %s",
            [settings.DATABASES["default"]["NAME"], "psql"],
        )
        (count,) = cursor.fetchone()
    return int(count) > own
