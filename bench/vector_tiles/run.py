"""``./portal bench tiles``: tiles beside bare SQL and other servers, small zooms of large layers, the cost of pyramids.

A browser says that it reads gzip, and keeps its connection: so does the client, of every server, and it opens nothing
of what any of them sends. Ours and tipg compress; MapServer behind nginx, as installed, does not.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import count, repeat
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from urllib.parse import quote

import mapbox_vector_tile
from django.db import connection, transaction

from bench import database, floors, seed
from bench.catalogue import LINES, THEME
from bench.client import Connection, body_of, timed
from bench.figures import Figure, by_length, in_time, median_ratio, medians, part
from bench.floors import Psql, full_tiles
from bench.peers import Absent
from bench.reading import REPETITIONS
from bench.roads import roads_compared
from bench.server import Server, serving
from bench.vector_tiles.peers import ATTRIBUTES, PEERS, TilePeer
from layers.services.catalogue import publish_layers
from layers.sql import pyramids
from layers.sql.tile_matrix_sets import WEB_MERCATOR_QUAD
from tiles.services.pyramids import refresh_pyramids

ZOOM, _TURNS, _TIMES = 13, 5, 9
_LAYERS = {"bench_point": "points", "bench_surface": "surfaces"}
_NAMES = {"bench_point": "2,000 points", "bench_surface": "1,300 polygons"}
Answered = tuple[int, str]
_READS = {"Accept_Encoding": "gzip"}


def against_plain_sql(server: Server, psql: Psql) -> Iterator[Figure]:
    """Measure a tile of zoom 13 against the statement that anybody would write for it."""
    yield _plain_statement(server, psql, "bench_point", ratio=1.3, most=6.0)
    yield _plain_statement(server, psql, "bench_surface")


def _plain_statement(
    server: Server, psql: Psql, table: str, *, ratio: float | None = None, most: float | None = None
) -> Figure:
    tiles = full_tiles(ZOOM)
    client = Connection(server.port)
    paths = [path(table, *tile) for tile in tiles]
    for one in paths * 2:
        timed(client, one, **_READS)
    columns = ", ".join(ATTRIBUTES)
    pairs = []
    for turn in range(REPETITIONS):  # another tile each time, the same for both
        tile = tiles[turn % len(tiles)]
        floor = psql.milliseconds(floors.tile(table, *tile, attributes=columns), times=_TIMES)
        pairs.append((floor, median(timed(client, path(table, *tile), **_READS) for _ in range(_TIMES))))
    direct, ours = medians(pairs)
    times = median_ratio(pairs)
    is_met = None if ratio is None or most is None else in_time(ours, most, times <= ratio)
    bound = f"≤ {ratio:g} × bare SQL, ≤ {most:g} ms" if ratio and most else ""
    measured = f"{times:.2f} × ({ours:.1f} ms, bare SQL {direct:.1f})"
    return Figure(f"Tile z13 of {_NAMES[table]}, as the map asks", bound, measured, is_met)


def path(table: str, zoom: int, x: int, y: int) -> str:
    """Return the address of our tile."""
    return f"/tiles/{_LAYERS[table]}/{zoom}/{x}/{y}.mvt"


def against_peers(server: Server) -> Iterator[Figure]:
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
    tiles = full_tiles(ZOOM)
    ours = [(server.port, path(table, *tile)) for tile in tiles]
    for is_installed in (True, False):
        addresses = [(peer, peer.installed if is_installed else peer.address) for peer in present]
        theirs = [[(peer.port, address(table, *tile)) for tile in tiles] for peer, address in addresses]
        ours_ms, *theirs_ms = _medians([ours, *theirs])
        for peer, other in zip(present, theirs_ms, strict=True):
            yield _figure(table, peer, other, ours_ms, is_installed=is_installed)


def _figure(table: str, peer: TilePeer, other: float, ours: float, *, is_installed: bool) -> Figure:
    bound = peer.bounds[table]
    measured = f"{other / ours:.1f} × ({other:.1f} ms, ours {ours:.1f})"
    if is_installed:
        name = f"Tile z13 of {_NAMES[table]}, {peer.name}"
        return Figure(name, f"≥ {bound:g} × ours", measured, other / ours >= bound)
    return Figure(f"Tile z13 of {_NAMES[table]}, {peer.name} told what to read", "", measured)


def _medians(servers: Sequence[Sequence[Answered]]) -> list[float]:
    counts = [_check_tile(*addresses[0]) for addresses in servers]
    if min(counts) < max(counts) * 0.85:  # a margin around the tile holds some more
        raise SystemExit(f"bench: tiles do not hold the same features: {counts}")
    times: list[list[float]] = [[] for _ in servers]
    for turn in range(_TURNS + 1):
        for own, addresses in zip(times, servers, strict=True):
            client = Connection(addresses[0][0])
            elapsed = [timed(client, one, **_READS) for _port, one in addresses]
            if turn:  # the first warms
                own.extend(elapsed)
    return [median(own) for own in times]


def _check_tile(port: int, address: str) -> int:
    """Return how many features a tile has, all with the attributes that are compared."""
    ((_name, layer),) = mapbox_vector_tile.decode(body_of(port, address)).items()
    features = layer["features"]
    if not all(set(ATTRIBUTES) <= set(feature["properties"]) for feature in features):
        raise SystemExit(f"bench: {address}: attributes are missing")
    return len(features)


# A street: some hundred points, which PostgreSQL draws in less time than a request takes elsewhere.
_STREET_ZOOM = 15


def streets() -> Iterator[Figure]:
    """Measure small tiles that are made each time, by the short road and by the long one."""
    tiles = full_tiles(_STREET_ZOOM)
    paths = [path("bench_point", *tile) for tile in tiles[:: max(1, len(tiles) // 400)]]
    yield from roads_compared("Tiles z15 of 116 points, made", paths, least=1_072, times_less=2)


_MAX_BYTES = 500_000
_WHOLE = repeat("")
# Half of the points; each its own, since what is counted for a tile serves the others of its filter.
_filters = (f"?filter={quote(f'effectif > {least}')}" for least in count(4_900))


def small_zooms(server: Server) -> Iterator[Figure]:
    """Measure the tiles of each small zoom that hold most, and check that they count every row."""
    client = Connection(server.port)
    points, large = "1,000,000 points", _MAX_BYTES
    yield _zooms(client, points, "million", range(6, 11), most_bytes=100_000, most_ms=150)
    yield _zooms(client, f"{points}, filtered", "million", range(6, 11), queries=_filters, most_ms=150)
    yield from _filtered_views(client)
    yield _zooms(client, "60,000 buildings", "surfaces", range(6, 13), most_bytes=large)
    lines = f"{seed.kilometres():,.0f} km of lines"
    yield _zooms(client, lines, "roads", range(6, 14), most_bytes=large)
    yield _zooms(client, f"{points} where they are single", "million", (13, 14), most_bytes=large)
    _check_counts(client, "million", 8, seed.POINTS * seed.COPIES)
    _check_counts(client, "surfaces", 8, seed.SURFACES)
    _check_counts(client, "roads", 8, seed.ROADS)


def _zooms(
    client: Connection,
    name: str,
    layer: str,
    zooms: Sequence[int],
    *,
    queries: Iterator[str] = _WHOLE,
    most_bytes: int = 0,
    most_ms: float = 0,
) -> Figure:
    worst = {zoom: _worst(client, layer, zoom, queries) for zoom in zooms}
    slowest = max(worst, key=lambda zoom: worst[zoom][0])
    heaviest = max(worst, key=lambda zoom: worst[zoom][1])
    elapsed, size = worst[slowest][0], worst[heaviest][1]
    bounds = [f"≤ {most_bytes // 1000} KB"] * bool(most_bytes) + [f"≤ {most_ms:g} ms"] * bool(most_ms)
    is_met = in_time(elapsed, most_ms or math.inf, not most_bytes or size <= most_bytes)
    measured = f"{size / 1000:.1f} KB at z{heaviest}, {elapsed:.0f} ms at z{slowest}"
    return Figure(
        f"{name}, z{zooms[0]} to z{zooms[-1]}", ", ".join(bounds), measured, is_met if bounds else None
    )


def _worst(client: Connection, layer: str, zoom: int, queries: Iterator[str]) -> tuple[float, int]:
    """Return the longest time of the tiles of a zoom, each the median of several, and the largest size."""
    longest, largest = 0.0, 0
    for address in _paths(layer, zoom)[: by_length(12, 6)]:
        times = []
        for _time in range(by_length(5, 3)):
            started = perf_counter()
            answer = client.get(address + next(queries))
            times.append((perf_counter() - started) * 1000)
        longest, largest = max(longest, median(times)), max(largest, answer.size)
    return longest, largest


_VIEW_ZOOMS = (12, 11, 10, 11)


def _filtered_views(client: Connection) -> Iterator[Figure]:
    """Measure what a map requests of a filter: a view of a dozen tiles, then three more, zoomed out and in again."""
    turns = []
    for _turn in range(by_length(5, 3)):
        query = next(_filters)
        turns.append([_elapsed_ms(client, zoom, query) for zoom in _VIEW_ZOOMS])
    for zoom, name, *elapsed in zip(_VIEW_ZOOMS, ("first", "second", "third", "last"), *turns, strict=True):
        yield Figure(f"1,000,000 points, filtered, {name} view (z{zoom})", "", f"{median(elapsed):.0f} ms")


def _elapsed_ms(client: Connection, zoom: int, query: str) -> float:
    started = perf_counter()
    for address in _paths("million", zoom)[:12]:
        client.get(address + query)
    return (perf_counter() - started) * 1000


def _paths(layer: str, zoom: int) -> list[str]:
    """Return the addresses of the tiles of a zoom over the seeded box, those of its middle first."""
    side = WEB_MERCATOR_QUAD.side(zoom)
    west, south, east, north = (*_mercator(*seed.BOX[:2]), *_mercator(*seed.BOX[2:]))
    covering = WEB_MERCATOR_QUAD.covering((west, south, east, north), zoom)
    middle = ((west + east) / 2, (south + north) / 2)
    left, top = WEB_MERCATOR_QUAD.origin
    tiles = [
        (abs(left + (x + 0.5) * side - middle[0]) + abs(top - (y + 0.5) * side - middle[1]), x, y)
        for x in range(covering.min_column, covering.max_column + 1)
        for y in range(covering.min_row, covering.max_row + 1)
    ]
    return [f"/tiles/{layer}/{zoom}/{x}/{y}.mvt" for _distance, x, y in sorted(tiles)]


def _mercator(longitude: float, latitude: float) -> tuple[float, float]:
    radius = WEB_MERCATOR_QUAD.origin[1] / math.pi
    return radius * math.radians(longitude), radius * math.asinh(math.tan(math.radians(latitude)))


def _check_counts(client: Connection, layer: str, zoom: int, expected: int) -> None:
    """Refuse to tell the size of tiles that do not count every row."""
    counted = 0
    for address in _paths(layer, zoom):
        answer = client.get(address, keep=True)
        decoded = mapbox_vector_tile.decode(answer.body) if answer.status == 200 else {}
        features = decoded[layer]["features"] if decoded else []
        counted += sum(feature["properties"].get("point_count", 1) for feature in features)
    if counted != expected:
        raise SystemExit(
            f"bench: the tiles of {layer} at zoom {zoom} count {counted} rows instead of {expected}"
        )


TABLE = '"bench_point"'
_WRITE_TIMES = 7
_INSERT = """
INSERT INTO bench_point (geom, nom, description, categorie, effectif, releve_le)
SELECT geom, nom, description, categorie, effectif, releve_le FROM bench_point ORDER BY id LIMIT 10000
"""
_WRITES = {
    "one point moved": "UPDATE bench_point SET geom = ST_Translate(geom, 0.01, 0) WHERE id = 50000",
    "one attribute changed": "UPDATE bench_point SET effectif = effectif + 1 WHERE id = 50000",
    "10,000 points added": _INSERT,
}


def pyramid_writes() -> Iterator[Figure]:
    """Measure each write, which is rolled back."""
    for name, statement in _WRITES.items():
        pairs = [(_without(statement), _elapsed(statement)) for _turn in range(_WRITE_TIMES)]
        without_pyramid, with_pyramid = (
            median(one for one, _other in pairs),
            median(other for _one, other in pairs),
        )
        measured = (
            f"{with_pyramid - without_pyramid:+.1f} ms ({with_pyramid:.1f} ms, without {without_pyramid:.1f})"
        )
        yield Figure(f"Pyramid, {name}", "", measured)
    started = time.perf_counter()
    pyramids.keep('"bench_million"', "categorie")
    yield Figure("Pyramid of 1,000,000 points counted", "", f"{time.perf_counter() - started:.1f} s")


def _without(statement: str) -> float:
    pyramids.drop(TABLE)
    try:
        return _elapsed(statement)
    finally:
        pyramids.keep(TABLE, "categorie")


def _elapsed(statement: str) -> float:
    with transaction.atomic(), connection.cursor() as cursor:
        started = time.perf_counter()
        cursor.execute(statement)
        elapsed = (time.perf_counter() - started) * 1000
        transaction.set_rollback(True)
    return elapsed


def prepare() -> None:
    """Fill the measured layers, the lines and the pyramids, unless they are filled."""
    database.prepare()
    publish_layers(themes=[THEME], definitions=LINES.all())
    seed.prepare()
    print(f"Pyramids: {', '.join(refresh_pyramids()) or 'as they were'}", flush=True)
    # Writes of an earlier run leave rows that every read passes over, and statistics that are not those of the rows.
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE bench_point, bench_surface, bench_million")


def measures() -> Iterator[Figure]:
    """Measure tiles beside bare SQL and peers, small zooms of large layers, and what pyramids cost who writes."""
    major, _postgis = database.server_version()
    with serving() as server:
        yield from part("sql", against_plain_sql, server, Psql(major))
        yield from part("peers", against_peers, server)
        yield from part("small-zooms", small_zooms, server)
    yield from part("streets", streets)
    yield from part("pyramid", pyramid_writes)
