"""What an export must never do: run a text in a spreadsheet, lose words in silence, or hide where it comes from."""

from __future__ import annotations

import datetime as dt
import os
import re
import sqlite3
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from defusedxml.ElementTree import fromstring, parse
from django.contrib.gis.geos import GEOSGeometry
from django.utils import timezone
from python_calamine import CalamineWorkbook

from amenities.models import Inspection
from export_formats.columns import named_columns
from export_formats.registry import FORMATS, write_export
from export_formats.services import clean_exports
from layers.definitions import Field, FieldType
from layers.errors import ExportFailed, InvalidParameter, TooSlow
from layers.formats.xml_names import xml_name
from tests import factories
from tests.conformance.clients import SYSTEM_PYTHON, why_no_qgis
from tests.export_files import export, exported, read_gdal, selection
from tests.factories import box

TREES, ZONES = "arbres-remarquables", "plui-zones"
RISKY = ["=1+1", "+33 1 41 00 00 00", "-2+3", "@SUM(A1)", "\tx", "＝1+1", '=HYPERLINK("http://example.org")']


@pytest.mark.parametrize("text", RISKY)
@pytest.mark.parametrize("extension", ["csv", "excel.csv"])
def test_a_text_that_a_spreadsheet_would_run_gets_an_apostrophe(
    catalogue: object, tmp_path: Path, extension: str, text: str
) -> None:
    factories.tree(text)
    (row,) = exported(TREES, extension, tmp_path)
    assert row.get("nom_vernaculaire", row.get("nom vernaculaire")) == f"'{text}"


FOREIGN = {
    "csv": [";=1+1", "a;=1+1", 'a, b;"=1', "a\t-1", "a\n@SUM(A1)", "a;＝1"],
    "excel.csv": [",=1+1", "a,=1+1", 'a; b,"=1', "a\t-1", "a\r@SUM(A1)", "a,＝1"],
}
SEPARATORS = {"csv": ";", "excel.csv": ","}


@pytest.mark.parametrize(("extension", "text"), [(form, text) for form in FOREIGN for text in FOREIGN[form]])
def test_a_spreadsheet_that_cuts_elsewhere_finds_no_formula(
    catalogue: object, tmp_path: Path, extension: str, text: str
) -> None:
    factories.tree(text)
    path, _written = export(TREES, extension, tmp_path)
    cells = re.split(rf"[{SEPARATORS[extension]}\t\r\n]", path.read_text("utf-8-sig"))
    assert [cell for cell in cells if cell.lstrip('"')[:1] in {*"=+-@＝"}] == []


@pytest.mark.parametrize("extension", ["csv", "excel.csv"])
def test_a_surface_west_of_greenwich_is_read_back(catalogue: object, tmp_path: Path, extension: str) -> None:
    drawn = box(-1.5, 48.8, -1.25, 48.9)
    factories.zone(geom=drawn)
    assert GEOSGeometry(exported(ZONES, extension, tmp_path)[0]["wkt"], srid=4326).equals(drawn)


@pytest.mark.parametrize("text", RISKY)
def test_a_workbook_holds_the_text_itself_and_no_formula(
    catalogue: object, tmp_path: Path, text: str
) -> None:
    factories.tree(text)
    path, _written = export(TREES, "xlsx", tmp_path)
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    cell = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("Données").to_python()[1][1]
    assert (cell, b"<f>" in sheet) == (text, False)


@pytest.mark.parametrize(("extension", "written"), [("csv", "-2.5"), ("excel.csv", "-2,5")])
def test_a_negative_number_stays_a_number(
    catalogue: object, tmp_path: Path, extension: str, written: str
) -> None:
    factories.tree(at=(-2.5, 48.9))
    assert exported(TREES, extension, tmp_path)[0]["longitude"] == written


@pytest.mark.parametrize("extension", ["kml", "gml"])
def test_markup_stays_well_formed_whatever_the_texts(
    catalogue: object, tmp_path: Path, extension: str
) -> None:
    factories.tree("a\x01b\x1fc <&>\"' \n]]> \ufffe é")
    path, _written = export(TREES, extension, tmp_path)
    texts = "".join(parse(path).getroot().itertext())
    assert "abc <&>\"' \n]]>  é" in texts


@pytest.mark.parametrize("extension", ["kml", "gml"])
@pytest.mark.parametrize(
    ("character", "read"),
    [*((odd, "") for odd in "\x01\x08\x0b\x0c\x1f\ufffe\uffff"), *((kept, kept) for kept in "&<>\t\n\"'é😀")],
)
def test_markup_holds_each_character_or_leaves_it_out(
    catalogue: object, tmp_path: Path, extension: str, character: str, read: str
) -> None:
    factories.tree(f"a{character}b")
    path, _written = export(TREES, extension, tmp_path)
    assert f"a{read}b" in list(parse(path).getroot().itertext())


@pytest.mark.parametrize("extension", ["kml", "gml"])
def test_names_that_xml_has_no_place_for_leave_the_file_well_formed(
    catalogue: object, tmp_path: Path, extension: str
) -> None:
    factories.tree("Cèdre", adresse="5 m²", hauteur=12.5)
    rows = selection(TREES, properties="adresse,hauteur")
    address, height = rows.fields
    fields = (
        replace(address, name="surface_m²", path="adresse"),
        replace(height, name="surface_m2", path="hauteur"),
    )
    definition = rows.scope.definition
    definition = replace(definition, slug="2024-arbres", fields=(*definition.fields, *fields))
    renamed = replace(rows, scope=replace(rows.scope, definition=definition), fields=fields)
    path = tmp_path / f"arbres.{extension}"
    write_export(renamed, FORMATS[extension], path)
    texts = list(parse(path).getroot().itertext())
    assert "5 m²" in texts
    assert "12.5" in texts


def test_elements_of_two_fields_that_xml_spells_alike_differ(catalogue: object) -> None:
    names = [Field(name, FieldType.TEXT, "") for name in ("surface_m²", "surface_m2", "2e_nom")]
    columns = named_columns(names, spelling=xml_name)
    assert [column.name for column in columns] == ["id", "surface_m2", "surface_m2_", "_2e_nom"]


def test_a_shapefile_says_what_it_cut(catalogue: object, tmp_path: Path) -> None:
    factories.zone(nomfic="x", urlfic=f"https://example.org/{'é' * 200}")
    path, _written = export(ZONES, "shp.zip", tmp_path)
    with zipfile.ZipFile(path) as archive:
        readme = archive.read("LISEZMOI.txt").decode()
    assert "urlfic : 1 textes de plus de 254 octets" in readme


def test_a_shapefile_tells_the_names_it_shortened(catalogue: object, tmp_path: Path) -> None:
    factories.tree()
    path, _written = export(TREES, "shp.zip", tmp_path)
    with zipfile.ZipFile(path) as archive:
        told = archive.read("LISEZMOI.txt").decode().split()
        charset = archive.read(f"{TREES}.cpg")
    assert (told[told.index("precision_") + 1], charset) == ("precision_position", b"UTF-8")


def test_names_of_a_shapefile_are_distinct(catalogue: object, tmp_path: Path) -> None:
    factories.tree()
    names = list(exported(TREES, "shp.zip", tmp_path)[0])
    assert (len(names), max(map(len, names)) <= 10) == (len(set(names)), True)


NOTICES = ["geojson", "gpkg", "fgb", "kml", "gml"]


@pytest.mark.parametrize("extension", NOTICES)
def test_a_file_says_its_licence(catalogue: object, tmp_path: Path, extension: str) -> None:
    factories.tree()
    path, _written = export(TREES, extension, tmp_path)
    assert "etalab.gouv.fr" in path.read_bytes().decode(errors="replace")


def test_a_workbook_has_the_notice_and_the_dictionary(catalogue: object, tmp_path: Path) -> None:
    factories.tree()
    path, _written = export(TREES, "xlsx", tmp_path, q="cedre")
    sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("Notice").to_python()
    first = {row[0]: row[1] for row in sheet}
    assert first["Nombre de lignes"] == "1"
    assert first["Sélection demandée"] == "q=cedre"
    assert first["hauteur"] == "hauteur"


def styles(path: Path) -> list[tuple[str, int, str]]:
    """Return table, default and QML of the styles of a GeoPackage."""
    with sqlite3.connect(path) as base:
        found = base.execute("SELECT f_table_name, useAsDefault, styleQML FROM layer_styles").fetchall()
    base.close()
    return found


def test_a_geopackage_holds_the_style_of_the_layer(catalogue: object, tmp_path: Path) -> None:
    factories.zone("UA", typezone="U")
    path, _written = export(ZONES, "gpkg", tmp_path)
    ((table, is_default, qml),) = styles(path)
    renderer = fromstring(qml, forbid_dtd=False).find("renderer-v2")
    assert renderer is not None
    assert table == ZONES
    assert is_default == 1
    assert renderer.get("attr") == "typezone"


def test_a_geopackage_without_the_field_of_the_style_has_one_symbol(
    catalogue: object, tmp_path: Path
) -> None:
    factories.zone("UA")
    path, _written = export(ZONES, "gpkg", tmp_path, properties="libelle")
    renderer = fromstring(styles(path)[0][2], forbid_dtd=False).find("renderer-v2")
    assert (renderer is not None and renderer.get("type")) == "singleSymbol"


def test_a_geopackage_has_the_ids_of_the_layer(catalogue: object, tmp_path: Path) -> None:
    tree = factories.tree()
    path, _written = export(TREES, "gpkg", tmp_path)
    assert [row["id"] for row in read_gdal(path, TREES)] == [tree.pk]


@pytest.mark.skipif(bool(why_no_qgis()), reason=why_no_qgis() or "QGIS is there")
def test_qgis_opens_a_geopackage_with_its_style(catalogue: object, tmp_path: Path) -> None:
    factories.zone("UA", typezone="U")
    path, _written = export(ZONES, "gpkg", tmp_path)
    script = (
        "import sys\nfrom qgis.core import QgsApplication, QgsVectorLayer\n"
        "QgsApplication.setPrefixPath('/usr', True)\napplication = QgsApplication([], False)\n"
        "application.initQgis()\n"
        f"layer = QgsVectorLayer('{path}|layername={ZONES}', 'z', 'ogr')\n"
        "renderer = layer.renderer()\n"
        "print(layer.isValid(), layer.featureCount(), renderer.type(), renderer.classAttribute())\n"
    )
    found = subprocess.run(
        [SYSTEM_PYTHON, "-c", script],
        env={"QT_QPA_PLATFORM": "offscreen", "PATH": "/usr/bin", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "True 1 categorizedSymbol typezone" in found.stdout, found.stderr


def test_a_workbook_refuses_more_rows_than_a_sheet_holds(catalogue: object, tmp_path: Path) -> None:
    assert FORMATS["xlsx"].max_rows == 1_048_575
    factories.tree()
    kind, path = replace(FORMATS["xlsx"], max_rows=1), tmp_path / "trop.xlsx"
    assert write_export(selection(TREES), kind, path).rows == 1
    path.unlink()
    factories.tree()
    with pytest.raises(InvalidParameter) as refused:
        write_export(selection(TREES), kind, path)
    assert refused.value.parameter == "format"
    assert not path.exists()


def test_a_sheet_of_related_records_refuses_more_rows_than_it_holds(
    catalogue: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("export_formats.xlsx.MAX_ROWS", 2)
    playground = factories.playground()
    days = [dt.date(2026, 3, day) for day in (1, 2, 3)]
    for day in days[:2]:
        Inspection.objects.create(playground=playground, type="annuel", resultat="conforme", date=day)
    export("aires-de-jeux", "xlsx", tmp_path)
    Inspection.objects.create(playground=playground, type="annuel", resultat="conforme", date=days[2])
    with pytest.raises(ExportFailed, match="GeoPackage"):
        export("aires-de-jeux", "xlsx", tmp_path)


@pytest.mark.parametrize("extension", FORMATS)
def test_a_read_that_takes_too_long_is_told(
    catalogue: object, tmp_path: Path, extension: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*_arguments: object) -> None:
        raise TooSlow("trop long")

    monkeypatch.setattr("layers.sql.limits.transaction.atomic", slow)
    with pytest.raises(TooSlow):
        write_export(selection(TREES), FORMATS[extension], tmp_path / f"lent.{extension}")


def test_old_exports_go(tmp_path: Path) -> None:
    old, recent = tmp_path / "a.1.x.csv", tmp_path / "b.1.x.csv"
    for path in (old, recent):
        path.write_bytes(b"x" * 10)
    yesterday = (timezone.now() - dt.timedelta(days=1)).timestamp()
    os.utime(old, (yesterday, yesterday))
    clean_exports(folder=tmp_path, max_age_s=3_600, max_bytes=1_000)
    assert not old.exists()
    assert recent.exists()


def test_the_oldest_exports_go_when_there_is_no_room(tmp_path: Path) -> None:
    now = timezone.now().timestamp()
    for age, name in enumerate(("c", "b", "a")):
        path = tmp_path / f"{name}.1.x.csv"
        path.write_bytes(b"x" * 10)
        os.utime(path, (now - age, now - age))
    clean_exports(folder=tmp_path, max_age_s=3_600, max_bytes=20)
    assert sorted(path.name[0] for path in tmp_path.iterdir()) == ["b", "c"]


def test_a_workbook_that_grows_beyond_its_archive_is_refused(
    catalogue: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("export_formats.xlsx._MAX_SHEET_BYTES", 100)
    factories.tree()
    with pytest.raises(ExportFailed):
        export(TREES, "xlsx", tmp_path)


def test_a_workbook_says_how_many_texts_it_cut(catalogue: object, tmp_path: Path) -> None:
    factories.tree("a" * 100)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("export_formats.xlsx.MAX_CELL_UNITS", 50)
        path, _written = export(TREES, "xlsx", tmp_path)
    notice = dict(
        row[:2] for row in CalamineWorkbook.from_path(str(path)).get_sheet_by_name("Notice").to_python()
    )
    assert notice["Limite du format"].startswith("1 textes")
