"""Exports written for a test and read back by the libraries people use, as plain values by column name."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from django.utils import timezone
from python_calamine import CalamineWorkbook

from export_formats.registry import FORMATS, WrittenFile, write_export
from layers import access, queries
from layers.parsing import parse_query
from layers.parsing.gdal import pyogrio
from layers.queries import Selection
from layers.visitor import Visitor

Rows = list[dict[str, Any]]


def selection(slug: str, **parameters: str) -> Selection:
    """Select as an administrator."""
    visitor = Visitor(instant=timezone.now(), user_id=1, is_administrator=True)
    query = parse_query({name.replace("_", "-"): [value] for name, value in parameters.items()})
    return queries.select(access.scope(visitor, slug), query)


def export(slug: str, extension: str, folder: Path, **parameters: str) -> tuple[Path, WrittenFile]:
    """Write an export in a folder."""
    path = folder / f"{slug}.{extension}"
    return path, write_export(selection(slug, **parameters), FORMATS[extension], path)


def read_back(path: Path, extension: str) -> Rows:
    """Return the rows of a file."""
    return _READERS[extension](path)


def exported(slug: str, extension: str, folder: Path, **parameters: str) -> Rows:
    """Write and read back."""
    path, _written = export(slug, extension, folder, **parameters)
    return read_back(path, extension)


def read_gdal(path: Path | str, layer: str | None = None) -> Rows:
    """Return the rows of a file as GDAL gives them, with the WKB of the position under ``wkb``."""
    meta, table = pyogrio.read_arrow(path, layer=layer, return_fids=True)
    position = meta["geometry_name"] or "wkb_geometry"
    named = table.rename_columns(["wkb" if name == position else name for name in table.column_names])
    rows: Rows = named.to_pylist()
    for row in rows:
        row.setdefault("id", row.get("fid", row.get("OGC_FID")))
        row["id"] = int(str(row["id"]).rpartition(".")[2])  # KML has the name of the layer before
    # A spatial index has an order of its own.
    return sorted(rows, key=lambda row: row["id"])


def readable(content: bytes, media_type: str) -> str:
    """Return all that a file shows, as text: parts of an archive, rows of Parquet, or the bytes themselves."""
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            content = b"".join(name.encode() + archive.read(name) for name in archive.namelist())
    elif media_type == FORMATS["parquet"].media_type:
        file = pq.ParquetFile(io.BytesIO(content))
        return f"{file.metadata.metadata}{file.read().to_pylist()}"
    return content.decode(errors="replace")


def _read_csv(path: Path) -> Rows:
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))


def _read_excel_csv(path: Path) -> Rows:
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig")), delimiter=";"))


def _read_workbook(path: Path) -> Rows:
    headings, *rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("Données").to_python()
    return [dict(zip(map(str, headings), row, strict=True)) for row in rows]


def workbook_rows(content: bytes) -> list[list[Any]]:
    """Return the rows of the first sheet of a workbook, its headings first."""
    rows: list[list[Any]] = (
        CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    )
    return rows


def _features(documents: list[dict[str, Any]]) -> Rows:
    return [{"id": f["id"], "geometry": f["geometry"]} | f["properties"] for f in documents]


def _read_parquet(path: Path) -> Rows:
    rows: Rows = pq.read_table(path).to_pylist()
    return rows


def _read_shapefile(path: Path) -> Rows:
    """Unfold the archive first: this process mends shapefiles without index, which writes beside them."""
    folder = path.with_suffix(".unfolded")
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
        (name,) = (name for name in archive.namelist() if name.endswith(".shp"))
    return read_gdal(folder / name)


_READERS: Mapping[str, Callable[[Path], Rows]] = {
    "csv": _read_csv,
    "excel.csv": _read_excel_csv,
    "xlsx": _read_workbook,
    "geojson": lambda path: _features(json.loads(path.read_text())["features"]),
    "geojsonl": lambda path: _features([json.loads(line) for line in path.read_text().splitlines()]),
    "parquet": _read_parquet,
    "gpkg": lambda path: read_gdal(path, path.name.removesuffix(".gpkg")),
    "shp.zip": _read_shapefile,
    "fgb": read_gdal,
    "kml": read_gdal,
    "gml": read_gdal,
}
