"""What GDAL writes: GeoPackage, FlatGeobuf and Shapefile share one way from the rows to a file."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from pathlib import Path

import pyarrow as pa
from django.utils.translation import gettext as _

from layers.definitions import GeometryType
from layers.errors import ExportFailed
from layers.formats.exports.rows import Rows
from layers.parsing.gdal import DataSourceError, FeatureError, GeometryError, pyogrio

# The spatial index of a large GeoPackage is sorted on disk beyond this, and by the writer's own thread: left to itself
# GDAL takes a tenth of the machine.
pyogrio.set_gdal_config_options(
    {"OGR_GPKG_ALLOW_THREADED_RTREE": "NO", "OGR_GPKG_MAX_RAM_USAGE_RTREE": str(16 * 1024 * 1024)}
)
Options = Mapping[str, str]


def write_rows(
    rows: Rows,
    path: Path,
    *,
    driver: str,
    layer: str,
    kind: GeometryType,
    srid: int,
    geometry: str = "",
    layer_options: Options | None = None,
) -> int:
    """Write rows with a driver of GDAL; ``geometry`` names the column of the positions, empty for a table.

    Raises:
        TooSlow: the database did not answer in the time given to a whole layer.
        ExportFailed: the format cannot hold these rows, or the disk is full.
    """
    kinds = f"{kind.value} Z" if geometry and _has_heights(rows, geometry) else kind.value
    located = {"geometry_name": geometry, "geometry_type": kinds, "crs": f"EPSG:{srid}"} if geometry else {}
    try:
        pyogrio.write_arrow(
            rows.reader(), path, layer=layer, driver=driver, encoding="UTF-8",
            layer_options=dict(layer_options or {}), **located,
        )  # fmt: skip
    except (DataSourceError, FeatureError, GeometryError, RuntimeError) as error:
        if rows.failure is not None:
            raise rows.failure from error
        raise ExportFailed(_("Le format ne peut pas contenir ces données : %s.") % error) from error
    return rows.count


def _has_heights(rows: Rows, geometry: str) -> bool:
    """Say whether the positions have heights: a column has them on all rows or on none, so the first one tells."""
    batches = iter(rows.batches)
    read: list[pa.RecordBatch] = []
    found = False
    for batch in batches:
        read.append(batch)
        first = next((wkb for wkb in batch.column(geometry).to_pylist() if wkb), None)
        if first is not None:
            found = int.from_bytes(first[1:5], "little" if first[0] else "big") // 1000 == 1  # ISO codes
            break
    rows.batches = chain(read, batches)
    return found
