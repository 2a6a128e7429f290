"""Files of reference data as their producers deliver them, written on the spot; and the commands that load them."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy
import shapely
from django.core.management import call_command

from layers.parsing.gdal import pyogrio

Row = Mapping[str, Any]
"""The columns of a row; ``geom`` is its shape."""


def geojson(path: Path, *rows: Row) -> Path:
    """Write rows as GeoJSON."""
    features = [
        {
            "type": "Feature",
            "properties": {name: value for name, value in row.items() if name != "geom"},
            "geometry": None if row["geom"] is None else json.loads(shapely.to_geojson(row["geom"])),
        }
        for row in rows
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def gis_file(path: Path, driver: str, *rows: Row, crs: str = "EPSG:4326", **options: Any) -> Path:
    """Write rows by a driver of GDAL, every column a text."""
    names = [name for name in rows[0] if name != "geom"]
    pyogrio.raw.write(
        path,
        shapely.to_wkb(numpy.array([row["geom"] for row in rows]), flavor="iso"),
        [numpy.array([str(row[name]) for row in rows], dtype=object) for name in names],
        numpy.array(names),
        driver=driver,
        crs=crs,
        geometry_type=options.pop("geometry_type", rows[0]["geom"].geom_type),
        **options,
    )
    return path


def csv(path: Path, *rows: Mapping[str, str]) -> Path:
    """Write rows as the BAN does: UTF-8, semicolons."""
    lines: Sequence[str] = [";".join(rows[0]), *(";".join(row.values()) for row in rows)]
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return path


def load(command: str, path: Path, **options: Any) -> str:
    """Run a command on a file and return what it prints, with plain spaces."""
    output = io.StringIO()
    call_command(command, str(path), stdout=output, **options)
    return output.getvalue().replace("\u00a0", " ")
