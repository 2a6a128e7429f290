"""Which tiles lie wholly inside the seeded box: those hold as much as a tile of a dense town."""

from __future__ import annotations

import math

from bench.seed import BOX


def full_tiles(zoom: int) -> list[tuple[int, int, int]]:
    """Return the tiles (zoom, column, row) of the XYZ pyramid whose square is inside the seeded box."""
    west, south, east, north = BOX
    left, right = math.ceil(_column(west, zoom)), math.floor(_column(east, zoom))
    top, bottom = math.ceil(_row(north, zoom)), math.floor(_row(south, zoom))
    return [(zoom, x, y) for x in range(left, right) for y in range(top, bottom)]


def _column(longitude: float, zoom: int) -> float:
    return float((longitude + 180) / 360 * 2**zoom)


def _row(latitude: float, zoom: int) -> float:
    angle = math.asinh(math.tan(math.radians(latitude)))
    return float((1 - angle / math.pi) / 2 * 2**zoom)
