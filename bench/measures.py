"""The figures: what each measures, its bound, and how it is measured against its floor in the same run.

Repetitions of the floor and of the portal alternate, so that whatever else the machine does weighs on both; each figure
is a median. Figures without a bound are told for information.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from statistics import median

from bench import floors, seed
from bench.client import Connection, requests_per_second, timed
from bench.figures import Figure
from bench.floors import Psql
from bench.server import Server, forget_highest, highest_mb, resident_mb
from bench.tiles import full_tiles

REPETITIONS = 9
CONNECTIONS = 4
# Several short loads, each over new connections: which process takes a connection is a matter of luck.
_LOADS, _LOAD_SECONDS = 5, 2.0
_PAGE = 1_000
# Width and height in degrees of a box that holds about 1,500 points.
_BOX_SIZE = (0.045, 0.021)
_ITEMS = "/api/collections/{layer}/items?"


def whole_layer(server: Server, psql: Psql) -> list[Figure]:
    """Measure a hundred thousand features in one GeoJSON answer."""
    path = f"{_ITEMS.format(layer='points')}limit={seed.POINTS}"
    client = Connection(server.port)
    _check_collection(client, path, expected=seed.POINTS)
    floor, ours = _alternate(lambda: psql.milliseconds(floors.WHOLE), lambda: timed(client, path))
    return [_ratio("Whole layer of 100,000 in GeoJSON", floor, ours, bound=1.7)]


def page(server: Server, psql: Psql) -> list[Figure]:
    """Measure a page of a thousand features in a bounding box: alone, and under load."""
    chosen = boxes(64)
    paths = [f"{_ITEMS.format(layer='points')}bbox={box}&limit={_PAGE}" for box in chosen]
    client = Connection(server.port)
    _check_collection(client, paths[0], expected=_PAGE)
    first = median(timed(client, path) for path in paths[1:])
    _warm(server, paths)
    turns = iter(chosen * 2)
    floor, ours = _alternate(
        lambda: psql.milliseconds(floors.page(next(turns), _PAGE), times=3),
        lambda: median(timed(client, path) for path in paths[:16]),
    )
    rate = median(
        requests_per_second(server.port, paths, connections=CONNECTIONS, seconds=_LOAD_SECONDS)
        for _ in range(_LOADS)
    )
    return [
        Figure(
            "Page of 1,000 in a bbox, warm",
            "≤ 15 ms",
            f"{ours:.1f} ms ({ours / floor:.2f} × bare SQL {floor:.1f})",
            ours <= 15,
        ),
        Figure("Page of 1,000, a box never counted before", "", f"{first:.1f} ms"),
        Figure(f"Pages of 1,000, {CONNECTIONS} connections", "≥ 150 /s", f"{rate:.0f} /s", rate >= 150),
    ]


def tiles(server: Server, psql: Psql) -> list[Figure]:
    """Measure tiles of zoom 13 with every attribute, the heaviest case; ``./portal bench tiles`` has what maps ask."""
    return [
        _tile("Tile z13 of about 2,000 points", server, psql, layer="points", table="bench_point", bound=3.0),
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


def _tile(
    name: str, server: Server, psql: Psql, *, layer: str, table: str, bound: float | None = None
) -> Figure:
    wanted = full_tiles(13)
    client = Connection(server.port)
    asked = f"properties={','.join(seed.ATTRIBUTES)}"
    paths = [f"/tiles/{layer}/{zoom}/{x}/{y}.mvt?{asked}" for zoom, x, y in wanted]
    _warm(server, paths)
    turns = iter(wanted * REPETITIONS)
    floor, ours = _alternate(
        lambda: psql.milliseconds(floors.tile(table, *next(turns)), times=5),
        lambda: median(timed(client, path) for path in paths),
    )
    return _ratio(name, floor, ours, bound=bound)


def _alternate(floor: Callable[[], float], ours: Callable[[], float]) -> tuple[float, float]:
    """Return the medians of both, measured in turn."""
    pairs = [(floor(), ours()) for _ in range(REPETITIONS)]
    return median(bare for bare, _ in pairs), median(served for _, served in pairs)


def _ratio(name: str, floor: float, ours: float, *, bound: float | None) -> Figure:
    ratio = ours / floor
    measured = f"{ratio:.2f} × ({ours:.1f} ms, bare SQL {floor:.1f})"
    return Figure(
        name, f"≤ {bound:g} × bare SQL" if bound else "", measured, ratio <= bound if bound else None
    )


def _warm(server: Server, paths: list[str]) -> None:
    """Let every worker meet these requests: their connections, plans and counts are then those of a site in use."""
    requests_per_second(server.port, paths, connections=CONNECTIONS * 2, seconds=2.0)


def boxes(count: int) -> list[str]:
    """Return boxes ``west,south,east,north`` of about 1,500 points, the same at each run."""
    places = random.Random(13)  # noqa: S311  (places on a map)
    west, south, east, north = seed.BOX
    width, height = _BOX_SIZE
    corners = [
        (places.uniform(west, east - width), places.uniform(south, north - height)) for _ in range(count)
    ]
    return [f"{x:.5f},{y:.5f},{x + width:.5f},{y + height:.5f}" for x, y in corners]


def _check_collection(client: Connection, path: str, *, expected: int) -> None:
    """Refuse to measure an answer that is not what was asked."""
    answer = client.get(path, keep=True)
    features = json.loads(answer.body)["features"] if answer.status == 200 else []
    if len({feature["id"] for feature in features}) != expected:
        raise SystemExit(f"bench: {path}: {answer.status}, {len(features)} features instead of {expected}")
