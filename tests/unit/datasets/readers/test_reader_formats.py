"""Vector formats, workbooks and tables: the same rows whatever the container, and what each has of its own."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy
import pyarrow
import pyarrow.parquet
import pytest
import shapely

from datasets.errors import BrokenEncoding, EmptyFile, UnknownFormat, UnknownPart, UnreadableFile
from datasets.readers.opening import open_source
from datasets.readers.source import RawRow, ReadOptions, Source
from datasets.vocabulary import ColumnType
from layers.parsing.gdal import pyogrio

POINTS = [shapely.Point(2.24, 48.83), shapely.Point(2.25, 48.84)]
LAMBERT = [shapely.Point(645_000, 6_860_000, 35.0), shapely.Point(646_000, 6_860_000, 36.0)]
EXPECTED = [["Été", "1.5", "2024-01-02", "true", "7"], ["Hiver", "2", "2024-01-03", "false", ""]]


def _write(
    path: Path, driver: str, points: list[Any] = POINTS, crs: str = "EPSG:4326", **options: Any
) -> Path:
    """Write two features with a text, a number, a day, a boolean and a whole number that may miss."""
    is_3d = points[0].has_z
    pyogrio.raw.write(
        path,
        shapely.to_wkb(numpy.array(points), output_dimension=3 if is_3d else 2, flavor="iso"),
        [
            numpy.array(["Été", "Hiver"], dtype=object),
            numpy.array([1.5, 2.0]),
            numpy.array(["2024-01-02", "2024-01-03"], dtype="datetime64[D]"),
            numpy.array([True, False]),
            numpy.array([7, 0]),
        ],
        numpy.array(["nom", "valeur", "jour", "actif", "n"]),
        field_mask=[None, None, None, None, numpy.array([False, True])],
        driver=driver,
        geometry_type="Point Z" if is_3d else "Point",
        crs=crs,
        **options,
    )
    return path


def _zip(path: Path, entries: dict[str, Path | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content if isinstance(content, bytes) else content.read_bytes())
    return path


def _shapefile(folder: Path, **options: Any) -> dict[str, Path]:
    shape = _write(folder / "points.shp", "ESRI Shapefile", LAMBERT, "EPSG:2154", **options)
    return {f"Dossier é/POINTS{part.suffix.upper()}": part for part in folder.glob(f"{shape.stem}.*")}


@pytest.fixture
def made(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """The two features in the format the test asks for."""
    makers = {
        "gpkg": lambda: _write(tmp_path / "a.gpkg", "GPKG"),
        "fgb": lambda: _write(tmp_path / "a.fgb", "FlatGeobuf"),
        "geojson": lambda: _write(tmp_path / "a.geojson", "GeoJSON"),
        "geojsonseq": lambda: _write(tmp_path / "a.geojsonl", "GeoJSONSeq"),
        "gml": lambda: _write(tmp_path / "a.gml", "GML"),
        "kml": lambda: _write(tmp_path / "a.kml", "LIBKML"),
        "kmz": lambda: _zip(tmp_path / "a.kmz", {"doc.kml": _write(tmp_path / "a.kml", "LIBKML")}),
        "shp": lambda: _zip(tmp_path / "a.zip", dict(_shapefile(tmp_path))),
        "parquet": lambda: _parquet(tmp_path / "a.parquet"),
    }
    yield makers[request.param]()


def _parquet(path: Path) -> Path:
    table = pyarrow.table(
        {
            "nom": ["Été", "Hiver"],
            "valeur": [1.5, 2.0],
            "jour": numpy.array(["2024-01-02", "2024-01-03"], dtype="datetime64[D]"),
            "actif": [True, False],
            "n": pyarrow.array([7, None], pyarrow.int64()),
            "geometry": [shapely.to_wkb(point) for point in POINTS],
        }
    )
    columns = {"geometry": {"encoding": "WKB", "geometry_types": ["Point"]}}
    geo = json.dumps({"version": "1.1.0", "primary_column": "geometry", "columns": columns})
    pyarrow.parquet.write_table(table.replace_schema_metadata({"geo": geo}), path)
    return path


def _plain_day(text: str) -> str:
    """FlatGeobuf has no day without a time, and KML has it as text."""
    return text.removesuffix("T00:00:00").replace("/", "-")


def _read(path: Path, options: ReadOptions | None = None) -> tuple[Source, list[RawRow]]:
    with open_source(path, options=options) as source:
        return source, list(source.rows())


@pytest.mark.parametrize(
    ("made", "kind"),
    [
        (kind, kind)
        for kind in ("gpkg", "fgb", "geojson", "geojsonseq", "gml", "kml", "kmz", "shp", "parquet")
    ],
    indirect=["made"],
)
def test_every_format_gives_the_same_texts(made: Path, kind: str) -> None:
    source, rows = _read(made)

    own = [source.titles.index(title) for title in ("nom", "valeur", "jour", "actif", "n")]
    texts = [[_plain_day(values[position] or "") for position in own] for _number, values, _wkb in rows]
    assert source.format == kind
    assert sorted(texts, key=lambda row: row[2]) == EXPECTED
    assert source.geometry_types == {"Point"}
    assert source.has_geometry


@pytest.mark.parametrize(
    ("made", "srid"),
    [("gpkg", 4326), ("gml", 4326), ("kml", 4326), ("parquet", 4326), ("shp", 2154)],
    indirect=["made"],
)
def test_coordinates_are_x_then_y_in_the_declared_system(made: Path, srid: int) -> None:
    source, rows = _read(made)

    point = shapely.from_wkb(rows[0][2])
    assert source.srid == srid
    assert (point.x, point.y) == pytest.approx((2.24, 48.83) if srid == 4326 else (645_000, 6_860_000))


def test_shapefile_with_heights_says_so(tmp_path: Path) -> None:
    source, _rows = _read(_zip(tmp_path / "a.zip", dict(_shapefile(tmp_path))))

    assert source.has_z


def test_shapefile_without_its_neighbours_is_explained(tmp_path: Path) -> None:
    path = _write(tmp_path / "points.shp", "ESRI Shapefile", LAMBERT, "EPSG:2154")

    with pytest.raises(UnknownFormat, match="zip"):
        _read(path)


def test_types_a_file_declares_are_hints(tmp_path: Path) -> None:
    source, _rows = _read(_write(tmp_path / "a.gpkg", "GPKG"))

    assert source.hints == (
        ColumnType.STRING,
        ColumnType.NUMBER,
        ColumnType.DATE,
        ColumnType.BOOLEAN,
        ColumnType.INTEGER,
    )


def test_layer_is_chosen_by_name_and_an_unknown_one_is_refused_with_the_list(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.gpkg", "GPKG", layer="un")
    _write(path, "GPKG", layer="deux", append=True)

    source, _rows = _read(path, ReadOptions(layer="deux"))
    assert (source.layers, source.layer) == (("un", "deux"), "deux")
    with pytest.raises(UnknownPart, match=r"trois.*un, deux"):
        _read(path, ReadOptions(layer="trois"))


def test_geojson_dates_stay_as_written(tmp_path: Path) -> None:
    feature = {"type": "Feature", "geometry": None, "properties": {"jour": "2024/01/02", "code": "01"}}
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))

    assert _read(path)[1] == [(1, ["2024/01/02", "01"], None)]


def test_geojson_in_the_older_crs_member_is_in_its_system(tmp_path: Path) -> None:
    source, _rows = _read(_write(tmp_path / "a.geojson", "GeoJSON", LAMBERT, "EPSG:2154"))

    assert source.srid == 2154


@pytest.mark.parametrize("kept", [0.5, 0.9])
def test_truncated_geojson_is_refused(tmp_path: Path, kept: float) -> None:
    path = _write(tmp_path / "a.geojson", "GeoJSON")
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * kept)])

    with pytest.raises(UnreadableFile):
        _read(path)


def test_broken_line_among_geojson_lines_is_named(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.geojsonl", "GeoJSONSeq")
    path.write_bytes(path.read_bytes() + b'{"type": "Feat\n')

    with pytest.raises(UnreadableFile) as fault:
        _read(path)

    assert fault.value.line == 3


def test_geojson_of_windows_is_refused_with_its_line(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.geojson", "GeoJSON")
    path.write_bytes(path.read_text().encode("cp1252"))

    with pytest.raises(BrokenEncoding):
        _read(path)


@pytest.mark.parametrize("made", ["gpkg", "fgb", "parquet", "gml", "kmz"], indirect=True)
def test_file_cut_in_the_middle_is_refused_in_words(made: Path) -> None:
    content = made.read_bytes()
    made.write_bytes(content[: len(content) // 2])

    with pytest.raises(UnreadableFile):
        _read(made)


def test_gpx_gives_its_waypoints_and_names_its_other_layers(tmp_path: Path) -> None:
    path = tmp_path / "a.gpx"
    path.write_text(
        '<?xml version="1.0"?><gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1">'
        '<wpt lat="48.8" lon="2.2"><name>Un</name></wpt></gpx>'
    )

    source, rows = _read(path)

    assert source.layer == "waypoints"
    assert "tracks" in source.layers
    assert rows[0][1][source.titles.index("name")] == "Un"


def test_answer_of_a_wfs_that_writes_latitude_first_is_read_x_then_y(tmp_path: Path) -> None:
    path = tmp_path / "a.gml"
    path.write_text(
        '<wfs:FeatureCollection xmlns:wfs="http://www.opengis.net/wfs/2.0" xmlns:gml="http://www.opengis.net/gml/3.2"'
        ' xmlns:a="http://exemple"><wfs:member><a:lieu gml:id="l.1"><a:nom>Ici</a:nom><a:geom>'
        '<gml:Point srsName="urn:ogc:def:crs:EPSG::4326"><gml:pos>48.8 2.2</gml:pos></gml:Point>'
        "</a:geom></a:lieu></wfs:member></wfs:FeatureCollection>"
    )

    source, rows = _read(path)

    assert source.srid == 4326
    assert shapely.from_wkb(rows[0][2]) == shapely.Point(2.2, 48.8)


@pytest.mark.parametrize("features", ["", '{"type": "Feature", "properties": {}, "geometry": null}'])
def test_geojson_without_any_field_is_refused_in_words(tmp_path: Path, features: str) -> None:
    path = tmp_path / "a.geojson"
    path.write_text('{"type": "FeatureCollection", "features": [' + features + "]}")

    with pytest.raises(EmptyFile, match="aucun champ"):
        _read(path)


def test_wrong_extension_is_noticed_and_the_content_read(tmp_path: Path) -> None:
    source, rows = _read(_write(tmp_path / "a.gpkg", "GPKG").rename(tmp_path / "a.csv"))

    assert (source.format, len(rows)) == ("gpkg", 2)
    assert [finding.code for finding in source.findings] == ["extension"]


def test_archive_of_one_csv_is_read(tmp_path: Path) -> None:
    source, rows = _read(
        _zip(tmp_path / "a.zip", {"lisezmoi.txt": b"bonjour", "data/table.csv": b"a,b\n1,2\n"})
    )

    assert (source.format, rows) == ("csv", [(2, ["1", "2"], None)])


def test_table_in_json_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(
        json.dumps({"nom": "EPT", "membres": [{"code": "92012", "n": 1.0}, {"code": "92022", "b": True}]})
    )

    source, rows = _read(path)

    assert source.titles == ("code", "n", "b")
    assert rows == [(1, ["92012", "1", None], None), (2, ["92022", None, "true"], None)]


SQUARE = {"type": "Point", "coordinates": [2.23, 48.81]}
# A record of flat JSON as services write it, and the texts of its columns.
RECORDS: dict[str, tuple[object, dict[str, str | None]]] = {
    "pair as an object": ([{"geo_point_2d": {"lon": 2.23, "lat": 48.81}}], {"geo_point_2d": "48.81, 2.23"}),
    "pair as a list": ([{"geo_point_2d": [48.81, 2.23]}], {"geo_point_2d": "[48.81, 2.23]"}),
    "longitude in full": (
        [{"a": 1, "lieu": {"latitude": 48, "longitude": 2.5}}],
        {"a": "1", "lieu": "48, 2.5"},
    ),
    "no position": ([{"a": 1, "geo_point_2d": None}], {"a": "1", "geo_point_2d": None}),
    "another object": ([{"a": {"x": 1, "lat": 2}}], {"a": '{"x": 1, "lat": 2}'}),
    "shape as a feature": (
        {"total_count": 1, "results": [{"nom": "A", "geo_shape": {"type": "Feature", "geometry": SQUARE}}]},
        {"nom": "A", "geo_shape": json.dumps(SQUARE)},
    ),
    "fields of their own": (
        {"nhits": 1, "records": [{"recordid": "x", "fields": {"nom": "A"}, "geometry": SQUARE}]},
        {"recordid": "x", "geometry": json.dumps(SQUARE), "nom": "A"},
    ),
    "features in a list": (
        [{"type": "Feature", "geometry": SQUARE, "properties": {"nom": "A"}}],
        {"geometry": json.dumps(SQUARE), "nom": "A"},
    ),
}


@pytest.mark.parametrize("case", RECORDS)
def test_flat_json_of_services_is_a_table_with_positions(tmp_path: Path, case: str) -> None:
    document, texts = RECORDS[case]
    path = tmp_path / "a.json"
    path.write_text(json.dumps(document))
    source, rows = _read(path)
    assert source.format == "json"
    assert dict(zip(source.titles, rows[0][1], strict=True)) == texts


def test_objects_one_a_line_are_a_table(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"code": "a", "n": 1}\n\n{"code": "b", "n": 2}\n')
    _source, rows = _read(path)
    assert [values for _number, values, _shape in rows] == [["a", "1"], ["b", "2"]]


def test_a_broken_line_among_objects_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"n": 1}\n{"n": 2}\n{"n": 3\n')
    with pytest.raises(UnreadableFile, match="ligne 3"):
        _read(path)
