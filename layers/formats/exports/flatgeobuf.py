"""FlatGeobuf by GDAL: features one after the other behind an index that readers use over the network."""

from __future__ import annotations

from pathlib import Path

from layers.formats.exports.columns import columns_of
from layers.formats.exports.gdal import write_rows
from layers.formats.exports.notice import Notice
from layers.formats.exports.rows import rows_of
from layers.queries import Selection

# GDAL sorts the index in memory, some 200 bytes a feature: beyond this the file goes without, as the format allows.
INDEXED_ROWS = 200_000
_GEOMETRY = "geometry"


def write_flatgeobuf(selection: Selection, path: Path, notice: Notice) -> int:
    """Write FlatGeobuf, with its spatial index unless it is very large; return the number of features."""
    definition = selection.scope.definition
    columns = columns_of(selection, reserved=[_GEOMETRY])
    options = {
        "TITLE": notice.title,
        "DESCRIPTION": notice.text(),
        "SPATIAL_INDEX": "YES" if _is_indexed(selection) else "NO",
    }
    return write_rows(
        rows_of(selection, columns, notice.crs, geometry=_GEOMETRY), path, driver="FlatGeobuf", layer=definition.slug,
        kind=definition.geometry, srid=notice.crs.srid, geometry=_GEOMETRY, layer_options=options,
    )  # fmt: skip


def _is_indexed(selection: Selection) -> bool:
    """Say whether the file gets its index: not a very large one, nor one with a feature that is nowhere."""
    return selection.count() <= INDEXED_ROWS and not selection.queryset.filter(geom__isnull=True).exists()
