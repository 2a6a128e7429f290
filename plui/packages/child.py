"""The child's side: expand, read and check a package, then give its rows and files on request.

Runs in the child process of ``sandbox``; ``plui.packages.services`` is the other side. The first message gives the
outlines of the communes as WKB one after the other; the answer is a description with the findings.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import shapely

from layers.errors import LayersError
from plui.packages.checks import check_package
from plui.packages.content import Commune, Package, PackageFile, TableContent
from plui.packages.errors import PackageRefused
from plui.packages.metadata_records import MetadataRecord, read_record
from plui.packages.projections import WGS84, transform
from plui.packages.reading import build_package, open_folder
from sandbox.child import Job

BATCH_ROWS = 1_000


def serve(job: Job) -> None:
    """Describe the package, then answer ``rows`` and ``file`` until the portal is gone."""
    (request, content) = job.channel.receive()
    communes = _communes(request["communes"], content)
    try:
        root, paths = open_folder(job.file, Path.cwd(), name=job.arguments["package"])
        digest = _content_hash(root, paths)  # before tables are read: that renames files
        record = _record(root)
        titles = [each.title for each in record.specifications] if record else []
        package, unreadable = build_package(root, paths, archive=job.arguments["name"], specifications=titles)
    except PackageRefused as error:
        job.channel.send({"refused": error.detail, "parameter": error.parameter})
        return
    findings = check_package(package, record=record, communes=communes, unreadable=unreadable)
    description = _description(package) | {"content_hash": digest}
    job.channel.send({"package": description, "findings": [finding.to_json() for finding in findings]})
    while True:
        (kind, arguments), _content = job.channel.receive()
        if kind == "rows":
            answer, shapes = _rows(package.tables[arguments["table"]], int(arguments["first"]))
            job.channel.send(answer, shapes)
        else:
            job.channel.send({}, _bytes(root, package, arguments["path"]))


def _communes(described: list[Mapping[str, Any]], content: bytes) -> list[Commune]:
    communes, start = [], 0
    for each in described:
        end = start + each["length"]
        communes.append(Commune(each["code"], each["name"], shapely.from_wkb(content[start:end])))
        start = end
    return communes


def _content_hash(root: Path, paths: Iterable[Path]) -> str:
    """Return the SHA-256 of a package whatever the archive: its folder, then each file by name, with its own hash.

    Names are composed (NFC), since some systems write them otherwise; files of operating systems count for nothing.
    """
    described = {
        unicodedata.normalize("NFC", path.relative_to(root).as_posix()): path
        for path in paths
        if not PackageFile(path.relative_to(root).as_posix(), 0).is_of_a_system
    }
    digest = hashlib.sha256(f"{unicodedata.normalize('NFC', root.name)}\n".encode())
    for name in sorted(described):
        with described[name].open("rb") as file:
            digest.update(f"{name}\0{hashlib.file_digest(file, 'sha256').hexdigest()}\n".encode())
    return digest.hexdigest()


def _record(root: Path) -> MetadataRecord | None:
    """Return the metadata record at the top of a package; None when it is missing, several or unreadable."""
    paths = [path for path in root.iterdir() if path.is_file() and path.suffix.lower() == ".xml"]
    if len(paths) != 1:
        return None
    try:
        return read_record(paths[0].read_bytes())
    except (LayersError, ValueError):
        return None


def _description(package: Package) -> dict[str, Any]:
    return {
        "folder": package.folder,
        "idurba": package.idurba,
        "date": package.date,
        "typedoc": package.model.typedoc,
        "year": package.model.year,
        "model_reason": package.model_reason,
        "files": [asdict(file) for file in package.files],
        "tables": [
            {
                "name": table.name,
                "path": table.path,
                "columns": table.columns,
                "count": table.count,
                "encoding": table.encoding,
                "srid": table.srid,
            }
            for table in package.tables.values()
        ],
    }


def _rows(table: TableContent, first: int) -> tuple[dict[str, Any], bytes]:
    """Return some rows from ``first``: texts a row, and their geometries in EPSG:4326 one after the other."""
    last = min(first + BATCH_ROWS, table.count)
    rows = [[column[row] for column in table.texts] for row in range(first, last)]
    shapes = [table.shapes[row] for row in range(first, last)]
    geographic = transform(_array(shapes), table.srid, WGS84)
    wkbs = [None if shape is None else shapely.to_wkb(shape) for shape in geographic.tolist()]
    lengths = [-1 if wkb is None else len(wkb) for wkb in wkbs]
    answer = {"rows": rows, "lengths": lengths, "is_last": last >= table.count}
    return answer, b"".join(wkb for wkb in wkbs if wkb)


def _array(shapes: list[Any]) -> Any:
    points = shapely.points([0.0] * len(shapes), [0.0] * len(shapes))  # an array of the type that GEOS wants
    points[:] = shapes
    return points


def _bytes(root: Path, package: Package, path: str) -> bytes:
    """Return a file of the package; nothing for a path that it does not have."""
    return (root / path).read_bytes() if any(file.path == path for file in package.files) else b""
