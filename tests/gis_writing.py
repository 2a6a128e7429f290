"""Writers of files as agents send them from their GIS, faults and all: what GDAL does not write is written by hand."""

from __future__ import annotations

import json
import sqlite3
import struct
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy
import pyarrow
import pyarrow.parquet
import shapely

from layers.parsing.gdal import pyogrio

SEAT = (2.2385, 48.8125)
"""A position in Meudon, where every file has something."""

POINTS = (shapely.Point(SEAT), shapely.Point(2.2395, 48.8135))
NAMES = ("Hêtre", "Noël")


def write(path: Path, driver: str, shapes: Sequence[Any] = POINTS, **options: Any) -> Path:
    """Write trees with an identifier, a year, a name with accents and a day."""
    count = len(shapes)
    options = {"crs": "EPSG:4326", "geometry_type": shapes[0].geom_type} | options
    pyogrio.raw.write(
        path,
        shapely.to_wkb(numpy.array(shapes), flavor="iso"),
        [
            numpy.arange(11, 11 + count),
            numpy.array([2020 + place for place in range(count)]),
            numpy.array([NAMES[place % 2] for place in range(count)], dtype=object),
            numpy.array(["2024-01-02"] * count, dtype="datetime64[D]"),
        ],
        numpy.array(["IDBASE", "Année", "nom", "pose"]),
        driver=driver,
        **options,
    )
    return path


def zipped(path: Path, entries: dict[str, Path | bytes]) -> Path:
    """Write an archive."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content if isinstance(content, bytes) else content.read_bytes())
    return path


def folder_of(path: Path, inside: str = "") -> dict[str, Path | bytes]:
    """Return the files beside ``path``, to be zipped."""
    return {f"{inside}{part.name}": part for part in sorted(path.parent.iterdir()) if part.is_file()}


def wkb(code: int, *parts: bytes, positions: Sequence[Sequence[float]] = (), counted: bool = True) -> bytes:
    """Return a geometry: of positions, or of parts."""
    numbers = [number for position in positions for number in position]
    count = struct.pack("<I", len(parts) or len(positions)) if counted else b""
    return struct.pack("<BI", 1, code) + count + struct.pack(f"<{len(numbers)}d", *numbers) + b"".join(parts)


def ring(*positions: Sequence[float]) -> bytes:
    """Return a ring of a polygon."""
    numbers = [number for position in positions for number in position]
    return struct.pack(f"<I{len(numbers)}d", len(positions), *numbers)


def circle(code: int = 8) -> bytes:
    """Return the circle around the seat as two arcs, radius 0.001 degree."""
    x, y = SEAT
    around = [(x - 0.001, y), (x, y + 0.001), (x + 0.001, y), (x, y - 0.001), (x - 0.001, y)]
    return wkb(code, positions=around)


def geopackage(path: Path, *geometries: bytes, declared: str = "GEOMETRY", z: int = 0, m: int = 0) -> Path:
    """Write a GeoPackage whose features have these geometries, which GDAL's writers do not take."""
    write(path, "GPKG", [POINTS[0]] * len(geometries), layer_options={"SPATIAL_INDEX": "NO"})
    with sqlite3.connect(path) as database:
        for number, geometry in enumerate(geometries, start=1):
            blob = b"GP\0\x01" + struct.pack("<i", 4326) + geometry
            database.execute("UPDATE a SET geom = ? WHERE fid = ?", (blob, number))
        database.execute(
            "UPDATE gpkg_geometry_columns SET geometry_type_name = ?, z = ?, m = ?", (declared, z, m)
        )
    return path


def shapefile(folder: Path, *, cpg: str | None = None, language: int = 0, without: str = "") -> Path:
    """Zip a Shapefile in Windows' encoding, with the neighbours that say so, say wrong or are missing."""
    place = folder / "parts"
    place.mkdir()
    write(place / "arbres.shp", "ESRI Shapefile", encoding="CP1252")
    (place / "arbres.cpg").unlink()
    if cpg is not None:
        (place / "arbres.cpg").write_text(cpg)
    table = bytearray((place / "arbres.dbf").read_bytes())
    table[29] = language
    (place / "arbres.dbf").write_bytes(table)
    if without:
        (place / f"arbres.{without}").unlink()
    return zipped(folder / "arbres.zip", folder_of(place / "arbres.shp"))


def dbase(path: Path) -> Path:
    """Write a table by hand: a text of 254 bytes, a number too long, a day, and a deleted record."""
    columns = (("IDBASE", "N", 4, 0), ("ADRESSE", "C", 254, 0), ("PRIX", "N", 4, 1), ("POSE", "D", 8, 0))
    length = 1 + sum(width for _title, _kind, width, _decimals in columns)
    head = struct.pack("<BBBBIHH20x", 3, 124, 1, 31, 3, 33 + 32 * len(columns), length)
    for title, kind, width, decimals in columns:
        head += struct.pack("<11s1s4xBB14x", title.encode(), kind.encode(), width, decimals)
    records = [
        f" {11:4}{'é' * 254}{'12.5'}20240131",
        f" {12:4}{'rue du Val':254}****20240201",
        f"*{13:4}{'ôtée':254}{1:4}        ",
    ]
    path.write_bytes(head + b"\r" + "".join(records).encode("cp1252") + b"\x1a")
    return path


def mapinfo(folder: Path, suffix: str) -> Path:
    """Zip a table of MapInfo said to be in no charset, as many are."""
    place = folder / "parts"
    place.mkdir()
    kind = "MIF" if suffix == "mif" else "TAB"
    path = write(
        place / f"arbres.{suffix}",
        "MapInfo File",
        dataset_options={"FORMAT": kind},
        layer_options={"ENCODING": "CP1252"},
    )
    path.write_bytes(path.read_bytes().replace(b"WindowsLatin1", b"Neutral"))
    return zipped(folder / "arbres.zip", folder_of(path, "Export SIG/"))


def geodatabase(folder: Path) -> Path:
    """Zip a file geodatabase of two layers."""
    place = folder / "patrimoine.gdb"
    kinds = {"TARGET_ARCGIS_VERSION": "ARCGIS_PRO_3_2_OR_LATER"}
    write(place, "OpenFileGDB", layer="arbres", layer_options=kinds)
    write(place, "OpenFileGDB", layer="haies", layer_options=kinds, append=True)
    return zipped(folder / "patrimoine.zip", folder_of(place / "x", "livraison/patrimoine.gdb/"))


LAYERS = ("arbres", "haies", "massifs", "mares", "murs")


def five_layers(folder: Path) -> Path:
    """Write a GeoPackage of five layers."""
    path = folder / "patrimoine.gpkg"
    for place, layer in enumerate(LAYERS):
        write(path, "GPKG", layer=layer, append=place > 0)
    return path


def several(folder: Path) -> Path:
    """Zip two Shapefiles of one name in two folders, a third one, and what systems and people leave beside."""
    place = folder / "parts"
    place.mkdir()
    write(place / "arbres.shp", "ESRI Shapefile", encoding="UTF-8")
    entries: dict[str, Path | bytes] = {"LISEZMOI.txt": b"Bonjour", "plan.pdf": b"%PDF-1.7"}
    for part in place.iterdir():
        entries |= {
            f"nord/arbres{part.suffix}": part,
            f"sud/ARBRES{part.suffix.upper()}": part,
            f"__MACOSX/nord/._arbres{part.suffix}": b"\0" * 20,
            f"haies{part.suffix}": part,
        }
    return zipped(folder / "plusieurs.zip", entries)


def geoparquet(path: Path) -> Path:
    """Write GeoParquet as our exports do: the key is in the footer, and not in the schema."""
    table = pyarrow.table(
        {
            "IDBASE": [11, 12],
            "Année": [2020, 2021],
            "nom": list(NAMES),
            "geometry": [shapely.to_wkb(point) for point in POINTS],
            "bbox": [{"xmin": 2.2, "ymin": 48.8}] * 2,
        }
    )
    columns = {"geometry": {"encoding": "WKB", "geometry_types": ["Point"]}}
    with pyarrow.parquet.ParquetWriter(path, table.schema) as writer:
        writer.write_table(table)
        geo = {"version": "1.1.0", "primary_column": "geometry", "columns": columns}
        writer.add_key_value_metadata({"geo": json.dumps(geo)})
    return path


def text(path: Path, content: str) -> Path:
    """Write a text."""
    path.write_text(content)
    return path


def collection(path: Path, *coordinates: Sequence[float]) -> Path:
    """Write GeoJSON of points at these coordinates, as they are."""
    features = [
        {
            "type": "Feature",
            "properties": {"IDBASE": 11 + place, "nom": NAMES[place % 2]},
            "geometry": {"type": "Point", "coordinates": list(position)},
        }
        for place, position in enumerate(coordinates)
    ]
    return text(path, json.dumps({"type": "FeatureCollection", "features": features}))


_PLACEMARK = "<Placemark><name>{}</name><Point><coordinates>2.2385,48.8125</coordinates></Point></Placemark>"
FOLDERS = (
    '<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
    f"<Folder><name>Arbres</name>{_PLACEMARK.format('Hêtre')}{_PLACEMARK.format('Noël')}</Folder>"
    f"<Folder><name>Haies</name>{_PLACEMARK.format('Buis')}</Folder></Document></kml>"
)
DRAWING = "\n".join(
    ["  0", "SECTION", "  2", "ENTITIES"]
    + ["  0", "POINT", "  8", "ARBRES", " 10", "1644000.5", " 20", "8179500.25"] * 2
    + ["  0", "ENDSEC", "  0", "EOF", ""]
)
FACE = "48°48'45\"N 2°14'18.6\"E"


def table(*cells: str, title: str = "position") -> Callable[[Path], Path]:
    """Return the maker of a CSV with one column of positions."""
    lines = [f"{11 + place}|{NAMES[place % 2]}|{cell}" for place, cell in enumerate(cells)]
    return lambda folder: text(folder / "a.csv", "\n".join([f"IDBASE|nom|{title}", *lines, ""]))


def faces(z: float) -> bytes:
    x, y = SEAT
    corners = [(x, y, z), (x + 0.001, y, z), (x + 0.001, y + 0.001, z), (x, y + 0.001, z)]
    halves = [
        (corners[0], corners[1], corners[2], corners[0]),
        (corners[0], corners[2], corners[3], corners[0]),
    ]
    faces = [struct.pack("<BII", 1, 1017, 1) + ring(*half) for half in halves]
    return wkb(1016, *faces)


POINT_M = wkb(2001, positions=[(*SEAT, 7.0)], counted=False)
POINT_ZM = wkb(3001, positions=[(*SEAT, 35.0, 7.0)], counted=False)
POINT = wkb(1, positions=[SEAT], counted=False)
NOWHERE = wkb(1, positions=[(float("nan"), float("nan"))], counted=False)
DISC = wkb(10, circle())
HALVES = wkb(9, circle())
