"""What GDAL writes: tables of a GeoPackage, FlatGeobuf, the parts of a Shapefile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.utils.translation import gettext as _

from export_formats.writers.batches import Rows, Tables, clock_times, serve_file
from layers.errors import ExportFailed
from layers.parsing import gdal
from sandbox.child import Job

MAX_TEXT = 254


def serve(job: Job) -> None:
    """Be the process that writes a file."""
    serve_file(job, write)


def write(description: Mapping[str, Any], tables: Tables) -> Mapping[str, Any]:
    """Write each table as a layer of ``path``, with the ``driver`` of GDAL.

    ``days`` are the names of the dates beside the instants of a Shapefile, None for other formats. Answer ``cut``, how
    many texts of each column of a Shapefile were too long.

    Raises:
        ExportFailed: the format cannot hold these rows, or the disk is full.
    """
    days, cutter = description["days"], Cutter()
    for rows in tables:
        _write_layer(rows if days is None else _dbase(rows, cutter, days), description)
    return {"cut": cutter.cut}


def _write_layer(rows: Rows, description: Mapping[str, Any]) -> None:
    table = rows.table
    located = {}
    if table.geometry:
        kind = f"{table.kind} Z" if _has_heights(rows) else table.kind
        located = {"geometry_name": table.geometry, "geometry_type": kind, "crs": f"EPSG:{table.srid}"}
    try:
        gdal.pyogrio.write_arrow(
            rows.reader(), description["path"], layer=table.name, driver=description["driver"], encoding="UTF-8",
            layer_options=dict(table.options), **located,
        )  # fmt: skip
    except (gdal.DataSourceError, gdal.FeatureError, gdal.GeometryError, RuntimeError) as error:
        raise ExportFailed(_("Le format ne peut pas contenir ces données : %s.") % error) from error


def _has_heights(rows: Rows) -> bool:
    """Say whether the positions have heights: a column has them on all rows or on none, so the first one tells."""
    batches = iter(rows.batches)
    read: list[pa.RecordBatch] = []
    has_heights = False
    for batch in batches:
        read.append(batch)
        first = next((wkb for wkb in batch.column(rows.table.geometry).to_pylist() if wkb), None)
        if first is not None:
            has_heights = (
                int.from_bytes(first[1:5], "little" if first[0] else "big") // 1000 == 1
            )  # ISO codes
            break
    rows.batches = chain(read, batches)
    return has_heights


@dataclass(slots=True)
class Cutter:
    """Cuts texts to what dBase holds and counts them, by column."""

    cut: dict[str, int] = field(default_factory=dict)

    def batches(self, rows: Iterator[pa.RecordBatch], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        """Yield the batches with short texts, and instants as texts with their days."""
        for batch in rows:
            arrays = list[pa.Array]()
            for part, array in zip(batch.schema, batch.columns, strict=True):
                arrays.append(self._shortened(part.name, array))
                if pa.types.is_timestamp(array.type):
                    arrays.append(_days(array))
            yield pa.RecordBatch.from_arrays(arrays, schema=schema)

    def _shortened(self, name: str, array: pa.Array) -> pa.Array:
        if pa.types.is_timestamp(array.type):
            texts = pc.strftime(array, format="%Y-%m-%dT%H:%M:%SZ")
            return pc.replace_substring_regex(texts, r"\.0+Z$", "Z")  # most instants have whole seconds
        if not pa.types.is_string(array.type):
            return array
        too_long = pc.sum(pc.greater(pc.binary_length(array), MAX_TEXT)).as_py() or 0
        if not too_long:
            return array
        self.cut[name] = self.cut.get(name, 0) + too_long
        return pa.array([None if text is None else cut_text(text) for text in array.to_pylist()], pa.string())


def _days(instants: pa.Array) -> pa.Array:
    """Return the day of each instant where the territory is."""
    return pc.floor_temporal(clock_times(instants), unit="day").cast(pa.date32())


def cut_text(text: str) -> str:
    """Keep what fits in 254 bytes of UTF-8, whole characters only."""
    return text.encode()[:MAX_TEXT].decode(errors="ignore")


def _dbase(rows: Rows, cutter: Cutter, days: Mapping[str, str]) -> Rows:
    """Return the rows as the format holds them."""
    parts = list[pa.Field]()
    for part in rows.schema:
        if pa.types.is_timestamp(part.type):
            parts += [pa.field(part.name, pa.string()), pa.field(days[part.name], pa.date32())]
        else:
            parts.append(part)
    schema = pa.schema(parts)
    return Rows(rows.table, schema, cutter.batches(rows.batches, schema))
