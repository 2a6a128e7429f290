"""What is known of the CRS of a grid by its EPSG code: its name, whether it is in degrees."""

from __future__ import annotations

import re
from functools import cache

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
