"""One fault in a sound package gives one code of the national validator, or ours, and nothing else."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy
import pytest
import shapely

from plui.packages.checks import check_package
from plui.packages.content import Commune
from plui.packages.errors import PackageRefused
from plui.packages.findings import Finding, Level
from plui.packages.metadata_records import read_record
from plui.packages.reading import build_package, open_folder
from tests.plu_packages import (
    COMMUNES,
    DATE,
    FOLDER,
    IDURBA,
    PDF,
    SIREN,
    PackageBuilder,
    box,
    information,
    metadata,
    outlines,
    sound_package,
)

Fault = Callable[[PackageBuilder], object]
XML = f"{FOLDER}.xml"


def findings_of(builder: PackageBuilder, folder: Path) -> list[Finding]:
    root, paths = open_folder(io.BytesIO(builder.archive()), folder)
    xml = next(root.glob("*.xml"), None)
    try:
        record = read_record(xml.read_bytes()) if xml else None
    except ValueError:
        record = None
    titles = [each.title for each in record.specifications] if record else []
    package, unreadable = build_package(root, paths, archive=f"{builder.folder}.zip", specifications=titles)
    communes = [Commune(code, COMMUNES[code], shape) for code, shape in outlines().items()]
    return check_package(package, record=record, communes=communes, unreadable=unreadable)


def codes(findings: list[Finding]) -> list[str]:
    return sorted(finding.code for finding in findings)


def change(table: str, row: int = 0, **values: object) -> Fault:
    return lambda package: package.tables[table][row].update(values)


def rename(path: str, other: str) -> Fault:
    return lambda package: package.files.update({other: package.files.pop(path)})


def remove(path: str) -> Fault:
    return lambda package: package.files.pop(path)


def record(**values: str) -> Fault:
    return lambda package: package.files.update({XML: metadata(**values).encode()})


def without(text: str) -> Fault:
    """Take an element out of the metadata, from its start to its end."""

    def cut(package: PackageBuilder) -> None:
        start, end = f"<gmd:{text}>", f"</gmd:{text}>"
        content = package.files[XML].decode()
        before, _start, rest = content.partition(start)
        package.files[XML] = (before + rest.partition(end)[2]).encode()

    return cut


WRITTEN = "Pieces_ecrites"
PROCEDURE = f"{WRITTEN}/0_Procedure/{SIREN}_procedure_{DATE}.pdf"
SQUARE = box(10, 10, 60, 60)
CROSSED = shapely.Polygon([(0, 0), (40, 40), (40, 0), (0, 40)])

FAULTS: dict[str, tuple[Fault, list[str]]] = {
    "folder": (
        lambda package: setattr(package, "folder", f"{SIREN}_PLUi_2024"),
        ["DIRECTORY_UNEXPECTED_NAME"],
    ),
    "siren": (change("DOC_URBA", SIREN="20005797"), ["CNIG_SIREN_INVALID"]),
    "no procedure": (remove(PROCEDURE), ["FILE_MISSING_MANDATORY_DIRECTORY"]),
    "other name of a procedure": (
        rename(PROCEDURE, f"{WRITTEN}/0_Procedure/{SIREN}_acte_{DATE}.pdf"),
        ["FILE_MISSING_MANDATORY", "FILE_UNEXPECTED"],
    ),
    "misplaced": (
        lambda package: package.files.update({f"{WRITTEN}/2_PADD/{SIREN}_oap_{DATE}.pdf": PDF}),
        ["FILE_MISPLACED"],
    ),
    "word": (
        lambda package: package.files.update({f"{WRITTEN}/2_PADD/{SIREN}_padd_{DATE}.doc": b"x"}),
        ["CNIG_FILE_EXTENSION_INVALID"],
    ),
    "not a pdf": (
        lambda package: package.files.update({f"{WRITTEN}/2_PADD/notes.csv": b"x"}),
        ["CNIG_PIECE_ECRITE_ONLY_PDF"],
    ),
    "empty pdf": (lambda package: package.files.update({PROCEDURE: b""}), ["PORTAL_FILE_EMPTY"]),
    "other date in a name": (
        lambda package: package.files.update({f"{WRITTEN}/4_Annexes/{SIREN}_plan_sup_20200101.pdf": PDF}),
        ["PORTAL_FILE_NAME"],
    ),
    "no metadata": (remove(XML), ["FILE_MISSING_MANDATORY"]),
    "two records": (lambda package: package.files.update({"b.xml": b"<a/>"}), ["METADATA_MULTIPLE_FILES"]),
    "not a record": (lambda package: package.files.update({XML: b"<a/>"}), ["METADATA_INVALID_FILE"]),
    "title": (record(title=""), ["METADATA_TITLE_NOT_FOUND"]),
    "revision": (record(revision="hier"), ["METADATA_DATEOFLASTREVISION_INVALID"]),
    "scope": (record(scope="carte"), ["METADATA_TYPE_INVALID"]),
    "charset": (record(charset="klingon"), ["METADATA_CHARACTERSET_INVALID"]),
    "mail": (record(mail="x"), ["METADATA_CONTACT_MAILINVALID", "METADATA_METADATACONTACT_MAILINVALID"]),
    "specification": (record(specification="INSPIRE"), ["CNIG_METADATA_SPECIFICATION_NOT_FOUND"]),
    "abstract": (without("abstract"), ["METADATA_ABSTRACT_NOT_FOUND"]),
    "extent": (without("extent"), ["METADATA_EXTENTS_EMPTY"]),
    "topic": (without("topicCategory"), ["METADATA_TOPICCATEGORY_NOT_FOUND"]),
    "lineage": (without("statement"), ["METADATA_LINEAGE_NOT_FOUND"]),
    "resolution": (without("spatialResolution"), ["METADATA_SPATIALRESOLUTIONS_EMPTY"]),
    "no format": (without("distributionFormat"), ["METADATA_DISTRIBUTIONFORMATS_EMPTY"]),
    "no address": (without("linkage"), ["METADATA_LOCATORS_EMPTY"]),
    "no system": (without("referenceSystemInfo"), ["CNIG_METADATA_REFERENCESYSTEMIDENTIFIER_NOT_FOUND"]),
    "no date of the record": (without("dateStamp"), ["METADATA_METADATADATE_NOT_FOUND"]),
    "no keyword": (without("descriptiveKeywords"), ["CNIG_METADATA_KEYWORD_NOT_FOUND"]),
    "no prescriptions": (
        lambda package: package.tables.pop("PRESCRIPTION_SURF"),
        ["CNIG_PRESCRIPTION_NOT_FOUND"],
    ),
    "no zones": (lambda package: package.tables.pop("ZONE_URBA"), ["FILE_MISSING_MANDATORY"]),
    "other name of a table": (
        lambda package: package.names.update(INFO_SURF="INFO_SURF"),
        ["FILE_UNEXPECTED"],
    ),
    "empty table": (change("INFO_SURF", is_absent=True), ["FILE_EMPTY"]),
    "optional attribute": (
        lambda package: package.left_out.add("LIBELONG"),
        ["CNIG_TABLE_MISSING_PRESENCE_OPTIONAL_ATTRIBUTE"],
    ),
    "required attribute": (lambda package: package.left_out.add("TYPEZONE"), ["TABLE_MISSING_ATTRIBUTE"]),
    "extra attribute": (change("INFO_SURF", HAUTEUR="3"), ["TABLE_UNEXPECTED_ATTRIBUTE"]),
    "legal extra attribute": (change("INFO_SURF", LIB_ATTR1="siecle", LIB_VAL1="XIXe"), []),
    "null": (change("ZONE_URBA", LIBELLE=""), ["ATTRIBUTE_UNEXPECTED_NULL"]),
    "length": (change("ZONE_URBA", LIBELLE="ABCDEFGHIJKLM"), ["ATTRIBUTE_SIZE_EXCEEDED"]),
    "short": (change("ZONE_URBA", FORMDOMI="01"), ["ATTRIBUTE_SIZE_TOO_SHORT"]),
    "pattern": (change("ZONE_URBA", SYMBOLE="ZONE"), ["ATTRIBUTE_INVALID_REGEXP"]),
    "identifier in capitals": (
        change("ZONE_URBA", LIB_IDZONE=f"{IDURBA}_ZO1"),
        ["ATTRIBUTE_INVALID_REGEXP"],
    ),
    "address": (change("ZONE_URBA", URLFIC="ici"), ["ATTRIBUTE_INVALID_FORMAT"]),
    "list": (change("ZONE_URBA", TYPEZONE="AU"), ["TABLE_FOREIGN_KEY_NOT_FOUND"]),
    "pair": (change("PRESCRIPTION_SURF", STYPEPSC="99"), ["TABLE_FOREIGN_KEY_NOT_FOUND"]),
    "file": (change("ZONE_URBA", NOMFIC="absent.pdf#page=2"), ["ATTRIBUTE_FILE_NOT_FOUND"]),
    "day": (change("ZONE_URBA", DATVALID="20220231"), ["PORTAL_DAY"]),
    "identifier twice": (change("ZONE_URBA", 1, LIB_IDZONE=f"{FOLDER}_ZO1"), ["ATTRIBUTE_NOT_UNIQUE"]),
    "commune twice": (
        change("DOC_URBA_COM", 1, INSEE="92048"),
        ["ATTRIBUTE_NOT_UNIQUE", *["CNIG_GEOMETRY_OUTSIDE_DOCUMENT_EMPRISE_ERROR"] * 2],
    ),
    "double encoding": (change("ZONE_URBA", LIBELONG="Zone protÃ©gÃ©e"), ["ATTRIBUTE_CHARACTERS_ILLEGAL"]),
    "sign": (change("ZONE_URBA", LIBELONG="Zone (centre)"), ["PORTAL_CHARACTERS"]),
    "end of a state": (change("DOC_URBA", ETAT="05"), ["DATABASE_CONSTRAINT_MISMATCH"]),
    "no rules": (change("DOC_URBA", NOMREG=""), ["DATABASE_CONSTRAINT_MISMATCH"]),
    "sector": (
        change("PRESCRIPTION_SURF", TYPEPSC="97", TXT="secteur", SYMBOLE=""),
        ["CNIG_TXT_REGEXP_INVALID"],
    ),
    "piece of an information": (
        change("INFO_SURF", TYPEINF="97", SYMBOLE=""),
        ["DATABASE_CONSTRAINT_MISMATCH"],
    ),
    "idurba of the document": (
        change("DOC_URBA", IDURBA="PLUi de GPSO"),
        ["CNIG_IDURBA_INVALID", "CNIG_IDURBA_NOT_FOUND"],
    ),
    "idurba of a zone": (change("ZONE_URBA", IDURBA=f"{SIREN}_PLUI_20200101"), ["CNIG_IDURBA_UNEXPECTED"]),
    "document twice": (
        lambda package: package.tables["DOC_URBA"].append(package.tables["DOC_URBA"][0]),
        ["CNIG_IDURBA_MULTIPLE_FOUND"],
    ),
    "insee": (
        change("DOC_URBA_COM", INSEE="Meudo"),
        [
            *["CNIG_GEOMETRY_OUTSIDE_DOCUMENT_EMPRISE_ERROR"] * 2,
            "CNIG_INSEE_INVALID",
            "PORTAL_COMMUNE_UNKNOWN",
        ],
    ),
    "date of the document": (change("DOC_URBA", DATAPPRO="20230101"), ["PORTAL_DATAPPRO"]),
    "validity": (change("ZONE_URBA", DATVALID="20250101"), ["PORTAL_DATVALID_AFTER_DATAPPRO"]),
    "procedure": (change("DOC_URBA", NOMPROC="M1"), ["PORTAL_SEVERAL_PROCEDURES"]),
    "no geometry": (change("PRESCRIPTION_SURF", 1, geom=None), ["ATTRIBUTE_UNEXPECTED_NULL"]),
    "same geometry": (change("PRESCRIPTION_SURF", 1, geom=SQUARE), ["ATTRIBUTE_NOT_UNIQUE"]),
    "crossed": (
        change(
            "INFO_SURF",
            geom=shapely.transform(CROSSED, lambda positions: positions + numpy.array([640_100, 6_856_100])),
        ),
        ["ATTRIBUTE_GEOMETRY_INVALID"],
    ),
    "outside the country": (
        change("INFO_SURF", geom=shapely.box(2.1, 48.7, 2.2, 48.8)),
        ["ATTRIBUTE_GEOMETRY_INVALID_DATA_EXTENT"],
    ),
    "multipart": (
        change("INFO_SURF", geom=shapely.union_all([box(0, 0, 5, 5), box(10, 0, 15, 5)])),
        ["PORTAL_MULTIPART"],
    ),
    "overlap": (change("ZONE_URBA", geom=box(0, 0, 500.0004, 1_000)), ["PORTAL_ZONE_OVERLAP"]),
    "noise": (change("ZONE_URBA", geom=box(0, 0, 500.000009, 1_000)), []),
    "gap": (
        change("ZONE_URBA", 1, geom=box(500, 0, 1_000, 1_000) - box(998, 400, 1_000, 401)),
        ["PORTAL_ZONE_GAP"],
    ),
    "uncovered": (change("ZONE_URBA", geom=box(0, 0, 500, 990)), ["PORTAL_COMMUNE_UNCOVERED"]),
    "zone outside": (
        change("ZONE_URBA", geom=box(-20, 0, 500, 1_000)),
        ["CNIG_GEOMETRY_OUTSIDE_DOCUMENT_EMPRISE_ERROR"],
    ),
    "prescription outside": (
        change("PRESCRIPTION_SURF", geom=box(-5, 10, 20, 20)),
        ["PORTAL_PRESCRIPTION_OUTSIDE"],
    ),
}


def test_nothing_is_wrong_with_a_sound_package(tmp_path: Path) -> None:
    assert findings_of(sound_package(), tmp_path) == []


@pytest.mark.parametrize("fault", FAULTS)
def test_one_fault_gives_its_code(fault: str, tmp_path: Path) -> None:
    breaks, expected = FAULTS[fault]
    package = sound_package()
    breaks(package)
    names = codes(findings_of(package, tmp_path))
    assert names == sorted(expected)


def test_four_faults_are_four_errors_with_file_row_and_attribute(tmp_path: Path) -> None:
    package = sound_package()
    package.tables["ZONE_URBA"][0]["NOMFIC"] = "absent.pdf"
    package.tables["ZONE_URBA"][1]["LIBELLE"] = "ABCDEFGHIJKLM"
    package.tables["PRESCRIPTION_SURF"][1]["geom"] = SQUARE
    line = shapely.LineString([(640_010, 6_856_010), (640_100, 6_856_010)])
    package.tables["INFO_LIN"] = [
        information(1, line, "L", TYPEINF="40", STYPEINF="01", SYMBOLE="INF-L_40-01_001")
    ]
    errors = [finding for finding in findings_of(package, tmp_path) if finding.level is Level.ERROR]
    assert {(finding.code, finding.row, finding.attribute) for finding in errors} == {
        ("ATTRIBUTE_FILE_NOT_FOUND", 1, "NOMFIC"),
        ("ATTRIBUTE_SIZE_EXCEEDED", 2, "LIBELLE"),
        ("ATTRIBUTE_NOT_UNIQUE", 2, "WKT"),
        ("TABLE_FOREIGN_KEY_NOT_FOUND", 1, "TYPEINF, STYPEINF"),
    }
    assert len(errors) == 4


def test_latin_texts_declared_utf8_are_read_twice(tmp_path: Path) -> None:
    package = sound_package()
    package.encodings["PRESCRIPTION_SURF"] = "latin-1"
    (finding,) = findings_of(package, tmp_path)
    assert finding.code == "TABLE_UNEXPECTED_ENCODING"
    assert "All�e prot�g�e 1" in finding.message
    assert finding.value == "Allée protégée 1"


def test_a_template_names_its_empty_tables_and_pieces(tmp_path: Path) -> None:
    package = sound_package()
    for row in (*package.tables["ZONE_URBA"], *package.tables["INFO_SURF"]):
        row["is_absent"] = True
    package.files[PROCEDURE] = b""
    findings = findings_of(package, tmp_path)
    assert {finding.file.rpartition("/")[2] for finding in findings if finding.code == "FILE_EMPTY"} == {
        f"{SIREN}_ZONE_URBA_{DATE}.shp",
        f"{SIREN}_INFO_SURF_{DATE}.shp",
    }
    assert [finding.file for finding in findings if finding.code == "PORTAL_FILE_EMPTY"] == [PROCEDURE]


def test_overlaps_and_gaps_come_by_size(tmp_path: Path) -> None:
    package = sound_package()
    package.tables["ZONE_URBA"][0]["geom"] = box(0, 0, 500.0004, 1_000)
    package.tables["ZONE_URBA"][1]["geom"] = box(500, 0, 1_000, 1_000) - box(998, 400, 1_000, 401)
    findings = findings_of(package, tmp_path)
    assert [(each.code, round(each.size, 2)) for each in findings] == [
        ("PORTAL_ZONE_GAP", 2.0),
        ("PORTAL_ZONE_OVERLAP", 0.4),
    ]
    assert all(each.geometry for each in findings)


def test_an_archive_without_package_is_refused(tmp_path: Path) -> None:
    package = PackageBuilder(files={"lisez-moi.txt": b"x"})
    with pytest.raises(PackageRefused, match="aucun dossier"):
        open_folder(io.BytesIO(package.archive()), tmp_path)


def test_two_packages_of_an_archive_are_named(tmp_path: Path) -> None:
    package = PackageBuilder(
        folder="dossier", files={"a/Pieces_ecrites/x.pdf": PDF, "b/Pieces_ecrites/x.pdf": PDF}
    )
    with pytest.raises(PackageRefused, match="a, b"):
        open_folder(io.BytesIO(package.archive()), tmp_path)


@pytest.mark.parametrize(
    ("specification", "name"),
    [("CNIG PLUi v2014", "cnig_PLUi_2014"), ("CNIG PLUi v2022", "cnig_PLUi_2022"), ("", "cnig_PLUi_2025")],
)
def test_the_model_follows_the_metadata_else_the_attributes(
    specification: str, name: str, tmp_path: Path
) -> None:
    root, paths = open_folder(io.BytesIO(sound_package().archive()), tmp_path)
    package, _unreadable = build_package(root, paths, archive="", specifications=[specification])
    assert package.model.name == name
