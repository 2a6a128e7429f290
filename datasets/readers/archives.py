"""The data in archives: a Shapefile, a MapInfo table and a file geodatabase are several files, and count once."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from datasets.errors import FileRefused, UnreadableFile, UnsafeArchive
from datasets.readers.formats import ARCHIVE, BY_NAME, FORMATS, ImportFormat, sniff
from layers.errors import InvalidArchive, UnsafeArchiveContent
from layers.parsing import archives
from layers.parsing.archives import MAX_ARCHIVE_BYTES

Archive = zipfile.ZipFile


@contextmanager
def _faults_as_refusals() -> Iterator[None]:
    """Name the faults of an archive as those of a delivered file."""
    try:
        yield
    except UnsafeArchiveContent as error:
        raise UnsafeArchive(error.detail) from error
    except InvalidArchive as error:
        raise UnreadableFile(error.detail) from error


def inspect(file: BinaryIO, *, limit: int = MAX_ARCHIVE_BYTES) -> zipfile.ZipFile:
    """Return the archive, once its table of contents is found honest; nothing is expanded.

    Raises:
        UnsafeArchive, UnreadableFile: see ``layers.parsing.archives``.
    """
    with _faults_as_refusals():
        return archives.inspect(file, limit=limit)


def extract(archive: zipfile.ZipFile, folder: Path, *, limit: int = MAX_ARCHIVE_BYTES) -> list[Path]:
    """Expand the files of ``archive`` in ``folder`` and return them.

    Raises:
        UnsafeArchive, UnreadableFile: see ``layers.parsing.archives``.
    """
    with _faults_as_refusals():
        return archives.extract(archive, folder, limit=limit)


_GEODATABASE = "gdb"
_FAMILIES = {".shp": "shp", ".tab": "tab", ".mif": "mif"}
"""Files that have neighbours: the one that opens the others."""

_SHAPEFILE_TEXT = ".dbf .shx .prj .cpg .qix .sbn .sbx .fix .atx .idx .ixs .mxs .ain .aih .qpj .qmd .qml .sld"
_SHAPEFILE = frozenset(_SHAPEFILE_TEXT.split())
_MAPINFO = frozenset({".dat", ".map", ".id", ".ind", ".mid", ".dbf"})
_NEIGHBOURS = {"shp": _SHAPEFILE, "tab": _MAPINFO, "mif": _MAPINFO}
_ASIDE_TEXT = (
    ".txt .xml .md .pdf .html .htm .png .jpg .jpeg .gif .svg .prj .cpg .qml .sld .lyr .lyrx .qgs .qgz .csvt .doc"
    " .docx .odt .xsd"
)
_ASIDE = frozenset(_ASIDE_TEXT.split())
"""Files that go with data: read only when there is nothing else."""

_WORKBOOKS = frozenset({".xlsx", ".ods"})
_TABLES = frozenset({".csv", ".tsv", ".txt", ""})
_EMPTY_SHAPEFILE = 100
"""Bytes of a Shapefile without feature: its header."""


@dataclass(frozen=True, slots=True)
class ArchivePart:
    """A file of data in an archive, or the first of several, or the folder of a geodatabase."""

    name: str
    kind: ImportFormat
    path: Path

    @property
    def is_empty(self) -> bool:
        """Whether it surely holds no feature."""
        return self.kind.name == "shp" and self.path.stat().st_size <= _EMPTY_SHAPEFILE


def parts_of(paths: Iterable[Path], folder: Path) -> tuple[list[ArchivePart], FileRefused | None]:
    """Return the data among the files extracted in ``folder``, in the order of the formats, then of the names.

    With the first refusal among files that could be data, for when there is nothing else.
    """
    files = sorted(path for path in paths if not _is_of_the_system(path.relative_to(folder)))
    parts = _geodatabases(files, folder)
    files = [path for path in files if path.is_file()]
    for path in files:
        kind = _FAMILIES.get(path.suffix.lower())
        if kind:
            parts.append(ArchivePart(path.stem, BY_NAME[kind], _lowered(path)))
    left = [path for path in files if path.exists() and not _is_neighbour(path, parts)]
    data = [path for path in left if path.suffix.lower() not in _ASIDE]
    single, refusal = _single(data)
    if not parts and not single:
        single, refusal_aside = _single([path for path in left if path not in data])
        refusal = refusal or refusal_aside
    return _named(_ordered(parts + single), folder), refusal


def _is_of_the_system(path: Path) -> bool:
    """Say whether an operating system wrote the file."""
    return "__MACOSX" in path.parts or path.name.startswith("._") or path.name in {".DS_Store", "Thumbs.db"}


def _geodatabases(files: list[Path], folder: Path) -> list[ArchivePart]:
    """Return the folders that are file geodatabases, under the name that GDAL knows them by."""
    parts = []
    for parent in sorted({path.parent for path in files if path.suffix.lower() == ".gdbtable"}):
        renamed = parent if parent.suffix == ".gdb" else _renamed(parent, folder)
        parts.append(ArchivePart(renamed.stem, BY_NAME[_GEODATABASE], renamed))
    return parts


def _renamed(parent: Path, folder: Path) -> Path:
    """Give the folder of a geodatabase its suffix; files at the top of the archive get a folder."""
    if parent != folder:
        return parent.rename(parent.with_name(f"{parent.name}.gdb"))
    target = folder / "geodatabase.gdb"
    target.mkdir()
    for path in list(folder.iterdir()):
        if path.is_file():
            path.rename(target / path.name)
    return target


def _lowered(path: Path) -> Path:
    """Give a file and its neighbours lower-case extensions: GDAL looks for them under that case."""
    for part in list(path.parent.iterdir()):
        if part.stem.lower() == path.stem.lower() and part.is_file():
            target = part.with_name(path.stem + part.suffix.lower())
            if part != target and not target.exists():
                part.rename(target)
    return path.with_name(path.stem + path.suffix.lower())


def _is_neighbour(path: Path, parts: Iterable[ArchivePart]) -> bool:
    """Say whether the file belongs to one that was found already."""
    stem, suffix = path.stem.lower(), path.suffix.lower()
    for part in parts:
        if part.path == path or part.path in path.parents:
            return True
        is_sibling = part.path.parent == path.parent and part.path.stem.lower() in {stem, Path(stem).stem}
        if is_sibling and suffix in _NEIGHBOURS.get(part.kind.name, frozenset()) | {".xml"}:
            return True
    return False


def _single(files: Iterable[Path]) -> tuple[list[ArchivePart], FileRefused | None]:
    """Return the files that a reader reads alone, and the first refusal."""
    parts: list[ArchivePart] = []
    refusal: FileRefused | None = None
    for path in files:
        try:
            with path.open("rb") as file:
                kind = sniff(file)
        except FileRefused as error:
            refusal = refusal or error
            continue
        suffix = path.suffix.lower()
        if suffix in (_WORKBOOKS if kind is ARCHIVE else _TABLES if kind.is_rest else {suffix}):
            parts.append(ArchivePart(path.stem, kind, path))
    return parts, refusal


def _ordered(parts: Iterable[ArchivePart]) -> list[ArchivePart]:
    first = ("shp", _GEODATABASE)
    ranks = {
        name: rank for rank, name in enumerate(dict.fromkeys((*first, *(kind.name for kind in FORMATS))))
    }
    return sorted(parts, key=lambda part: (ranks.get(part.kind.name, len(ranks)), str(part.path)))


def _named(parts: list[ArchivePart], folder: Path) -> list[ArchivePart]:
    """Give each part a name that no other has: its own, with its folder, or with its suffix too."""
    stems = Counter(part.name.casefold() for part in parts)
    stem_paths = Counter(part.path.relative_to(folder).with_suffix("").as_posix() for part in parts)
    named = []
    for part in parts:
        relative = part.path.relative_to(folder)
        name = (
            relative.as_posix()
            if stem_paths[relative.with_suffix("").as_posix()] > 1
            else relative.with_suffix("").as_posix()
        )
        named.append(part if stems[part.name.casefold()] == 1 else replace(part, name=name))
    return named
