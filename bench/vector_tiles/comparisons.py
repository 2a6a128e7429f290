"""A tile as the map asks it, cold, beside its bare SQL and beside other tile servers, in turn, in one run.

A browser says that it reads gzip, and keeps its connection: so does the client, of every server, and it opens nothing
of what any of them sends. Ours and tipg compress; MapServer behind nginx, as installed, does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import mapbox_vector_tile

from bench import floors
from bench.client import Connection, body_of, timed
from bench.figures import Figure
from bench.floors import Psql
from bench.measures import REPETITIONS
from bench.peers import Absent
from bench.server import Server
from bench.tiles import full_tiles
from bench.vector_tiles.peers import PEERS, TilePeer
from bench.vector_tiles.tables import ATTRIBUTES

ZOOM, _TURNS, _TIMES = 13, 5, 9
_LAYERS = {"bench_point": "points", "bench_surface": "surfaces"}
_NAMES = {"bench_point": "2,000 points", "bench_surface": "1,300 polygons"}
Asked = tuple[int, str]
_READS = {"Accept_Encoding": "gzip"}


def beside_bare_sql(server: Server, psql: Psql) -> Iterator[Figure]:
    """Measure a tile of zoom 13 against the statement that anybody would write for it."""
    yield _bare(server, psql, "bench_point", ratio=1.3, most=6.0)
    yield _bare(server, psql, "bench_surface")


def _bare(
    server: Server, psql: Psql, table: str, *, ratio: float | None = None, most: float | None = None
) -> Figure:
    wanted = full_tiles(ZOOM)
    client = Connection(server.port)
    paths = [path(table, *tile) for tile in wanted]
    for one in paths * 2:
        timed(client, one, **_READS)
    columns = ", ".join(ATTRIBUTES)
    pairs = []
    for turn in range(REPETITIONS):  # another tile each time, the same for both
        tile = wanted[turn % len(wanted)]
        floor = psql.milliseconds(floors.tile(table, *tile, attributes=columns), times=_TIMES)
        pairs.append((floor, median(timed(client, path(table, *tile), **_READS) for _ in range(_TIMES))))
    bare, ours = median(floor for floor, _ours in pairs), median(mine for _floor, mine in pairs)
    is_met = None if ratio is None or most is None else ours / bare <= ratio and ours <= most
    bound = f"≤ {ratio:g} × bare SQL, ≤ {most:g} ms" if ratio and most else ""
    told = f"{ours / bare:.2f} × ({ours:.1f} ms, bare SQL {bare:.1f})"
    return Figure(f"Tile z13 of {_NAMES[table]}, as the map asks", bound, told, is_met)


def path(table: str, zoom: int, x: int, y: int) -> str:
    """Return the address of our tile."""
    return f"/tiles/{_LAYERS[table]}/{zoom}/{x}/{y}.mvt"


def beside_peers(server: Server) -> Iterator[Figure]:
    """Measure the same tiles of every server, each asked all of them one after the other, then the next."""
    present: list[TilePeer] = []
    with ExitStack() as running:
        for name, start in PEERS.items():
            folder = Path(running.enter_context(TemporaryDirectory(prefix="bench-")))
            try:
                present.append(start(folder, running))
            except Absent as missing:
                yield Figure(f"Tile z13, {name}", "", f"not compared: {missing}")
        for table in _LAYERS:
            yield from _compared(server, present, table)


def _compared(server: Server, present: Sequence[TilePeer], table: str) -> Iterator[Figure]:
    wanted = full_tiles(ZOOM)
    ours = [(server.port, path(table, *tile)) for tile in wanted]
    for is_installed in (True, False):
        ways = [(peer, peer.installed if is_installed else peer.told) for peer in present]
        theirs = [[(peer.port, address(table, *tile)) for tile in wanted] for peer, address in ways]
        mine, *others = _medians([ours, *theirs])
        for peer, other in zip(present, others, strict=True):
            yield _figure(table, peer, other, mine, is_installed=is_installed)


def _figure(table: str, peer: TilePeer, other: float, mine: float, *, is_installed: bool) -> Figure:
    bound = peer.bounds[table]
    told = f"{other / mine:.1f} × ({other:.1f} ms, ours {mine:.1f})"
    if is_installed:
        name = f"Tile z13 of {_NAMES[table]}, {peer.name}"
        return Figure(name, f"≥ {bound:g} × ours", told, other / mine >= bound)
    return Figure(f"Tile z13 of {_NAMES[table]}, {peer.name} told what to read", "", told)


def _medians(servers: Sequence[Sequence[Asked]]) -> list[float]:
    counts = [_check(*asked[0]) for asked in servers]
    if min(counts) < max(counts) * 0.85:  # a margin around the tile holds some more
        raise SystemExit(f"bench: tiles do not hold the same features: {counts}")
    times: list[list[float]] = [[] for _ in servers]
    for turn in range(_TURNS + 1):
        for own, asked in zip(times, servers, strict=True):
            client = Connection(asked[0][0])
            elapsed = [timed(client, one, **_READS) for _port, one in asked]
            if turn:  # the first warms
                own.extend(elapsed)
    return [median(own) for own in times]


def _check(port: int, asked: str) -> int:
    """Return how many features a tile has, all with the attributes that are compared."""
    ((_name, layer),) = mapbox_vector_tile.decode(body_of(port, asked)).items()
    features = layer["features"]
    if not all(set(ATTRIBUTES) <= set(feature["properties"]) for feature in features):
        raise SystemExit(f"bench: {asked}: attributes are missing")
    return len(features)
