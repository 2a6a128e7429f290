"""Any small layer, written in a format of GIS and read back: the same rows, types and geometry."""

from __future__ import annotations

import datetime as dt
import json
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from datasets.readers.opening import open_source
from datasets.readers.texts import number_text
from layers.parsing.gdal import pyogrio
from tests.examples import examples

Row = tuple[str | None, int | None, float | None, bool | None, dt.date | None, Any]
TITLES = ("Année & œuvre", "n", "x", "vrai", "jour")
SHORT = ("Ann_e", "n", "x", "vrai", "jour")
_KINDS = (pyarrow.string(), pyarrow.int64(), pyarrow.float64(), pyarrow.bool_(), pyarrow.date32())

_texts = st.text(st.characters(exclude_categories=("C", "Z"), max_codepoint=0x24FF), max_size=40)
_degrees = st.integers(-80_000_000, 80_000_000).map(lambda number: number / 1_000_000)
_positions = st.tuples(_degrees, _degrees)


def _ring(corner: tuple[float, float]) -> list[tuple[float, float]]:
    x, y = corner
    return [(x, y), (x + 1, y), (x + 1, y + 1), (x, y)]


_SHAPES: dict[str, st.SearchStrategy[Any]] = {
    "Point": _positions.map(shapely.Point),
    "MultiPoint": st.lists(_positions, min_size=1, max_size=3).map(shapely.MultiPoint),
    "LineString": st.lists(_positions, min_size=2, max_size=4, unique=True).map(shapely.LineString),
    "Polygon": _positions.map(lambda corner: shapely.Polygon(_ring(corner))),
    "MultiPolygon": _positions.map(
        lambda corner: shapely.MultiPolygon(
            [shapely.Polygon(_ring(corner)), shapely.Polygon(_ring((-99, 5)))]
        )
    ),
}


def _layers(kind: str) -> st.SearchStrategy[tuple[str, list[Row]]]:
    row = st.tuples(
        st.none() | _texts,
        st.none() | st.integers(-(2**31), 2**31),
        st.none() | st.floats(-1e6, 1e6).map(lambda number: round(number, 3)),
        st.none() | st.booleans(),
        st.none() | st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1)),
        st.none() | _SHAPES[kind],
    )
    # GDAL makes no layer of a column of nothing: the first row is full.
    first = st.tuples(
        _texts.filter(bool),
        st.just(7),
        st.just(0.5),
        st.just(True),
        st.just(dt.date(2024, 2, 29)),
        _SHAPES[kind],
    )
    return st.tuples(
        st.just(kind), st.tuples(first, st.lists(row, max_size=4)).map(lambda parts: [parts[0], *parts[1]])
    )


layers = st.sampled_from(sorted(_SHAPES)).flatmap(_layers)


def _by_gdal(path: Path, kind: str, rows: Sequence[Row], driver: str, **options: Any) -> Path:
    titles = SHORT if driver == "ESRI Shapefile" else TITLES
    columns = [pyarrow.array([row[place] for row in rows], type=_KINDS[place]) for place in range(5)]
    shapes = pyarrow.array([_wkb(row[5]) for row in rows], type=pyarrow.binary())
    table = pyarrow.table([*columns, shapes], names=[*titles, "geometry"])
    pyogrio.write_arrow(
        table, path, driver=driver, geometry_name="geometry", geometry_type=kind, crs="EPSG:4326", **options
    )
    return path


def _wkb(shape: Any) -> bytes | None:
    return None if shape is None else bytes(shapely.to_wkb(shape, flavor="iso"))


def _geojson(folder: Path, _kind: str, rows: Sequence[Row]) -> Path:
    features = [
        {
            "type": "Feature",
            "properties": dict(zip(TITLES, [*row[:4], row[4] and row[4].isoformat()], strict=True)),
            "geometry": None if row[5] is None else json.loads(shapely.to_geojson(row[5])),
        }
        for row in rows
    ]
    path = folder / "a.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def _geoparquet(folder: Path, kind: str, rows: Sequence[Row]) -> Path:
    columns = [pyarrow.array([row[place] for row in rows], type=_KINDS[place]) for place in range(5)]
    shapes = pyarrow.array([_wkb(row[5]) for row in rows], type=pyarrow.binary())
    table = pyarrow.table([*columns, shapes], names=[*TITLES, "geometry"])
    described = {"geometry": {"encoding": "WKB", "geometry_types": [kind]}}
    geo = {"version": "1.1.0", "primary_column": "geometry", "columns": described}
    path = folder / "a.parquet"
    pyarrow.parquet.write_table(table.replace_schema_metadata({"geo": json.dumps(geo)}), path)
    return path


def _shapefile(folder: Path, kind: str, rows: Sequence[Row]) -> Path:
    place = folder / "parts"
    place.mkdir()
    single = kind if kind in {"Point", "MultiPoint"} else kind.removeprefix("Multi")
    _by_gdal(place / "a.shp", single, rows, "ESRI Shapefile", encoding="UTF-8")
    path = folder / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for part in place.iterdir():
            archive.write(part, part.name)
    return path


WRITERS: dict[str, Callable[[Path, str, Sequence[Row]], Path]] = {
    "geojson": _geojson,
    "geopackage": lambda folder, kind, rows: _by_gdal(folder / "a.gpkg", kind, rows, "GPKG"),
    "geoparquet": _geoparquet,
    "flatgeobuf": lambda folder, kind, rows: _by_gdal(
        folder / "a.fgb", kind, rows, "FlatGeobuf", layer_options={"SPATIAL_INDEX": "NO"}
    ),
    "shapefile": _shapefile,
}


def _expected(row: Row) -> list[str | None]:
    """Return the texts that a row is read as."""
    text, whole, number, truth, day, _shape = row
    return [
        text or None,
        None if whole is None else str(whole),
        None if number is None else number_text(number),
        None if truth is None else str(truth).lower(),
        day and day.isoformat(),
    ]


def _single(shape: Any) -> Any:
    """Return what a Shapefile makes of a shape: one part is no multiple geometry."""
    parts = shapely.get_parts(shape) if shape is not None else []
    return parts[0] if len(parts) == 1 and shape.geom_type != "MultiPoint" else shape


@pytest.mark.parametrize("name", WRITERS)
@examples(40)
@given(layer=layers)
def test_layer_comes_back_as_it_was(name: str, layer: tuple[str, list[Row]]) -> None:
    kind, rows = layer
    with TemporaryDirectory() as folder, open_source(WRITERS[name](Path(folder), kind, rows)) as source:
        result = list(source.rows())
    order = [source.titles.index(title) for title in (SHORT if name == "shapefile" else TITLES)]

    assert [[values[place] for place in order] for _line, values, _shape in result] == list(
        map(_expected, rows)
    )
    for (_line, _values, wkb), row in zip(result, rows, strict=True):
        shape = None if wkb is None else shapely.from_wkb(wkb)
        assert (shape is None) == (row[5] is None)
        assert shape is None or _single(shape).normalize().equals_exact(_single(row[5]).normalize(), 1e-9)
