"""The formats of imported files, a row each: their names, how content is recognised, their reader.

A new format is a reader, its suffixes (``datasets.readers.suffixes``) and a row: the wizard offers it, archives may
hold it, a wrong suffix is reported.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.utils.functional import Promise

from datasets.readers.csv import DelimitedSource
from datasets.readers.geojson import GeoJsonLinesSource, GeoJsonSource
from datasets.readers.geopackage import GeopackageSource
from datasets.readers.json import JsonSource
from datasets.readers.mapinfo import MapInfoSource, is_mif, is_tab
from datasets.readers.parquet import ParquetSource
from datasets.readers.shapefile import ShapefileSource, is_dbf
from datasets.readers.sniffing import (
    Sniffer,
    content_of,
    has_root,
    is_dxf,
    is_geopackage,
    is_gml,
    is_json,
    refuse,
    starts_with,
    unknown_xml,
)
from datasets.readers.source import ReadOptions, Source
from datasets.readers.suffixes import SUFFIXES
from datasets.readers.vectors import VectorSource
from datasets.readers.xml import XmlSource

StreamReader = Callable[[BinaryIO, str, ReadOptions], Source]
PathReader = Callable[[list[Path], str, str, ReadOptions], Source]


@dataclass(frozen=True, slots=True)
class ImportFormat:
    """A format.

    ``suffixes`` are those of file names that promise it, each with what people call such a file. ``binary`` recognises
    its first bytes, before anything is refused; ``text`` recognises text once it is known to be harmless. Neither: a
    format that is only recognised inside an archive. ``stream`` reads the producer's open file, ``paths`` a private
    copy. ``is_rest`` is the format of what nothing else recognises.
    """

    name: str
    suffixes: Mapping[str, str | Promise]
    binary: Sniffer | None = None
    text: Sniffer | None = None
    stream: StreamReader | None = None
    paths: PathReader | None = None
    is_rest: bool = False


# In the order in which one is chosen among the files of an archive.
FORMATS = (
    ImportFormat("gpkg", SUFFIXES["gpkg"], binary=is_geopackage, paths=GeopackageSource),
    ImportFormat("geojson", SUFFIXES["geojson"], text=is_json("geojson"), paths=GeoJsonSource),
    ImportFormat(
        "geojsonseq",
        SUFFIXES["geojsonseq"],
        text=is_json("geojsonseq"),
        paths=GeoJsonLinesSource,
    ),
    ImportFormat("kml", SUFFIXES["kml"], text=has_root("kml"), paths=XmlSource),
    ImportFormat("gpx", SUFFIXES["gpx"], text=has_root("gpx"), paths=XmlSource),
    ImportFormat("gml", SUFFIXES["gml"], text=is_gml, paths=XmlSource),
    ImportFormat("fgb", SUFFIXES["fgb"], binary=starts_with(b"fgb\x03fgb"), paths=VectorSource),
    ImportFormat(
        "parquet",
        SUFFIXES["parquet"],
        binary=starts_with(b"PAR1"),
        paths=ParquetSource,
    ),
    ImportFormat("dxf", SUFFIXES["dxf"], text=is_dxf, paths=VectorSource),
    ImportFormat("tab", SUFFIXES["tab"], text=is_tab, paths=MapInfoSource),
    ImportFormat("mif", SUFFIXES["mif"], text=is_mif, paths=MapInfoSource),
    ImportFormat("csv", SUFFIXES["csv"], stream=DelimitedSource, is_rest=True),
    ImportFormat("dbf", SUFFIXES["dbf"], binary=is_dbf, paths=ShapefileSource),
    ImportFormat("json", SUFFIXES["json"], text=is_json("json"), stream=JsonSource),
    # What an archive is, by what it holds: see ``datasets.readers.opening``.
    ImportFormat("shp", SUFFIXES["shp"], paths=ShapefileSource),
    ImportFormat("gdb", SUFFIXES["gdb"], paths=VectorSource),
    ImportFormat("kmz", SUFFIXES["kmz"], paths=XmlSource),
    ImportFormat("xlsx", SUFFIXES["xlsx"]),
    ImportFormat("ods", SUFFIXES["ods"]),
)
BY_NAME = {kind.name: kind for kind in FORMATS}
ARCHIVE = ImportFormat("zip", SUFFIXES["zip"], binary=starts_with(b"PK\x03\x04"))
_REST = next(kind for kind in FORMATS if kind.is_rest)


def promised_by(suffix: str) -> frozenset[str]:
    """Return the names of the formats of a suffix; nothing for an unknown one."""
    return frozenset(kind.name for kind in FORMATS if suffix in kind.suffixes)


def sniff(file: BinaryIO) -> ImportFormat:
    """Return the format of an open file by its content, or ``ARCHIVE``.

    Raises:
        EmptyFile, UnknownFormat, UnsafeFile: each with what to do instead.
    """
    content = content_of(file)
    for kind in (*FORMATS, ARCHIVE):
        if kind.binary and kind.binary(content):
            return kind
    refuse(content)
    for kind in FORMATS:
        if kind.text and kind.text(content):
            return kind
    if content.is_xml:
        raise unknown_xml(content)
    return _REST
