"""GeoParquet: the rows in the table of one file, the notice in its metadata."""

from __future__ import annotations

from pathlib import Path

from export_formats.columns import columns_of, types_of
from export_formats.notice import Notice
from export_formats.rows import rows_of
from export_formats.tables import Table
from export_formats.writer_process import file_writer
from layers.queries import Selection

_GEOMETRY = "geometry"


def write_parquet(selection: Selection, path: Path, notice: Notice) -> int:
    """Write GeoParquet, or plain Parquet for a table; return the number of rows."""
    columns = columns_of(selection, reserved=[_GEOMETRY])
    table = Table(
        selection.scope.slug,
        types_of(columns),
        _GEOMETRY if notice.is_located else "",
        notice.geometry.value,
        notice.crs.srid,
    )
    with file_writer("parquet", path) as file:
        count = file.write(table, rows_of(selection, columns, notice.crs, has_geometry=notice.is_located))
        file.finish(metadata={"attribution": notice.attribution, "notice": notice.text(count)})
    return count
