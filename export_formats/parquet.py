"""GeoParquet 1.1: one file of column chunks, positions in WKB, and the metadata that says where they are.

The bounding box and the geometry types are those of the rows written: they are known at the end, where Parquet keeps
its metadata. Longitude and latitude in WGS 84 are OGC:CRS84, the default of the specification.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy
import shapely

from export_formats.columns import ExportColumn, columns_of
from export_formats.notice import Notice
from export_formats.rows import Rows, rows_of
from layers.crs import Crs
from layers.definitions import FieldType
from layers.lazy import lazy_module
from layers.queries import Selection

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq
    import pyproj
else:
    pa = lazy_module("pyarrow")
    pq = lazy_module("pyarrow.parquet")
    pyproj = lazy_module("pyproj")

_GEOMETRY = "geometry"
# Rows of a group: a reader skips whole groups, and the writer holds one.
_GROUP_ROWS = 20_000


@dataclass(slots=True)
class GeometryMetadata:
    """What the metadata says of the positions: their types, and the box around them."""

    types: set[str] = field(default_factory=set)
    bounds: tuple[float, float, float, float] | None = None

    def add(self, wkb: pa.BinaryArray) -> None:
        """Take a batch of positions into account."""
        shapes = shapely.from_wkb(wkb.to_numpy(zero_copy_only=False))
        named = numpy.unique(shapely.get_type_id(shapes))
        raised = " Z" if shapely.has_z(shapes).any() else ""
        self.types |= {_TYPE_NAMES[number] + raised for number in named.tolist() if number >= 0}
        box = shapely.total_bounds(shapes)
        if not numpy.isnan(box).any():
            extents = [self.bounds] if self.bounds else []
            corners = numpy.array([*extents, box.tolist()])
            west, south = corners[:, :2].min(axis=0).tolist()
            east, north = corners[:, 2:].max(axis=0).tolist()
            self.bounds = (west, south, east, north)

    def metadata(self, crs: Crs) -> dict[str, Any]:
        """Return the ``geo`` member of the file (GeoParquet 1.1.0)."""
        column: dict[str, Any] = {"encoding": "WKB", "geometry_types": sorted(self.types)}
        if crs.srid != 4326:
            column["crs"] = pyproj.CRS.from_epsg(crs.srid).to_json_dict()
        if self.bounds is not None:
            column["bbox"] = list(self.bounds)
        return {"version": "1.1.0", "primary_column": _GEOMETRY, "columns": {_GEOMETRY: column}}


_TYPE_NAMES = {
    0: "Point", 1: "LineString", 3: "Polygon", 4: "MultiPoint", 5: "MultiLineString", 6: "MultiPolygon",
    7: "GeometryCollection",
}  # fmt: skip


def write_parquet(selection: Selection, path: Path, notice: Notice) -> int:
    """Write GeoParquet, or plain Parquet for a table; return the number of rows."""
    geometry = _GEOMETRY if notice.is_located else ""
    columns = columns_of(selection, reserved=[_GEOMETRY])
    rows = rows_of(selection, columns, notice.crs, geometry=geometry)
    positions = GeometryMetadata()
    schema = _schema(rows.schema, columns)
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        _fill(writer, rows, schema, positions if geometry else None)
        metadata = {"attribution": notice.attribution, "notice": notice.text(rows.count)}
        if geometry:
            metadata["geo"] = json.dumps(positions.metadata(notice.crs))
        writer.add_key_value_metadata(metadata)
    return rows.count


def _schema(schema: pa.Schema, columns: tuple[ExportColumn, ...]) -> pa.Schema:
    for position, column in enumerate(columns):
        if column.field.type is FieldType.TEXTS:
            schema = schema.set(position, pa.field(column.name, pa.list_(pa.string())))
    return schema


def _fill(writer: pq.ParquetWriter, rows: Rows, schema: pa.Schema, geometry: GeometryMetadata | None) -> None:
    pending: list[pa.RecordBatch] = []
    for batch in rows:
        if geometry is not None:
            geometry.add(batch.column(_GEOMETRY))
        arrays = [_typed(array, part.type) for array, part in zip(batch.columns, schema, strict=True)]
        pending.append(pa.RecordBatch.from_arrays(arrays, schema=schema))
        if sum(part.num_rows for part in pending) >= _GROUP_ROWS:
            writer.write_table(pa.Table.from_batches(pending))
            pending = []
    if pending:
        writer.write_table(pa.Table.from_batches(pending))


def _typed(array: pa.Array, kind: pa.DataType) -> pa.Array:
    if not pa.types.is_list(kind):
        return array
    texts = [None if text is None else json.loads(text) for text in array.to_pylist()]
    return pa.array(texts, type=pa.list_(pa.string()))
