"""From a path to an open source: one look at the content, one private copy where a library wants a path, one reader.

The producer's file is opened once. Delimited text is read from that open file; the rest from a private copy under a
name of ours. Either way size and date of the open file are compared with those of the beginning.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from django.utils.translation import gettext as _

from datasets.errors import UnknownFormat
from datasets.readers.archives import extract, inspect
from datasets.readers.csv import DelimitedSource
from datasets.readers.geojson import GeoJsonLinesSource, GeoJsonSource
from datasets.readers.json import JsonSource
from datasets.readers.parquet import ParquetSource
from datasets.readers.sniffing import sniff
from datasets.readers.source import ReadOptions, Source
from datasets.readers.spreadsheets import SpreadsheetSource
from datasets.readers.stability import check_unchanged, stamp
from datasets.readers.vectors import VectorSource
from datasets.readers.xml import XmlSource

StreamReader = Callable[[BinaryIO, str, ReadOptions], Source]
PathReader = Callable[[list[Path], str, str, ReadOptions], Source]

_STREAMS: Mapping[str, StreamReader] = {"csv": DelimitedSource, "json": JsonSource}
_PATHS: Mapping[str, PathReader] = {
    "geojson": GeoJsonSource,
    "geojsonseq": GeoJsonLinesSource,
    "gpkg": VectorSource,
    "shp": VectorSource,
    "kml": XmlSource,
    "kmz": XmlSource,
    "gpx": XmlSource,
    "fgb": VectorSource,
    "gml": XmlSource,
    "parquet": ParquetSource,
}
_SUFFIXES: Mapping[str, frozenset[str]] = {
    ".csv": frozenset({"csv"}),
    ".tsv": frozenset({"csv"}),
    ".json": frozenset({"json", "geojson", "geojsonseq"}),
    ".geojson": frozenset({"geojson"}),
    ".geojsonl": frozenset({"geojsonseq"}),
    ".gpkg": frozenset({"gpkg"}),
    ".shp": frozenset({"shp"}),
    ".kml": frozenset({"kml"}),
    ".kmz": frozenset({"kmz"}),
    ".gpx": frozenset({"gpx"}),
    ".fgb": frozenset({"fgb"}),
    ".gml": frozenset({"gml"}),
    ".parquet": frozenset({"parquet"}),
    ".geoparquet": frozenset({"parquet"}),
    ".xlsx": frozenset({"xlsx"}),
    ".ods": frozenset({"ods"}),
}
_INNER = ("gpkg", "geojson", "geojsonseq", "kml", "gpx", "gml", "fgb", "parquet", "csv", "json")
"""Formats an archive may hold, when it holds one file of them."""


def open_source(path: Path, *, options: ReadOptions | None = None) -> Source:
    """Open ``path`` whatever its format; the caller uses the source as a context manager.

    Raises a ``FileRefused`` that says what is wrong, and what to do.
    """
    chosen = options or ReadOptions()
    named = Path(chosen.file_name or path.name)
    with ExitStack() as stack:
        file = stack.enter_context(path.open("rb"))
        source = _open(file, named.stem, chosen, stack)
        accepted = _SUFFIXES.get(named.suffix.lower())
        if accepted and source.format not in accepted:
            source.note(
                "extension",
                _(
                    "Le nom du fichier finit par « %(suffix)s » mais son contenu est du %(format)s : lu comme tel."
                )
                % {"suffix": named.suffix, "format": source.format.upper()},
            )
        source.resources = stack.pop_all()
        return source


def _open(file: BinaryIO, name: str, options: ReadOptions, stack: ExitStack) -> Source:
    """Return the reader for the content of ``file``; ``stack`` keeps what must live as long as the source."""
    kind = sniff(file)
    if kind in _STREAMS:
        return _STREAMS[kind](file, name, options)
    folder = Path(stack.enter_context(TemporaryDirectory(prefix="dataset-")))
    if kind == "zip":
        return _open_archive(file, name, options, folder, stack)
    copy = folder / f"source.{kind}"
    before = stamp(file)
    file.seek(0)
    with copy.open("wb") as target:
        shutil.copyfileobj(file, target, 1024 * 1024)
    check_unchanged(file, before)
    return _PATHS[kind]([copy], kind, name, options)


def _open_archive(file: BinaryIO, name: str, options: ReadOptions, folder: Path, stack: ExitStack) -> Source:
    """Return the reader of a workbook, of Shapefiles, or of the one readable file of an archive."""
    file.seek(0)
    archive = stack.enter_context(inspect(file))
    names = set(archive.namelist())
    if "xl/workbook.xml" in names:
        return SpreadsheetSource.from_archive(archive, file, "xlsx", name, options)
    if "content.xml" in names and "mimetype" in names:
        return SpreadsheetSource.from_archive(archive, file, "ods", name, options)
    paths = [path for path in extract(archive, folder) if not path.name.startswith(("._", ".DS_Store"))]
    shapefiles = sorted(path for path in paths if path.suffix.lower() == ".shp")
    if shapefiles:
        return VectorSource([_lower(path) for path in shapefiles], "shp", name, options)
    return _open_inner(paths, name, options, stack)


def _open_inner(paths: list[Path], name: str, options: ReadOptions, stack: ExitStack) -> Source:
    """Return the reader of the first file of the archive in the order of the formats; ``.kml`` first makes a KMZ."""
    kinds: dict[str, Path] = {}
    for path in sorted(paths):
        if path.suffix.lower().lstrip(".") in {"txt", "xml", "md", "pdf", "html", "png", "jpg", "jpeg"}:
            continue
        with path.open("rb") as file:
            kinds.setdefault(sniff(file), path)
    kind = next((kind for kind in _INNER if kind in kinds), "")
    if not kind:
        raise UnknownFormat(
            _("L’archive ne contient aucun fichier de données connu (un seul niveau d’archive est lu).")
        )
    if kind in _STREAMS:
        return _STREAMS[kind](stack.enter_context(kinds[kind].open("rb")), kinds[kind].stem, options)
    if kind == "kml":
        return XmlSource([kinds[kind]], "kmz", name, options)
    return _PATHS[kind]([kinds[kind]], kind, kinds[kind].stem, options)


def _lower(path: Path) -> Path:
    """Give the parts of a Shapefile lower-case extensions: GDAL looks for its neighbours under that case."""
    for part in path.parent.glob(f"{path.stem}.*"):
        if part.suffix != part.suffix.lower():
            part.rename(part.with_suffix(part.suffix.lower()))
    return path.with_suffix(".shp")
