"""From a path to an open source: one look at the content, one private copy where a library wants a path, one reader.

The producer's file is opened once. Delimited text is read from that open file; the rest from a private copy under a
name of ours. Either way size and date of the open file are compared with those of the beginning.
"""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from django.utils.translation import gettext as _

from datasets.errors import UnknownFormat
from datasets.readers.archives import extract, inspect
from datasets.readers.formats import ARCHIVE, FORMATS, ImportFormat, promised_by, sniff
from datasets.readers.source import ReadOptions, Source
from datasets.readers.spreadsheets import SpreadsheetSource
from datasets.readers.stability import check_unchanged, stamp
from datasets.readers.vectors import VectorSource
from datasets.readers.xml import XmlSource


def open_source(path: Path, *, options: ReadOptions | None = None) -> Source:
    """Open ``path`` whatever its format, in this process; the caller uses the source as a context manager.

    The portal itself reads what it is given in another process: see ``datasets.readers.isolation``.

    Raises a ``FileRefused`` that says what is wrong, and what to do.
    """
    return open_file(path.open("rb"), path.name, options or ReadOptions())


def open_file(file: BinaryIO, name: str, options: ReadOptions) -> Source:
    """Do as ``open_source`` for an open file, which is closed with the source."""
    named = Path(options.file_name or name)
    with ExitStack() as stack:
        stack.enter_context(file)
        source = _open(file, named.stem, options, stack)
        accepted = promised_by(named.suffix.lower())
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
    if kind.stream:
        return kind.stream(file, name, options)
    folder = Path(stack.enter_context(TemporaryDirectory(prefix="dataset-")))
    if kind is ARCHIVE:
        return _open_archive(file, name, options, folder, stack)
    copy = folder / f"source.{kind.name}"
    before = stamp(file)
    file.seek(0)
    with copy.open("wb") as target:
        shutil.copyfileobj(file, target, 1024 * 1024)
    check_unchanged(file, before)
    return _read_paths(kind, [copy], name, options)


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
    found: dict[str, Path] = {}
    for path in sorted(paths):
        if path.suffix.lower().lstrip(".") in {"txt", "xml", "md", "pdf", "html", "png", "jpg", "jpeg"}:
            continue
        with path.open("rb") as file:
            found.setdefault(sniff(file).name, path)
    kind = next((kind for kind in FORMATS if kind.name in found), None)
    if kind is None:
        raise UnknownFormat(
            _("L’archive ne contient aucun fichier de données connu (un seul niveau d’archive est lu).")
        )
    path = found[kind.name]
    if kind.stream:
        return kind.stream(stack.enter_context(path.open("rb")), path.stem, options)
    if kind.name == "kml":
        return XmlSource([path], "kmz", name, options)
    return _read_paths(kind, [path], path.stem, options)


def _read_paths(kind: ImportFormat, paths: list[Path], name: str, options: ReadOptions) -> Source:
    assert kind.paths is not None, kind.name
    return kind.paths(paths, kind.name, name, options)


def _lower(path: Path) -> Path:
    """Give the parts of a Shapefile lower-case extensions: GDAL looks for its neighbours under that case."""
    for part in path.parent.glob(f"{path.stem}.*"):
        if part.suffix != part.suffix.lower():
            part.rename(part.with_suffix(part.suffix.lower()))
    return path.with_suffix(".shp")
