"""Files as agents send them from their GIS, made on the spot, and what each should be understood as.

One table for the reader, the command and the page: what one of them loses, another one shows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from datasets.readers.source import ReadOptions
from tests.gis_writing import (
    DISC,
    DRAWING,
    FACE,
    FOLDERS,
    HALVES,
    LAYERS,
    NOWHERE,
    POINT,
    POINT_M,
    POINT_ZM,
    SEAT,
    circle,
    collection,
    dbase,
    faces,
    five_layers,
    geodatabase,
    geopackage,
    geoparquet,
    mapinfo,
    several,
    shapefile,
    table,
    text,
    wkb,
    zipped,
)


@dataclass(frozen=True)
class GisFile:
    """A file and what is understood of it: rows, kind of geometry, key, findings that must be there, first name.

    ``layers`` are the names of its layers when there are several; ``layer`` the one to take.
    """

    name: str
    make: Callable[[Path], Path]
    geometry: str = "Point"
    rows: int = 2
    key: tuple[str, ...] = ("idbase",)
    told: tuple[str, ...] = ()
    srid: int = 4326
    layers: tuple[str, ...] = ()
    layer: str = ""
    size: float = 0.0  # square metres of the first surface, when that says whether it is whole

    @property
    def options(self) -> ReadOptions:
        """How it is read."""
        return ReadOptions(layer=self.layer)

    def __str__(self) -> str:
        return self.name


CIRCLE_M2 = 25_540.0

FILES = (
    GisFile("geoparquet", lambda folder: geoparquet(folder / "a.parquet")),
    GisFile("curve polygons", lambda folder: geopackage(folder / "a.gpkg", DISC, DISC, declared="CURVEPOLYGON"),
            "Polygon", told=("curves",), size=CIRCLE_M2),
    GisFile("compound ring", lambda folder: geopackage(folder / "a.gpkg", wkb(10, HALVES), DISC), "Polygon",
            told=("curves",), size=CIRCLE_M2),
    GisFile("multi surface", lambda folder: geopackage(folder / "a.gpkg", wkb(12, DISC), wkb(12, DISC)),
            "MultiPolygon", told=("curves",), size=CIRCLE_M2),
    GisFile("circular strings", lambda folder: geopackage(folder / "a.gpkg", circle(), circle()), "LineString",
            told=("curves",)),
    GisFile("triangles", lambda folder: geopackage(folder / "a.gpkg", faces(2), faces(9), declared="TIN", z=1),
            "Polygon", told=("faces", "z")),
    GisFile("measures", lambda folder: geopackage(folder / "a.gpkg", POINT_M, POINT_M, m=1), told=("measures",)),
    GisFile("heights and measures", lambda folder: geopackage(folder / "a.gpkg", POINT_ZM, POINT_ZM, z=1, m=1),
            told=("measures", "z")),
    GisFile("empty geometry", lambda folder: geopackage(folder / "a.gpkg", POINT, NOWHERE),
            told=("geometry-empty",)),
    GisFile("collections", lambda folder: geopackage(folder / "a.gpkg", wkb(7, POINT), wkb(7, POINT, POINT)),
            "MultiPoint"),
    GisFile("windows without a word", lambda folder: shapefile(folder), told=("encoding",)),
    GisFile("windows said to be utf-8", lambda folder: shapefile(folder, cpg="UTF-8"), told=("encoding",)),
    GisFile("ansi", lambda folder: shapefile(folder, cpg="ANSI 1252", language=0x57)),
    GisFile("unknown code page", lambda folder: shapefile(folder, cpg="maison"), told=("encoding",)),
    GisFile("without prj", lambda folder: shapefile(folder, cpg="1252", without="prj"), told=("crs_guessed",)),
    GisFile("dbase", lambda folder: dbase(folder / "a.dbf"), "",
            told=("deleted_records", "text_cut", "number_overflow", "encoding")),
    GisFile("mapinfo tab", lambda folder: mapinfo(folder, "tab")),
    GisFile("mapinfo mif", lambda folder: mapinfo(folder, "mif")),
    GisFile("geodatabase", geodatabase, layers=("arbres", "haies"), told=("several_layers",)),
    GisFile("second layer of a geodatabase", geodatabase, layers=("arbres", "haies"), layer="haies"),
    GisFile("five layers of a geopackage", five_layers, layers=LAYERS, told=("several_layers",)),
    GisFile("fourth layer of a geopackage", five_layers, layers=LAYERS, layer="mares"),
    GisFile("several shapefiles", several, layers=("haies", "nord/arbres", "sud/ARBRES"), told=("several_layers",)),
    GisFile("third of several shapefiles", several, layers=("haies", "nord/arbres", "sud/ARBRES"),
            layer="sud/ARBRES"),
    GisFile("folders of kml", lambda folder: text(folder / "a.kml", FOLDERS), layers=("Arbres", "Haies"), key=(),
            told=("several_layers",)),
    GisFile("second folder of kml", lambda folder: text(folder / "a.kml", FOLDERS), layers=("Arbres", "Haies"),
            layer="Haies", rows=1, key=()),
    GisFile("drawing", lambda folder: text(folder / "a.dxf", DRAWING), key=(), srid=3949, told=("crs_guessed",)),
    GisFile("drawing called csv", lambda folder: text(folder / "a.csv", DRAWING), key=(), srid=3949,
            told=("crs_guessed", "extension")),
    GisFile("latitude first", lambda folder: collection(folder / "a.geojson", SEAT[::-1], (48.8135, 2.2395)),
            told=("swapped",)),
    GisFile("pair with decimal commas", table("48,8125 ; 2,2385", "48,8135 ; 2,2395")),
    GisFile("pair with a blank", table("48.8125 2.2385", "48.8135 2.2395")),
    GisFile("pair with a slash", table("48,8125/2,2385", "48,8135 / 2,2395")),
    GisFile("geo_point_2d", table("48.8125, 2.2385", "48.8135,2.2395", title="geo_point_2d")),
    GisFile("degrees, minutes, seconds", table(FACE, "N48°48’49,5″ E2°14’22,2″")),
    GisFile("hexadecimal", table(POINT.hex().upper(), "0x" + POINT.hex(), title="geom")),
    GisFile("curves in text", table("CURVEPOLYGON(CIRCULARSTRING(2.2375 48.8125,2.2385 48.8135,2.2395 48.8125,"
            "2.2385 48.8115,2.2375 48.8125))", title="geom"), "MultiPolygon", rows=1, key=(), told=("curves",),
            size=CIRCLE_M2),
    GisFile("eastings and northings", table("1644044,75|8179536,5", "1644100|8179600", title="X_CC49|Y_CC49"),
            srid=3949),
    GisFile("zone of Lambert I", table("592300,5|1124200,25", "592400|1124300", title="X|Y"), srid=27571),
)  # fmt: skip


REFUSED = (
    (
        "table without its neighbours",
        lambda folder: text(folder / "a.tab", "!table\n!version 300\n\nDefinition Table\n  Type NATIVE\n"),
        r"\.dat",
    ),
    (
        "interchange file without its neighbour",
        lambda folder: text(folder / "a.mif", 'Version 300\nCharset "Neutral"\nColumns 0\nData\n'),
        r"\.mid",
    ),
    (
        "seamless table",
        lambda folder: zipped(
            folder / "a.zip",
            {"a.tab": b'!table\n"IsSeamless" = "TRUE"\n  Type NATIVE\n', "a.dat": b"", "b.tab": b""},
        ),
        "d’autres tables",
    ),
    ("archive in an archive", lambda folder: zipped(folder / "a.zip", {"b.zip": b"PK\x03\x04"}), "archive"),
)
"""Name, maker, and what the refusal says."""
