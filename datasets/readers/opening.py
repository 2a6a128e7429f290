"""From a path to an open source: one look at the content, one private copy where a library wants a path, one reader.

The producer's file is opened once. Delimited text is read from that open file; the rest from a private copy under a
name of ours. Either way size and date of the open file are compared with those of the beginning.
"""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from django.utils.translation import gettext as _

from datasets.errors import UnknownFormat, UnknownPart
from datasets.readers.archives import Archive, ArchivePart, extract, inspect, parts_of
from datasets.readers.formats import ARCHIVE, ImportFormat, promised_by, sniff
from datasets.readers.source import ReadOptions, Source, check_unchanged, stamp
from datasets.readers.spreadsheets import SpreadsheetSource
from datasets.readers.vectors import several_layers
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
    """Return the reader for the content of ``file``; ``stack`` holds what must live as long as the source."""
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
    if {"xl/workbook.xml", "content.xml"} & set(archive.namelist()):
        return _open_workbook(archive, file, name, options)
    if {"word/document.xml", "ppt/presentation.xml"} & set(archive.namelist()):
        raise UnknownFormat(
            _("Ce fichier est un document de bureautique : déposez les données, en .xlsx ou .csv.")
        )
    parts, refusal = parts_of(extract(archive, folder), folder)
    if not parts:
        raise refusal or UnknownFormat(
            _("L’archive ne contient aucun fichier de données connu (un seul niveau d’archive est lu).")
        )
    part, inner = _chosen(parts, options)
    if len(parts) == 1:
        return _open_part(part, name, options, stack)
    source = _open_part(part, part.name, replace(options, layer=inner, sheet=inner), stack)
    _name_parts(source, part, parts, is_chosen=bool(options.layer or options.sheet))
    return source


def _chosen(parts: list[ArchivePart], options: ReadOptions) -> tuple[ArchivePart, str]:
    """Return the requested part of an archive, with its layer; else the first that holds something."""
    requested = options.layer or options.sheet
    if len(parts) == 1:
        return parts[0], requested
    if not requested:
        return next((part for part in parts if not part.is_empty), parts[0]), ""
    for part in parts:
        if requested == part.name or requested.startswith(f"{part.name}/"):
            return part, requested[len(part.name) + 1 :]
    raise UnknownPart(
        _("L’archive ne contient pas « %(layer)s » ; elle contient : %(layers)s.")
        % {"layer": requested, "layers": ", ".join(part.name for part in parts)},
        parameter="layer",
    )


def _open_part(part: ArchivePart, name: str, options: ReadOptions, stack: ExitStack) -> Source:
    """Return the reader of a file of an archive; ``name`` is that of the archive."""
    kind = part.kind
    if kind is ARCHIVE:
        file = stack.enter_context(part.path.open("rb"))
        archive = stack.enter_context(inspect(file))
        return _open_workbook(archive, file, part.path.stem, options)
    if kind.stream:
        return kind.stream(stack.enter_context(part.path.open("rb")), part.path.stem, options)
    if kind.name == "kml":
        return XmlSource([part.path], "kmz", name, options)
    return _read_paths(kind, [part.path], name if kind.name == "shp" else part.path.stem, options)


def _name_parts(source: Source, part: ArchivePart, parts: list[ArchivePart], *, is_chosen: bool) -> None:
    """Name the layers of a source among all the parts of the archive."""
    inner = [f"{part.name}/{layer}" for layer in source.layers] if len(source.layers) > 1 else [part.name]
    source.layer = f"{part.name}/{source.layer}" if len(source.layers) > 1 else part.name
    source.layers = tuple(name for other in parts for name in (inner if other is part else [other.name]))
    if not is_chosen:
        source.note_again("several_layers", several_layers(source.layer, source.layers))


def _open_workbook(archive: Archive, file: BinaryIO, name: str, options: ReadOptions) -> Source:
    """Return the reader of an archive that is a workbook.

    Raises:
        UnknownFormat: it is none.
    """
    names = set(archive.namelist())
    if "xl/workbook.xml" in names:
        return SpreadsheetSource.from_archive(archive, file, "xlsx", name, options)
    if "content.xml" in names and "mimetype" in names:
        return SpreadsheetSource.from_archive(archive, file, "ods", name, options)
    raise UnknownFormat(_("« %s » n’est pas un classeur.") % name)


def _read_paths(kind: ImportFormat, paths: list[Path], name: str, options: ReadOptions) -> Source:
    assert kind.paths is not None, kind.name
    return kind.paths(paths, kind.name, name, options)
