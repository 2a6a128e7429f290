"""What every format of export keeps of the rows: counts, values, missing values, types and positions."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
import shapely
from django.db import connection

from export_formats.registry import FORMATS, estimate_seconds
from heritage.models import RemarkableTree
from tests import factories
from tests.export_files import Rows, export, exported, read_back, selection
from tests.factories import BOULOGNE, MEUDON

TREES, ZONES, LINES = "arbres-remarquables", "plui-zones", "plui-prescriptions-lin"
# Formats that give values with their types, and the name of each column.
TYPED = ("geojson", "geojsonl", "gpkg", "fgb", "parquet")
NAME, ADDRESS = "L’arbre à « palabres », l'œuvre d\"été", "4 rue de l'Église ; bât. <B> & C\\D"
every_format = pytest.mark.parametrize("extension", FORMATS)


@pytest.fixture
def trees(catalogue: object) -> tuple[RemarkableTree, RemarkableTree]:
    """A tree with everything, and one outside of the communes with nothing."""
    full = factories.tree(
        NAME,
        at=MEUDON,
        adresse=ADDRESS,
        hauteur=12.5,
        remarquable=False,
        date_plantation=dt.date(1889, 5, 6),
        critere=["dimensions", "age"],
        precision_position=3,
    )
    return full, factories.tree("Nu", at=(2.5, 48.9))


def named(rows: Rows, *names: str) -> list[Any]:
    """Return the one of these columns that is there, in the order of the rows."""
    return [next(row[name] for name in names if name in row) for row in rows]


@every_format
def test_every_row_is_there_once(trees: object, tmp_path: Path, extension: str) -> None:
    with factories.in_bulk():
        for number in range(300):
            factories.tree(f"Arbre {number}")
    rows = exported(TREES, extension, tmp_path)
    assert len({int(pk) for pk in named(rows, "id", "ogr_id")}) == 302


@every_format
def test_accents_apostrophes_and_signs_come_back(trees: object, tmp_path: Path, extension: str) -> None:
    rows = exported(TREES, extension, tmp_path)
    names = named(rows, "nom_vernaculaire", "nom vernaculaire", "nom_vernac", "Name")
    assert (names[0], named(rows, "adresse")[0]) == (NAME, ADDRESS)


@pytest.mark.parametrize("extension", TYPED)
def test_values_keep_their_types(trees: object, tmp_path: Path, extension: str) -> None:
    full = exported(TREES, extension, tmp_path)[0]
    planted = str(full["date_plantation"])[:10]
    assert full["hauteur"] == 12.5
    assert full["remarquable"] == 0
    assert planted == "1889-05-06"
    assert full["precision_position"] == 3


def test_gdal_reads_the_yes_and_no_of_a_kml(trees: object, tmp_path: Path) -> None:
    assert [row["remarquable"] for row in exported(TREES, "kml", tmp_path)] == [False, True]


@pytest.mark.parametrize("extension", TYPED)
def test_a_missing_value_is_not_an_empty_text(trees: object, tmp_path: Path, extension: str) -> None:
    bare = exported(TREES, extension, tmp_path)[1]
    assert bare["commune"] is None
    assert bare["hauteur"] is None
    assert bare["date_plantation"] is None
    assert bare["adresse"] == ""


@pytest.mark.parametrize(
    ("extension", "element"), [("gml", "p:adresse"), ("kml", 'SimpleData name="adresse"')]
)
def test_a_missing_element_is_not_an_empty_one(
    trees: object, tmp_path: Path, extension: str, element: str
) -> None:
    path, _written = export(TREES, extension, tmp_path, properties="commune,adresse")
    bare = path.read_text().splitlines()[-2]
    assert f"<{element}></" in bare
    assert "commune" not in bare


def test_csv_tells_a_missing_value_from_an_empty_text(trees: object, tmp_path: Path) -> None:
    path, _written = export(TREES, "csv", tmp_path, properties="commune,adresse")
    assert path.read_text().splitlines()[2].startswith(f'{named_pk(trees)},,"",')


def named_pk(trees: Any) -> int:
    """Return the id of the bare tree."""
    return int(trees[1].pk)


@pytest.mark.parametrize(
    ("extension", "expected"),
    [
        ("geojson", ["dimensions", "age"]),
        ("parquet", ["dimensions", "age"]),
        ("gpkg", '["dimensions","age"]'),
        ("csv", "dimensions;age"),
    ],
)
def test_lists_of_texts_have_a_form_in_each_format(
    trees: object, tmp_path: Path, extension: str, expected: object
) -> None:
    assert exported(TREES, extension, tmp_path)[0]["critere"] == expected


def test_excel_csv_is_french(trees: object, tmp_path: Path) -> None:
    full = exported(TREES, "excel.csv", tmp_path)[0]
    assert full["hauteur"] == "12,5"
    assert full["remarquable"] == "FAUX"
    assert full["date de plantation"] == "06/05/1889"
    assert full["latitude"] == "48,81"


def test_a_workbook_has_typed_cells(trees: object, tmp_path: Path) -> None:
    full = exported(TREES, "xlsx", tmp_path, properties="hauteur,remarquable,precision_position")[0]
    assert list(full.values())[1:] == [12.5, False, 3.0, 2.21, 48.81]


def test_a_workbook_has_dates(trees: object, tmp_path: Path) -> None:
    RemarkableTree.objects.update(date_plantation=dt.date(1989, 5, 6))
    full = exported(TREES, "xlsx", tmp_path, properties="date_plantation")[0]
    assert full["date de plantation"] == dt.date(1989, 5, 6)


TABLES = {TREES: "heritage_remarkabletree", ZONES: "plui_zoneurba", LINES: "plui_prescriptionlin"}
GEOMETRIES = ("gpkg", "shp.zip", "fgb", "parquet", "gml")


def places(slug: str, extension: str, folder: Path, srid: int) -> dict[int, Any]:
    """Return the positions of an export, by id."""
    rows = exported(slug, extension, folder, crs=f"EPSG:{srid}")
    return {int(row["id"]): shapely.from_wkb(row.get("wkb", row.get("geometry"))) for row in rows}


def expected_places(table: str, srid: int) -> dict[int, Any]:
    """Return what PostGIS says."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, ST_AsBinary(ST_Transform(geom, {srid})) FROM {table}")
        return {pk: shapely.from_wkb(bytes(wkb)) for pk, wkb in cursor.fetchall()}


@pytest.mark.parametrize("srid", [4326, 2154, 3949, 3857])
@pytest.mark.parametrize("extension", GEOMETRIES)
def test_positions_are_those_of_postgis_within_a_centimetre(
    trees: object, tmp_path: Path, extension: str, srid: int
) -> None:
    factories.zone("UA")
    factories.prescription_lin("Alignement", factories.line((2.2, 48.8), (2.21, 48.81), (2.22, 48.8)))
    tolerance = 1e-7 if srid == 4326 else 0.01
    apart = {
        slug: _farthest(places(slug, extension, tmp_path, srid), expected_places(table, srid))
        for slug, table in TABLES.items()
    }
    assert {slug: distance <= tolerance for slug, distance in apart.items()} == dict.fromkeys(TABLES, True)


def _farthest(found: dict[int, Any], expected: dict[int, Any]) -> float:
    assert found.keys() == expected.keys()
    return max(float(shapely.hausdorff_distance(found[pk], shape)) for pk, shape in expected.items())


@pytest.mark.parametrize("extension", ["geojson", "csv"])
def test_files_are_longitude_first_even_in_4326(trees: object, tmp_path: Path, extension: str) -> None:
    full = exported(TREES, extension, tmp_path, crs="EPSG:4326")[0]
    place = (
        full["geometry"]["coordinates"]
        if extension == "geojson"
        else [float(full["longitude"]), float(full["latitude"])]
    )
    assert place == pytest.approx([2.21, 48.81])


def test_geojson_in_lambert_93_says_so(trees: object, tmp_path: Path) -> None:
    path, _written = export(TREES, "geojson", tmp_path, crs="EPSG:2154")
    assert json.loads(path.read_text())["crs"]["properties"]["name"] == "urn:ogc:def:crs:EPSG::2154"


@every_format
def test_an_empty_selection_is_a_file_without_rows(trees: object, tmp_path: Path, extension: str) -> None:
    path, written = export(TREES, extension, tmp_path, filter="nom_vernaculaire = 'personne'")
    assert written.rows == 0
    assert written.size == path.stat().st_size
    assert path.exists()


@every_format
def test_a_selection_that_can_match_nothing_is_a_file_too(
    trees: object, tmp_path: Path, extension: str
) -> None:
    path, written = export(TREES, extension, tmp_path, ids="999999999")
    # GDAL finds no layer in a GML without feature.
    assert (written.rows, extension == "gml" or read_back(path, extension)) == (0, extension == "gml" or [])


@every_format
def test_what_is_written_is_told(trees: object, tmp_path: Path, extension: str) -> None:
    path, written = export(TREES, extension, tmp_path)
    assert written.rows == 2
    assert written.size == path.stat().st_size
    assert written.file_name.endswith(f".{extension}")


@pytest.mark.parametrize("extension", ["csv", "geojson", "parquet", "xlsx"])
def test_the_sort_asked_is_the_order_of_the_file(trees: object, tmp_path: Path, extension: str) -> None:
    factories.tree("Bouleau", at=BOULOGNE)
    rows = exported(TREES, extension, tmp_path, sortby="-nom_vernaculaire")
    assert named(rows, "nom_vernaculaire", "nom vernaculaire") == ["Nu", NAME, "Bouleau"]


@every_format
def test_only_the_properties_asked_are_there(trees: object, tmp_path: Path, extension: str) -> None:
    path, _written = export(TREES, extension, tmp_path, properties="genre")
    assert ADDRESS.encode() not in path.read_bytes()


def test_an_estimate_grows_with_the_rows(trees: object) -> None:
    few = estimate_seconds(selection(TREES, ids="999999999"), FORMATS["xlsx"])
    assert estimate_seconds(selection(TREES), FORMATS["xlsx"]) > few
