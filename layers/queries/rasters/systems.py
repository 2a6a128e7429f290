"""What is known of the CRS of a grid by its EPSG code: its name, whether it is in degrees, where points fall in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from pyproj import Transformer
from rasterio.crs import CRS


@cache
def crs_name(srid: int) -> str:
    """Return the name of a CRS, as EPSG writes it; empty for one without a name."""
    found = re.match(r'[A-Z]+\["([^"]+)"', CRS.from_epsg(srid).to_wkt())
    return found[1] if found else ""


@cache
def is_geographic(srid: int) -> bool:
    """Whether the coordinates of a CRS are degrees."""
    return bool(CRS.from_epsg(srid).is_geographic)


def moved(points: Sequence[Any], source: int, target: int) -> list[tuple[float, float]]:
    """Return points (x, y: longitude first) in another CRS; infinite where it says nothing of them, as of a pole."""
    xs, ys = np.asarray(points, dtype=float)[:, :2].T
    east, north = _transformer(source, target).transform(xs, ys)
    return list(zip(east.tolist(), north.tolist(), strict=True))


@cache
def _transformer(source: int, target: int) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)
