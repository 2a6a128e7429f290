"""Layers that are large at small zooms: a million points, 60,000 buildings, 20,000 km of lines."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from statistics import median
from time import perf_counter
from urllib.parse import quote

import mapbox_vector_tile

from bench import seed
from bench.client import Connection
from bench.figures import Figure
from bench.server import Server
from bench.vector_tiles import roads
from layers.sql.tile_matrix_sets import WEB_MERCATOR_QUAD

_MOST_BYTES = 500_000
_FILTER = quote("effectif > 5000")


def figures(server: Server) -> Iterator[Figure]:
    """Measure the tiles of each small zoom that hold most, and check that they count every row."""
    client = Connection(server.port)
    points, large = "1,000,000 points", _MOST_BYTES
    yield _zooms(client, points, "million", range(6, 11), most_bytes=100_000, most_ms=150)
    yield _zooms(client, f"{points}, filtered", "million", range(6, 11), query=f"?filter={_FILTER}")
    yield _zooms(client, "60,000 buildings", "surfaces", range(6, 13), most_bytes=large)
    lines = f"{roads.kilometres():,.0f} km of lines"
    yield _zooms(client, lines, "roads", range(6, 14), most_bytes=large)
    yield _zooms(client, f"{points} where they are single", "million", (13, 14), most_bytes=large)
    _check(client, "million", 8, seed.POINTS * seed.COPIES)
    _check(client, "surfaces", 8, seed.SURFACES)
    _check(client, "roads", 8, roads.ROADS)


def _zooms(
    client: Connection,
    name: str,
    layer: str,
    zooms: Sequence[int],
    *,
    query: str = "",
    most_bytes: int = 0,
    most_ms: float = 0,
) -> Figure:
    worst = {zoom: _worst(client, layer, zoom, query) for zoom in zooms}
    slowest = max(worst, key=lambda zoom: worst[zoom][0])
    heaviest = max(worst, key=lambda zoom: worst[zoom][1])
    elapsed, size = worst[slowest][0], worst[heaviest][1]
    bounds = [f"≤ {most_bytes // 1000} KB"] * bool(most_bytes) + [f"≤ {most_ms:g} ms"] * bool(most_ms)
    is_met = (not most_bytes or size <= most_bytes) and (not most_ms or elapsed <= most_ms)
    told = f"{size / 1000:.1f} KB at z{heaviest}, {elapsed:.0f} ms at z{slowest}"
    return Figure(f"{name}, z{zooms[0]} to z{zooms[-1]}", ", ".join(bounds), told, is_met if bounds else None)


def _worst(client: Connection, layer: str, zoom: int, query: str) -> tuple[float, int]:
    """Return the longest time of the tiles of a zoom, each the median of five, and the largest size."""
    longest, largest = 0.0, 0
    for address in _paths(layer, zoom)[:12]:
        times = []
        for _time in range(5):
            started = perf_counter()
            answer = client.get(address + query)
            times.append((perf_counter() - started) * 1000)
        longest, largest = max(longest, median(times)), max(largest, answer.size)
    return longest, largest


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


def _check(client: Connection, layer: str, zoom: int, expected: int) -> None:
    """Refuse to tell the size of tiles that do not count every row."""
    counted = 0
    for address in _paths(layer, zoom):
        answer = client.get(address, keep=True)
        decoded = mapbox_vector_tile.decode(answer.body) if answer.status == 200 else {}
        shown = decoded[layer]["features"] if decoded else []
        counted += sum(feature["properties"].get("point_count", 1) for feature in shown)
    if counted != expected:
        raise SystemExit(
            f"bench: the tiles of {layer} at zoom {zoom} count {counted} rows instead of {expected}"
        )
