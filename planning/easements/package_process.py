"""The child's side: expand an archive of packages of easements, read their tables, give rows and acts on request.

Runs in the child process of ``sandbox``; ``planning.easements.packages`` is the other side. Shapes are sent as WKB in
EPSG:4326, lines and surfaces as their multiple types.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

import numpy
import shapely
from django.utils.translation import gettext as _

from layers.errors import InvalidArchive
from layers.parsing.archives import extract, inspect
from planning.easements.errors import EasementsRefused
from planning.easements.parsing import COLUMNS, NOT_LOADED
from plui.packages.content import PackageFile, TableContent
from plui.packages.encodings import UTF_8, actual_codec, decode
from plui.packages.errors import PackageRefused
from plui.packages.projections import WGS84, transform
from plui.packages.reading import UnreadableTable, package_files, read_table, table_files
from plui.packages.standards import TableModel
from plui.packages.tree import GEOGRAPHIC
from sandbox.child import Job

BATCH_ROWS = 1_000
MAX_BYTES = 2 * 1024**3
MAX_PACKAGES = 60
_GEOMETRIES = {"P": "Point", "L": "LineString", "S": "Polygon"}
_MULTIPLE = {1: shapely.multilinestrings, 2: shapely.multipolygons}


@dataclass(slots=True)
class _Folder:
    """A package: its folder, its files, its tables, the files of those that cannot be read."""

    root: Path
    files: list[PackageFile]
    tables: dict[str, TableContent]
    unreadable: list[str]


def serve(job: Job) -> None:
    """Describe the packages, then answer ``rows`` and ``file`` until the portal is gone."""
    try:
        folders = [_read(root) for root in _roots(job.file, Path.cwd())]
    except (EasementsRefused, PackageRefused) as error:
        job.channel.send({"refused": error.detail})
        return
    job.channel.send({"packages": [_description(folder) for folder in folders]})
    while True:
        (kind, arguments), _content = job.channel.receive()
        folder = folders[int(arguments["package"])]
        if kind == "rows":
            answer, shapes = _rows(folder.tables[arguments["table"]], int(arguments["first"]))
            job.channel.send(answer, shapes)
        else:
            job.channel.send({}, _bytes(folder, arguments["path"]))


def _roots(file: BinaryIO, folder: Path) -> list[Path]:
    """Expand an archive; return the folders of its packages.

    Raises:
        EasementsRefused: it is no archive, or holds no package, or too many.
    """
    try:
        with inspect(file, limit=MAX_BYTES) as archive:
            extract(archive, folder, limit=MAX_BYTES)
    except InvalidArchive as error:
        raise EasementsRefused(error.detail, parameter="file") from error
    roots = sorted({path.parent for path in folder.rglob(GEOGRAPHIC) if path.is_dir()} - {folder})
    if not roots:
        raise EasementsRefused(
            _("L’archive ne contient aucun dossier de servitudes avec « %s ».") % GEOGRAPHIC, parameter="file"
        )
    if len(roots) > MAX_PACKAGES:
        raise EasementsRefused(_("L’archive a plus de %d paquets.") % MAX_PACKAGES, parameter="file")
    return roots


def _read(root: Path) -> _Folder:
    files = package_files(root, sorted(path for path in root.rglob("*") if path.is_file()))
    tables: dict[str, TableContent] = {}
    unreadable = []
    for name, file in table_files(files, [*COLUMNS, *NOT_LOADED]).items():
        try:
            table = read_table(root, file, TableModel(name, _GEOMETRIES.get(name[-1], ""), ()))
        except UnreadableTable:
            unreadable.append(file.path)
            continue
        if not table.encoding:
            table.encoding = actual_codec(table.texts) or UTF_8
            table.texts = decode(table.texts, table.encoding)
        tables[name] = table
    return _Folder(root, files, tables, unreadable)


def _description(folder: _Folder) -> dict[str, Any]:
    return {
        "folder": folder.root.name,
        "files": [asdict(file) for file in folder.files],
        "unreadable": folder.unreadable,
        "tables": [
            {"name": table.name, "path": table.path, "columns": table.columns, "count": table.count}
            for table in folder.tables.values()
        ],
    }


def _rows(table: TableContent, first: int) -> tuple[dict[str, Any], bytes]:
    """Return some rows from ``first``: texts a row, and their geometries one after the other."""
    last = min(first + BATCH_ROWS, table.count)
    rows = [[column[row] for column in table.texts] for row in range(first, last)]
    shapes = numpy.empty(last - first, dtype=object)
    shapes[:] = [_whole(table.shapes[row]) for row in range(first, last)]
    geographic = transform(shapes, table.srid, WGS84)
    wkbs = [None if shape is None else shapely.to_wkb(shape) for shape in geographic.tolist()]
    lengths = [-1 if wkb is None else len(wkb) for wkb in wkbs]
    answer = {"rows": rows, "lengths": lengths, "is_last": last >= table.count}
    return answer, b"".join(wkb for wkb in wkbs if wkb)


def _whole(shape: Any) -> Any:
    """Return a line or a surface as its multiple type, several points of one as that one."""
    if shape is None:
        return None
    parts = shapely.get_parts(shape)
    multiple = _MULTIPLE.get(int(shapely.get_dimensions(shape)))
    if multiple is not None:
        return multiple(parts)
    return parts[0] if len(parts) == 1 else shape


def _bytes(folder: _Folder, path: str) -> bytes:
    """Return a file of a package; nothing for a path that it does not have."""
    is_there = any(file.path == str(PurePosixPath(path)) for file in folder.files)
    return (folder.root / path).read_bytes() if is_there else b""
