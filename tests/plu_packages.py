"""A sound package of a PLUi: two communes of a kilometre, four zones that tile them, its pieces; tests break one thing.

Everything is in EPSG:2154. ``PackageBuilder`` holds the tables as rows and the files as bytes; ``archive`` writes them.
"""

from __future__ import annotations

import io
import struct
import tempfile
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy
import shapely

from layers.parsing.gdal import pyogrio
from tests.pdf_pieces import sound_pdf

SIREN, DATE = "200057974", "20240115"
FOLDER = f"{SIREN}_PLUi_{DATE}"
IDURBA = f"{SIREN}_PLUI_{DATE}"
RULES = f"{SIREN}_reglement_{DATE}.pdf"
REPORT = f"{SIREN}_{DATE}_rapport_M2_{DATE}.pdf"
PDF = sound_pdf(1)
WEST, SOUTH = 640_000.0, 6_856_000.0
COMMUNES = {"92048": "Meudon", "92072": "Sèvres"}

Row = dict[str, Any]


def box(west: float, south: float, east: float, north: float) -> Any:
    """Return a rectangle, in metres from the south-west corner of the territory."""
    return shapely.box(WEST + west, SOUTH + south, WEST + east, SOUTH + north)


def outlines() -> dict[str, Any]:
    """Return the outlines of the communes by code, in EPSG:2154."""
    return {"92048": box(0, 0, 1_000, 1_000), "92072": box(1_000, 0, 2_000, 1_000)}


def zone(number: int, shape: Any, **values: Any) -> Row:
    """Return a row of ZONE_URBA."""
    return {
        "LIB_IDZONE": f"{FOLDER}_ZO{number}", "LIBELLE": "UA", "LIBELONG": "Zone du centre", "TYPEZONE": "U",
        "FORMDOMI": "0100", "DESTOUI": "10-20", "DESTCDT": "", "DESTNON": "", "NOMFIC": f"{RULES}#page=12",
        "URLFIC": "", "IDURBA": IDURBA, "DATVALID": "20220101", "SYMBOLE": "ZONE_U_001", "geom": shape,
    } | values  # fmt: skip


def prescription(number: int, shape: Any, letter: str = "S", **values: Any) -> Row:
    """Return a row of PRESCRIPTION_*."""
    return {
        "LIB_IDPSC": f"{FOLDER}_P{letter}{number}", "LIBELLE": f"Allée protégée {number}", "TXT": "", "TYPEPSC": "07",
        "STYPEPSC": "01", "NATURE": "", "NOMFIC": "", "URLFIC": "", "IDURBA": IDURBA, "DATVALID": DATE,
        "SYMBOLE": f"PSC-{letter}_07-01_001", "geom": shape,
    } | values  # fmt: skip


def information(number: int, shape: Any, letter: str = "S", **values: Any) -> Row:
    """Return a row of INFO_*."""
    return {
        "LIB_IDINFO": f"{FOLDER}_I{letter}{number}", "LIBELLE": "Site archéologique", "TXT": "", "TYPEINF": "16",
        "STYPEINF": "00", "NOMFIC": "", "URLFIC": "", "IDURBA": IDURBA, "DATVALID": DATE,
        "SYMBOLE": f"INF-{letter}_16-00_001", "geom": shape,
    } | values  # fmt: skip


def metadata(**changes: str) -> str:
    """Return the metadata record; ``changes`` replace texts of it (``charset``, ``specification``…)."""

    def text(value: str) -> str:
        return f"<gco:CharacterString>{value}</gco:CharacterString>"

    values = {
        "charset": "utf8", "specification": "CNIG PLUi v2025", "title": "PLUi", "revision": "2024-01-15",
        "mail": "urbanisme@example.org", "scope": "dataset",
    } | changes  # fmt: skip
    contact = (
        f"<gmd:CI_ResponsibleParty><gmd:organisationName>{text('EPT')}</gmd:organisationName>"
        f"<gmd:electronicMailAddress>{text(values['mail'])}</gmd:electronicMailAddress></gmd:CI_ResponsibleParty>"
    )
    keywords = "".join(
        f"<gmd:descriptiveKeywords><gmd:MD_Keywords><gmd:keyword>{text('x')}</gmd:keyword><gmd:thesaurusName>"
        f"<gmd:title>{text(name)}</gmd:title></gmd:thesaurusName></gmd:MD_Keywords></gmd:descriptiveKeywords>"
        for name in (
            "Types de documents d’urbanisme",
            "Répertoire SIRENE",
            "Code officiel géographique au 1er janvier 2024",
        )
    )

    def date(kind: str, day: str) -> str:
        return (
            f"<gmd:CI_Date><gmd:date><gco:Date>{day}</gco:Date></gmd:date><gmd:dateType>"
            f'<gmd:CI_DateTypeCode codeListValue="{kind}"/></gmd:dateType></gmd:CI_Date>'
        )

    return (
        '<?xml version="1.0" encoding="UTF-8"?><gmd:MD_Metadata xmlns:gmd="http://www.isotc211.org/2005/gmd"'
        ' xmlns:gco="http://www.isotc211.org/2005/gco">'
        f"<gmd:fileIdentifier>{text('fr-200057974-plui20240115')}</gmd:fileIdentifier>"
        '<gmd:language><gmd:LanguageCode codeListValue="fre"/></gmd:language>'
        f'<gmd:hierarchyLevel><gmd:MD_ScopeCode codeListValue="{values["scope"]}"/></gmd:hierarchyLevel>'
        f"<gmd:contact>{contact}</gmd:contact><gmd:dateStamp><gco:Date>2024-01-20</gco:Date></gmd:dateStamp>"
        f"<gmd:referenceSystemInfo><gmd:code>{text('http://www.opengis.net/def/crs/EPSG/0/2154')}</gmd:code>"
        "</gmd:referenceSystemInfo><gmd:identificationInfo><gmd:MD_DataIdentification>"
        f"<gmd:citation><gmd:CI_Citation><gmd:title>{text(values['title'])}</gmd:title>"
        f"<gmd:date>{date('revision', values['revision'])}</gmd:date>"
        f"<gmd:identifier><gmd:code>{text('fr-200057974')}</gmd:code></gmd:identifier></gmd:CI_Citation></gmd:citation>"
        f"<gmd:abstract>{text('PLUi')}</gmd:abstract><gmd:pointOfContact>{contact}</gmd:pointOfContact>{keywords}"
        '<gmd:spatialRepresentationType><gmd:X codeListValue="vector"/></gmd:spatialRepresentationType>'
        "<gmd:spatialResolution><gmd:denominator><gco:Integer>1000</gco:Integer></gmd:denominator>"
        "</gmd:spatialResolution><gmd:language><gmd:LanguageCode codeListValue='fre'/></gmd:language>"
        f'<gmd:characterSet><gmd:X codeListValue="{values["charset"]}"/></gmd:characterSet>'
        "<gmd:topicCategory><gmd:X>planningCadastre</gmd:X></gmd:topicCategory>"
        "<gmd:extent><gmd:EX_GeographicBoundingBox>"
        "<gmd:westBoundLongitude><gco:Decimal>2.1</gco:Decimal></gmd:westBoundLongitude>"
        "<gmd:eastBoundLongitude><gco:Decimal>2.3</gco:Decimal></gmd:eastBoundLongitude>"
        "<gmd:southBoundLatitude><gco:Decimal>48.7</gco:Decimal></gmd:southBoundLatitude>"
        "<gmd:northBoundLatitude><gco:Decimal>48.9</gco:Decimal></gmd:northBoundLatitude>"
        "</gmd:EX_GeographicBoundingBox></gmd:extent></gmd:MD_DataIdentification></gmd:identificationInfo>"
        f"<gmd:distributionInfo><gmd:distributionFormat><gmd:name>{text('SHP')}</gmd:name></gmd:distributionFormat>"
        "<gmd:linkage><gmd:URL>https://example.org</gmd:URL></gmd:linkage></gmd:distributionInfo>"
        "<gmd:dataQualityInfo><gmd:DQ_ConformanceResult><gmd:specification><gmd:title>"
        f"{text(values['specification'])}</gmd:title>{date('publication', '2025-06-24')}</gmd:specification>"
        "<gmd:pass><gco:Boolean>true</gco:Boolean></gmd:pass></gmd:DQ_ConformanceResult>"
        f"<gmd:statement>{text('Numérisé sur le PCI')}</gmd:statement></gmd:dataQualityInfo></gmd:MD_Metadata>"
    )


@dataclass
class PackageBuilder:
    """A package to break: ``tables`` are rows by name, ``files`` are bytes by path; all under ``folder``."""

    folder: str = FOLDER
    tables: dict[str, list[Row]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    encodings: dict[str, str] = field(default_factory=dict)
    left_out: set[str] = field(default_factory=set)
    names: dict[str, str] = field(default_factory=dict)

    def archive(self) -> bytes:
        """Return the zip, the same bytes whenever it is made: the portal knows a package again by them."""
        content = io.BytesIO()
        with (
            zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as target,
            tempfile.TemporaryDirectory() as folder,
        ):
            for name, data in self.files.items():
                target.writestr(_entry(f"{self.folder}/{name}"), data)
            for table, rows in self.tables.items():
                place = "" if table.startswith("DOC_URBA") else "Donnees_geographiques/"
                stem = self.names.get(table, f"{SIREN}_{table}_{DATE}")
                columns = [
                    name
                    for name in rows[0]
                    if name not in {"geom", "is_absent"} and name not in self.left_out
                ]
                for path in _written(Path(folder) / table, columns, rows, self.encodings.get(table, "utf-8")):
                    target.writestr(_entry(f"{self.folder}/{place}{stem}{path.suffix}"), path.read_bytes())
        return content.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    """Return the entry of a file whose day never changes."""
    entry = zipfile.ZipInfo(name, date_time=(2024, 1, 20, 12, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _written(folder: Path, columns: list[str], rows: list[Row], encoding: str) -> list[Path]:
    """Write a table as a shapefile, or a dBASE table alone without geometry; return its files."""
    folder.mkdir()
    shapes = [row["geom"] for row in rows if "geom" in row]
    records = [row for row in rows if not row.get("is_absent")]
    if not shapes:
        path = folder / "table.dbf"
        path.write_bytes(_dbf(columns, records, encoding))
        return [path]
    geometries = [row["geom"] for row in records]
    pyogrio.raw.write(
        folder / "table.shp",
        geometry=numpy.array(
            [None if shape is None else shapely.to_wkb(shape) for shape in geometries], dtype=object
        ),
        field_data=[numpy.array([str(row[name]) for row in records], dtype=object) for name in columns],
        fields=columns,
        crs="EPSG:2154",
        geometry_type=shapes[0].geom_type,
        driver="ESRI Shapefile",
        encoding="UTF-8",
    )
    (folder / "table.cpg").unlink(missing_ok=True)
    (folder / "table.dbf").write_bytes(_dbf(columns, records, encoding))
    return sorted(folder.iterdir())


def _dbf(columns: list[str], rows: list[Row], encoding: str) -> bytes:
    """Return a dBASE table of texts of 254 bytes."""
    width = 254
    head = struct.pack(
        "<BBBBIHH20x", 3, 124, 1, 15, len(rows), 32 + 32 * len(columns) + 1, 1 + width * len(columns)
    )
    described = b"".join(
        name.encode()[:10].ljust(11, b"\0") + b"C" + bytes(4) + bytes([width]) + bytes(15) for name in columns
    )
    records = b"".join(
        b" " + b"".join(str(row[name]).encode(encoding)[:width].ljust(width) for name in columns)
        for row in rows
    )
    return head + described + b"\r" + records + b"\x1a"


def sound_package() -> PackageBuilder:
    """Return a package in which nothing is wrong."""
    document = {
        "IDURBA": IDURBA, "TYPEDOC": "PLUI", "ETAT": "03", "NOMPROC": "M2", "DATAPPRO": DATE, "DATEFIN": "",
        "SIREN": SIREN, "NOMRAPP": REPORT, "URLRAPP": "", "NOMREG": RULES, "URLREG": "", "NOMPLAN": "", "URLPLAN": "",
        "URLPE": "", "SITEWEB": "https://example.org", "TYPEREF": "01", "DATEREF": "20230101",
    }  # fmt: skip
    written = "Pieces_ecrites"
    return PackageBuilder(
        tables={
            "DOC_URBA": [document],
            "DOC_URBA_COM": [{"IDURBA": IDURBA, "INSEE": code} for code in COMMUNES],
            "ZONE_URBA": [
                zone(1, box(0, 0, 500, 1_000)),
                zone(2, box(500, 0, 1_000, 1_000), LIBELLE="UB"),
                zone(3, box(1_000, 0, 2_000, 500), LIBELLE="N", TYPEZONE="N", SYMBOLE="ZONE_N_001"),
                zone(4, box(1_000, 500, 2_000, 1_000), LIBELLE="AUc", TYPEZONE="AUc", SYMBOLE="ZONE_AUc_001"),
            ],
            "PRESCRIPTION_SURF": [
                prescription(1, box(10, 10, 60, 60)),
                prescription(2, box(100, 10, 160, 60)),
            ],
            "INFO_SURF": [information(1, box(300, 300, 400, 400))],
        },
        files={
            f"{FOLDER}.xml": metadata().encode(),
            f"{written}/0_Procedure/{SIREN}_procedure_{DATE}.pdf": PDF,
            f"{written}/1_Rapport_de_presentation/{REPORT}": PDF,
            f"{written}/2_PADD/{SIREN}_padd_{DATE}.pdf": PDF,
            f"{written}/3_Reglement/{RULES}": PDF,
            f"{written}/4_Annexes/{SIREN}_liste_annexes_{DATE}.pdf": PDF,
        },
    )
