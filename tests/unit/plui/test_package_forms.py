"""Forms that packages come in: fields and codes of 2014, arcs; nothing is lost of them."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import shapely

from plui.loading.parsing import Fault, document_values, portal_idurba, row_values
from plui.models import TABLES
from plui.packages.arcs import linear_shape
from plui.packages.content import Package
from plui.packages.reading import build_package, open_folder
from plui.packages.standards import Model, table_models
from tests.plu_packages import DATE, SIREN, PackageBuilder, box, sound_package
from tests.plu_packages import SOUTH as Y
from tests.plu_packages import WEST as X

OLD_DATE = "20140115"
ZONES_2014 = ("Ah", "Nh", "Nd", "U")


def read(builder: PackageBuilder, folder: Path) -> Package:
    root, paths = open_folder(io.BytesIO(builder.archive()), folder)
    package, unreadable = build_package(root, paths, archive="a.zip", specifications=[])
    assert unreadable == []
    return package


def package_of_2014() -> PackageBuilder:
    """Return a package as the standard of 2014 has it: INTERCO, DESTDOMI, INSEE, IDURBA without dashes."""
    idurba = f"{SIREN}{OLD_DATE}"
    row = {"LIBELONG": "", "DESTDOMI": "01", "NOMFIC": "", "URLFIC": "", "INSEE": "92048", "IDURBA": idurba,
           "DATAPPRO": OLD_DATE, "DATVALID": ""}  # fmt: skip
    zones = [
        {"IDZONE": str(number), "LIBELLE": code, "TYPEZONE": code, **row,
         "geom": box(number * 100, 0, number * 100 + 100, 100)}
        for number, code in enumerate(ZONES_2014)
    ]  # fmt: skip
    document = {"IDURBA": idurba, "TYPEDOC": "PLUi", "INTERCO": "1", "ETAT": "03", "DATAPPRO": OLD_DATE,
                "DATEFIN": "", "SIREN": SIREN, "NOMREG": "", "URLREG": "", "NOMPLAN": "", "URLPLAN": "",
                "SITEWEB": "", "TYPEREF": "01", "DATEREF": "2013"}  # fmt: skip
    return PackageBuilder(
        folder=f"{SIREN}_PLUi_{OLD_DATE}",
        tables={
            "DOC_URBA": [document],
            "DOC_URBA_COM": [{"IDURBA": idurba, "INSEE": "92048"}],
            "ZONE_URBA": zones,
            "PRESCRIPTION_SURF": [
                {"IDPSC": "1", "LIBELLE": "EBC", "TXT": "", "TYPEPSC": "01", **row, "geom": box(0, 0, 9, 9)}
            ],
        },
        files={"Pieces_ecrites/3_Reglement/reglement.pdf": b"%PDF-1.4\n%%EOF\n"},
    )


def test_the_model_of_2014_is_known_by_its_field_without_metadata(tmp_path: Path) -> None:
    package = read(package_of_2014(), tmp_path)
    assert package.model == Model("PLUi", 2014)
    assert package.model_reason == "INTERCO"


def test_the_model_of_2014_has_its_own_fields_and_none_of_those_after_it() -> None:
    zones = {each.name for each in table_models(Model("PLUi", 2014))["ZONE_URBA"].attributes}
    assert {"IDZONE", "DESTDOMI", "INSEE", "DATAPPRO"} <= zones
    assert {"FORMDOMI", "DESTOUI", "SYMBOLE"} & zones == set()


@pytest.mark.parametrize("year", [2014, 2017])
@pytest.mark.parametrize("code", ["Ah", "Nh", "Nd"])
def test_zones_that_were_dropped_in_2022_are_in_the_lists_before(year: int, code: str) -> None:
    assert code in (table_models(Model("PLUi", year))["ZONE_URBA"].attribute("TYPEZONE").codes or ())  # type: ignore[union-attr]


@pytest.mark.parametrize(("code", "typezone"), [("Ah", "A"), ("Nh", "N"), ("Nd", "N"), ("U", "U")])
def test_zones_of_old_models_become_those_that_replace_them_under_their_label(
    tmp_path: Path, code: str, typezone: str
) -> None:
    table = read(package_of_2014(), tmp_path).tables["ZONE_URBA"]
    row = ZONES_2014.index(code)
    texts = {name: column[row] for name, column in zip(table.columns, table.texts, strict=True)}
    faults: list[Fault] = []
    twin = TABLES["ZONE_URBA"][1]
    values = row_values(twin, "ZONE_URBA", 1, texts, faults)
    assert faults == []
    assert typezone in values
    assert code in values  # LIBELLE


def test_a_prescription_without_subtype_has_the_general_one(tmp_path: Path) -> None:
    table = read(package_of_2014(), tmp_path).tables["PRESCRIPTION_SURF"]
    texts = {name: column[0] for name, column in zip(table.columns, table.texts, strict=True)}
    faults: list[Fault] = []
    assert "00" in row_values(TABLES["PRESCRIPTION_SURF"][1], "PRESCRIPTION_SURF", 1, texts, faults)
    assert faults == []


def test_an_identifier_without_dashes_takes_the_form_of_the_portal() -> None:
    assert portal_idurba(f"{SIREN}{OLD_DATE}", "PLUi") == f"{SIREN}_PLUI_{OLD_DATE}"


def test_a_document_of_2014_without_procedure_is_an_elaboration() -> None:
    faults: list[Fault] = []
    texts = {"TYPEDOC": "PLUi", "ETAT": "03", "DATAPPRO": OLD_DATE}
    values = document_values(texts, idurba=f"{SIREN}_PLUI_{OLD_DATE}", date=OLD_DATE, faults=faults)
    assert (values["nomproc"], values["datappro"], faults) == ("E", OLD_DATE, [])


ARC = f"CIRCULARSTRING({X} {Y}, {X + 50} {Y + 50}, {X + 100} {Y})"
HALF_DISC = f"CURVEPOLYGON(COMPOUNDCURVE({ARC}, ({X + 100} {Y}, {X} {Y})))"
CORNERS = f"{X} {Y - 20}, {X + 10} {Y - 20}, {X + 10} {Y - 10}, {X} {Y - 10}, {X} {Y - 20}"
SQUARE_AND_HALF_DISC = f"MULTISURFACE({HALF_DISC}, (({CORNERS})))"
_GML = """<?xml version="1.0" encoding="UTF-8"?>
<ogr:FeatureCollection xmlns:ogr="http://ogr.maptools.org/" xmlns:gml="http://www.opengis.net/gml/3.2" gml:id="a">
<ogr:featureMember><ogr:zone gml:id="z.1"><ogr:geometryProperty><gml:MultiSurface srsName="urn:ogc:def:crs:EPSG::2154"
 gml:id="g"><gml:surfaceMember><gml:Polygon gml:id="p"><gml:exterior><gml:Ring><gml:curveMember><gml:Curve gml:id="c">
<gml:segments><gml:Arc><gml:posList>{x0} {y0} {x1} {y1} {x2} {y0}</gml:posList></gml:Arc><gml:LineStringSegment>
<gml:posList>{x2} {y0} {x0} {y0}</gml:posList></gml:LineStringSegment></gml:segments></gml:Curve></gml:curveMember>
</gml:Ring></gml:exterior></gml:Polygon></gml:surfaceMember></gml:MultiSurface></ogr:geometryProperty>
<ogr:LIBELLE>UA</ogr:LIBELLE><ogr:TYPEZONE>U</ogr:TYPEZONE></ogr:zone></ogr:featureMember></ogr:FeatureCollection>"""
HALF_DISC_M2 = 3.14159 * 50**2 / 2


def with_zones(name: str, content: str) -> PackageBuilder:
    """Return the sound package with zones in another format."""
    package = sound_package()
    del package.tables["ZONE_URBA"]
    package.files[f"Donnees_geographiques/{SIREN}_ZONE_URBA_{DATE}.{name}"] = content.encode()
    return package


@pytest.mark.parametrize(
    ("wkt", "area"),
    [(HALF_DISC, HALF_DISC_M2), (SQUARE_AND_HALF_DISC, HALF_DISC_M2 + 100)],
    ids=["one", "several"],
)
def test_arcs_of_a_table_of_texts_are_read_as_lines(tmp_path: Path, wkt: str, area: float) -> None:
    table = read(with_zones("csv", f'LIBELLE;TYPEZONE;WKT\nUA;U;"{wkt}"\n'), tmp_path).tables["ZONE_URBA"]
    (shape,) = table.shapes
    assert shape.geom_type in {"Polygon", "MultiPolygon"}
    assert shape.area == pytest.approx(area, rel=2e-3)
    assert table.unreadable == frozenset()


def test_arcs_of_gml_are_read_as_lines(tmp_path: Path) -> None:
    gml = _GML.format(x0=X, y0=Y, x1=X + 50, y1=Y + 50, x2=X + 100)
    (shape,) = read(with_zones("gml", gml), tmp_path).tables["ZONE_URBA"].shapes
    assert shape.area == pytest.approx(HALF_DISC_M2, rel=2e-3)
    assert shapely.is_valid(shape)


def test_arcs_that_cannot_be_read_are_a_row_without_a_readable_geometry(tmp_path: Path) -> None:
    table = read(with_zones("csv", 'LIBELLE;TYPEZONE;WKT\nUA;U;"CURVEPOLYGON(oops)"\n'), tmp_path).tables[
        "ZONE_URBA"
    ]
    assert table.unreadable == frozenset({0})


@pytest.mark.parametrize(
    ("wkt", "length"),
    [
        ("CIRCULARSTRING(0 0, 1 1, 2 0)", 3.14159),
        ("CIRCULARSTRING Z (0 0 5, 1 -1 5, 2 0 5)", 3.14159),
        ("CIRCULARSTRING(0 0, 2 0, 0 0)", 6.28319),
        ("CIRCULARSTRING(0 0, 1 0, 2 0)", 2),
        ("COMPOUNDCURVE(CIRCULARSTRING(0 0, 1 1, 2 0), (2 0, 5 0))", 6.14159),
        ("MULTICURVE((0 0, 1 0), CIRCULARSTRING(0 0, 1 1, 2 0))", 4.14159),
    ],
)
def test_chords_of_an_arc_are_as_long_as_it_within_a_thousandth(wkt: str, length: float) -> None:
    assert linear_shape(wkt).length == pytest.approx(length, rel=1e-3)


@pytest.mark.parametrize(
    "wkt",
    [
        "CURVEPOLYGON(",
        "CIRCULARSTRING(0 0, 1 1)",
        "CURVEPOLYGON((0 0, 1 x, 2 0))",
        "MULTISURFACE((0 0))",
        "CURVE)(",
        "",
    ],
)
def test_a_text_that_is_no_geometry_has_no_shape(wkt: str) -> None:
    assert linear_shape(wkt) is None
