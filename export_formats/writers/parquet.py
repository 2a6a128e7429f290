"""GeoParquet 1.1: one file of column chunks, positions in WKB, and the metadata that says where they are.

The bounding box and the geometry types are those of the rows written: they are known at the end, where Parquet keeps
its metadata. Longitude and latitude in WGS 84 are OGC:CRS84, the default of the specification.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from export_formats.tables import Table
from export_formats.writers.batches import Rows, Tables, serve_file
from layers.definitions import FieldType
from layers.lazy import lazy_module
from sandbox.child import Job

if TYPE_CHECKING:
    import pyproj
else:
    pyproj = lazy_module("pyproj")

# Rows of a group: a reader skips whole groups, and the writer holds one.
_GROUP_ROWS = 20_000


def serve(job: Job) -> None:
    """Be the process that writes a file."""
    serve_file(job, write)


def write(description: Mapping[str, Any], tables: Tables) -> Mapping[str, Any]:
    """Write the one table, GeoParquet or plain Parquet; ``metadata`` of the ending are texts of the file by key."""
    for rows in tables:
        table, positions, schema = rows.table, GeometryMetadata(), _schema(rows)
        with pq.ParquetWriter(description["path"], schema, compression="zstd") as writer:
            _fill(writer, rows, schema, positions)
            writer.add_key_value_metadata(_metadata(table, positions) | dict(tables.ending["metadata"]))
    return {}


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

    def metadata(self, table: Table) -> dict[str, Any]:
        """Return the ``geo`` member of the file (GeoParquet 1.1.0)."""
        column: dict[str, Any] = {"encoding": "WKB", "geometry_types": sorted(self.types)}
        if table.srid != 4326:
            column["crs"] = pyproj.CRS.from_epsg(table.srid).to_json_dict()
        if self.bounds is not None:
            column["bbox"] = list(self.bounds)
        return {"version": "1.1.0", "primary_column": table.geometry, "columns": {table.geometry: column}}


_TYPE_NAMES = {
    0: "Point", 1: "LineString", 3: "Polygon", 4: "MultiPoint", 5: "MultiLineString", 6: "MultiPolygon",
    7: "GeometryCollection",
}  # fmt: skip


def _metadata(table: Table, positions: GeometryMetadata) -> dict[str, str]:
    return {"geo": json.dumps(positions.metadata(table))} if table.geometry else {}


def _schema(rows: Rows) -> pa.Schema:
    schema = rows.schema
    for position, (name, kind) in enumerate(rows.table.columns):
        if FieldType(kind) is FieldType.TEXTS:
            schema = schema.set(position, pa.field(name, pa.list_(pa.string())))
    return schema


def _fill(writer: pq.ParquetWriter, rows: Rows, schema: pa.Schema, positions: GeometryMetadata) -> None:
    pending: list[pa.RecordBatch] = []
    for batch in rows:
        if rows.table.geometry:
            positions.add(batch.column(rows.table.geometry))
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
