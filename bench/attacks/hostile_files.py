"""Files made to harm whoever reads them, written on the spot: each by a function that returns its content."""

from __future__ import annotations

import io
import sqlite3
import stat
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

MEGABYTE = 1024 * 1024

_SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
_WORKBOOK = (
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_LINKS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_RELATIONS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
)
_ROOT_LINKS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
_TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
_BOMB = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{_LAUGHS}]>'
_ENDLESS = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS fid, NULL AS geom FROM n"
)


def archive(*entries: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    """Return a ZIP of these entries."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as target:
        for name, inside in entries:
            target.writestr(name, inside)
    return content.getvalue()


def workbook(cells: str, strings: str = "<sst/>") -> bytes:
    """Return an XLSX with these rows and shared strings."""
    return archive(
        ("[Content_Types].xml", _TYPES.encode()),
        ("_rels/.rels", _ROOT_LINKS.encode()),
        ("xl/workbook.xml", _WORKBOOK.encode()),
        ("xl/_rels/workbook.xml.rels", _LINKS.encode()),
        ("xl/sharedStrings.xml", strings.encode()),
        ("xl/worksheets/sheet1.xml", _SHEET.format(cells).encode()),
    )


def far_cells() -> bytes:
    """Two cells, the first and the last of a sheet: 17 billion to hold."""
    return workbook(
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    )


def hidden_far_cells() -> bytes:
    """The same, written so that a look at the text does not find them."""
    return workbook('<row><c t="n" r="A1"><v>1</v></c></row><row><c t="n" r="XFD1048576"><v>1</v></c></row>')


def shared_strings_bomb() -> bytes:
    """A workbook whose shared string is made of entities of entities."""
    return workbook(
        '<row r="1"><c r="A1" t="s"><v>0</v></c></row>', f"{_BOMB}<sst><si><t>&l9;</t></si></sst>"
    )


def repeated_cells() -> bytes:
    """An ODS that repeats a cell and its row up to the last one."""
    office = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<office:document-content xmlns:office="{office}:office:1.0" xmlns:table="{office}:table:1.0"'
        f' xmlns:text="{office}:text:1.0"><office:body><office:spreadsheet><table:table table:name="a">'
        '<table:table-row table:number-rows-repeated="1048576"><table:table-cell'
        ' office:value-type="string" table:number-columns-repeated="16384"><text:p>a</text:p></table:table-cell>'
        "</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
    )
    manifest = f'<manifest:manifest xmlns:manifest="{office}:manifest:1.0"/>'.encode()
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    return archive(("mimetype", kind), ("content.xml", content.encode()), ("META-INF/manifest.xml", manifest))


def geopackage(*statements: str) -> bytes:
    """Return a GeoPackage with the standard's tables, the layer ``lieux`` of one row, and what ``statements`` add."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.gpkg"
        with closing(sqlite3.connect(path)) as database:
            database.executescript(_STANDARD)
            for statement in statements:
                database.execute(statement)
            database.commit()
        return path.read_bytes()


_STANDARD = """
PRAGMA application_id = 1196444487; PRAGMA user_version = 10300;
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
INSERT INTO gpkg_spatial_ref_sys VALUES ('a', -1, 'NONE', -1, 'undefined', ''), ('b', 0, 'NONE', 0, 'undefined', '');
CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT, description TEXT,
  last_change TEXT NOT NULL DEFAULT '2026-01-01T00:00:00Z', min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE,
  srs_id INTEGER);
CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, geometry_type_name TEXT, srs_id INTEGER,
  z TINYINT, m TINYINT, PRIMARY KEY (table_name, column_name));
CREATE TABLE lieux (fid INTEGER PRIMARY KEY, geom BLOB, nom TEXT);
INSERT INTO lieux VALUES (1, NULL, 'ici');
INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) VALUES ('lieux', 'features', 'lieux', 0);
INSERT INTO gpkg_geometry_columns VALUES ('lieux', 'geom', 'POINT', 0, 0, 0);
"""
_WITHOUT_LAYER = ("DELETE FROM gpkg_contents", "DELETE FROM gpkg_geometry_columns", "DROP TABLE lieux")


def _registered(name: str) -> tuple[str, str]:
    values = f"VALUES ('{name}', "
    return (
        f"INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) {values} 'features', 'v', 0)",
        f"INSERT INTO gpkg_geometry_columns {values} 'geom', 'POINT', 0, 0, 0)",
    )


def endless_view() -> bytes:
    """A GeoPackage whose only layer is a recursive view that never ends."""
    return geopackage(*_WITHOUT_LAYER, f"CREATE VIEW sans_fin AS {_ENDLESS}", *_registered("sans_fin"))


def endless_catalogue() -> bytes:
    """A GeoPackage whose table of contents is such a view."""
    return geopackage(
        "DROP TABLE gpkg_contents",
        "CREATE VIEW gpkg_contents AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
        " SELECT 'lieux' AS table_name, 'features' AS data_type, 'a' AS identifier, '' AS description,"
        " '' AS last_change, 0 AS min_x, 0 AS min_y, 0 AS max_x, 0 AS max_y, 0 AS srs_id FROM n WHERE i < 0",
    )


def costly_column(expression: str) -> bytes:
    """Return a GeoPackage with a real table, one of whose columns is computed when it is read."""
    return geopackage(
        *_WITHOUT_LAYER,
        "CREATE TABLE cher (fid INTEGER PRIMARY KEY, geom BLOB)",
        "INSERT INTO cher (fid) VALUES (1), (2), (3)",
        f"ALTER TABLE cher ADD COLUMN a TEXT GENERATED ALWAYS AS ({expression})",
        *_registered("cher"),
    )


def slow_column() -> bytes:
    """A column that takes minutes of processor a row."""
    return costly_column("instr(hex(zeroblob(900000 + fid)), hex(zeroblob(450000)) || '1')")


def large_column() -> bytes:
    """A column that takes a gigabyte of memory a row."""
    return costly_column("||".join(f"hex(zeroblob(80000000 + {n} * fid))" for n in range(4)))


def trigger_and_extension() -> bytes:
    """A GeoPackage with triggers, and a view that would load a library; its layer is honest."""
    return geopackage(
        "CREATE TRIGGER t AFTER UPDATE ON gpkg_contents BEGIN SELECT load_extension('/tmp/a.so'); END",
        "CREATE VIEW v AS SELECT 1 AS fid, load_extension('/tmp/a.so') AS geom",
        *_registered("v"),
    )


def expanding_archive() -> bytes:
    """A ZIP that expands a thousand times."""
    return archive(("a.csv", b"0" * (64 * MEGABYTE)))


def nested_archive() -> bytes:
    """A ZIP in a ZIP in a ZIP, each of which expands."""
    content = b"0" * (16 * MEGABYTE)
    for _level in range(3):
        content = archive(*((f"{number}.zip", content) for number in range(8)))
    return content


def crowded_archive() -> bytes:
    """A ZIP of 20,000 empty files."""
    return archive(*((f"{number}.csv", b"") for number in range(20_000)))


def lying_archive() -> bytes:
    """A ZIP that declares 8 bytes for 400,000."""
    content = archive(("a.csv", b"a,b\n" + b"1,2\n" * 100_000))
    return content.replace((400_004).to_bytes(4, "little"), (8).to_bytes(4, "little"))


def leaving_archive() -> bytes:
    """A ZIP with a symbolic link and a name that leaves its folder."""
    link = zipfile.ZipInfo("lien.csv")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    return archive((link, b"/etc/passwd"), ("../dehors.csv", b"a,b\n1,2\n"))


def kml_bomb() -> bytes:
    """A KML with entities of entities."""
    return f'{_BOMB}<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>&l9;</name></Document></kml>'.encode()


def gpx_bomb() -> bytes:
    """A GPX with entities of entities, far from its beginning."""
    return (
        f"<?xml version='1.0'?><!--{'x' * 100_000}-->{_BOMB.partition('?>')[2]}"
        "<gpx version='1.1' creator='a'><wpt lat='48' lon='2'><name>&l9;</name></wpt></gpx>"
    ).encode()


def gml_bomb() -> bytes:
    """A GML with an entity that is a file of the machine."""
    return (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
        b'<FeatureCollection xmlns:gml="http://www.opengis.net/gml/3.2"><gml:featureMember><a>&e;</a>'
        b"</gml:featureMember></FeatureCollection>"
    )


def long_line(size: int = 24 * MEGABYTE) -> bytes:
    """A CSV whose second line never ends."""
    return b"nom,valeur\n" + b"a" * size


def deep_geojson(depth: int = 400_000) -> bytes:
    """A GeoJSON whose coordinates are in lists of lists."""
    shape = b'{"type":"Polygon","coordinates":' + b"[" * depth + b"]" * depth + b"}"
    return (
        b'{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":'
        + shape
        + b"}]}"
    )


def deep_json(depth: int = 400_000) -> bytes:
    """A table in JSON, in lists of lists."""
    return b'[{"a":' + b"[" * depth + b"]" * depth + b"}]"


def lying_shapefile() -> bytes:
    """A Shapefile whose DBF declares 4 billion records, and whose SHP four gigabytes."""
    shp = struct.pack(">7i", 9994, 0, 0, 0, 0, 0, 0x7FFFFFFF) + struct.pack("<2i8d", 1000, 1, *[0.0] * 8)
    shp += struct.pack(">2i", 1, 10) + struct.pack("<i2d", 1, 2.2, 48.8)
    shx = struct.pack(">7i", 9994, 0, 0, 0, 0, 0, 0x7FFFFFFF) + struct.pack("<2i8d", 1000, 1, *[0.0] * 8)
    dbf = struct.pack("<4BIHH20x", 3, 126, 1, 1, 0xFFFFFFFF, 65, 11)
    dbf += struct.pack("<11sc4xBB14x", b"NOM", b"C", 10, 0) + b"\r" + b" ici       "
    return archive(("a.shp", shp), ("a.shx", shx), ("a.dbf", dbf))


def lying_flatgeobuf() -> bytes:
    """A FlatGeobuf whose header declares four gigabytes."""
    return b"fgb\x03fgb\x01" + struct.pack("<I", 0x7FFFFFF0) + bytes(range(256)) * 8


def disguised_shapefile() -> bytes:
    """An archive whose Shapefile is an order to read a file of the machine."""
    return archive(("a.shp", virtual_layer("/etc/passwd")), ("a.dbf", b""))


def virtual_layer(source: str) -> bytes:
    """Return an order to GDAL to read ``source``, a path or an address."""
    return (
        f'<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>{source}</SrcDataSource></OGRVRTLayer>'
        "</OGRVRTDataSource>"
    ).encode()


def lying_parquet() -> bytes:
    """A Parquet file whose footer declares more than the file."""
    return b"PAR1" + bytes(range(256)) * 4 + struct.pack("<I", 0x7FFFFFF0) + b"PAR1"


def png(width: int, height: int, rows: bytes) -> bytes:
    """Return a grey PNG that declares its size and holds ``rows``."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows, 9))
        + chunk(b"IEND", b"")
    )


def picture_bomb() -> bytes:
    """A PNG of 2.5 billion pixels in some kilobytes."""
    return png(50_000, 50_000, b"\0" * MEGABYTE)


def lying_tiff() -> bytes:
    """A TIFF that declares 16 billion pixels, whatever its name."""
    entries = (
        (256, 131_072),
        (257, 131_072),
        (258, 8),
        (259, 1),
        (262, 1),
        (273, 8),
        (277, 1),
        (279, 0x7FFFFFFF),
    )
    directory = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in entries)
    return b"II*\0" + struct.pack("<IH", 8, len(entries)) + directory + bytes(4)


def lying_webp() -> bytes:
    """A WebP that declares 16,383 pixels a side and holds none."""
    frame = b"\x9d\x01\x2a" + struct.pack("<HH", 16_383, 16_383)
    body = b"WEBPVP8 " + struct.pack("<I", 3 + len(frame)) + b"\x10\0\0" + frame
    return b"RIFF" + struct.pack("<I", len(body)) + body


def nested_shapes(depth: int = 100_000) -> bytes:
    """A CSV whose shape is a collection of collections: the libraries that parse it call themselves."""
    opening = '{"type": "GeometryCollection", "geometries": ['
    return f"nom;forme\nici;{opening * depth}{{}}{']}' * depth}\n".replace(
        "{}", '{"type": "Point", "coordinates": [2.2, 48.8]}'
    ).encode()


def nested_blobs(depth: int = 100_000) -> bytes:
    """A GeoPackage with such a shape in binary."""
    header = b"GP\0\1\0\0\0\0"
    shape = struct.pack("<BII", 1, 7, 1) * depth + struct.pack("<BIdd", 1, 1, 2.2, 48.8)
    return geopackage(
        "UPDATE gpkg_geometry_columns SET geometry_type_name = 'GEOMETRYCOLLECTION'",
        f"UPDATE lieux SET geom = X'{(header + shape).hex()}'",  # noqa: S608  (hexadecimal)
    )


NESTED: dict[str, Callable[[], bytes]] = {"nested.csv": nested_shapes, "nested.gpkg": nested_blobs}
"""Files whose rows are read, and whose shapes end the process that parses them."""

TABLES: dict[str, Callable[[], bytes]] = {
    "a1-and-xfd1048576.xlsx": far_cells,
    "hidden-far-cells.xlsx": hidden_far_cells,
    "shared-strings.xlsx": shared_strings_bomb,
    "repeated-cells.ods": repeated_cells,
    "endless-view.gpkg": endless_view,
    "endless-catalogue.gpkg": endless_catalogue,
    "slow-column.gpkg": slow_column,
    "large-column.gpkg": large_column,
    "expanding.zip": expanding_archive,
    "nested.zip": nested_archive,
    "crowded.zip": crowded_archive,
    "lying.zip": lying_archive,
    "leaving.zip": leaving_archive,
    "entities.kml": kml_bomb,
    "entities.gpx": gpx_bomb,
    "entities.gml": gml_bomb,
    "long-line.csv": long_line,
    "deep.geojson": deep_geojson,
    "deep.json": deep_json,
    "lying-shapefile.zip": lying_shapefile,
    "lying.fgb": lying_flatgeobuf,
    "lying.parquet": lying_parquet,
    "virtual-file.geojson": lambda: virtual_layer("/etc/passwd"),
    "virtual-address.csv": lambda: virtual_layer("http://127.0.0.1:9/a.csv"),
    "virtual-shapefile.zip": disguised_shapefile,
}
"""Files for the import wizard, by the name they are sent under. None of them holds a row that may be read."""

PICTURES: dict[str, Callable[[], bytes]] = {
    "bomb.png": picture_bomb,
    "tiff.jpg": lying_tiff,
    "lying.webp": lying_webp,
}
"""Files for the forms of photos."""
