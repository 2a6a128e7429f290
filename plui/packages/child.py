"""The child's side: expand, read and check a package, then give its rows and files on request.

Runs in the child process of ``sandbox``; ``plui.packages.services`` is the other side. The first message gives the
outlines of the communes as WKB one after the other; the answer is a description with the findings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import shapely

from layers.errors import InvalidParameter, LayersError
from metadata.attachments.pdf_process import examine, page_count
from plui.packages.checks import check_package
from plui.packages.content import Commune, Package, TableContent
from plui.packages.errors import PackageRefused
from plui.packages.metadata_records import MetadataRecord, read_record
from plui.packages.projections import WGS84, transform
from plui.packages.reading import build_package, open_folder
from sandbox.child import Job

BATCH_ROWS = 1_000
MAX_PIECE = 512 * 1024 * 1024
"""Bytes of a written piece once its streams are inflated."""


def serve(job: Job) -> None:
    """Describe the package, then answer ``rows``, ``piece`` and ``file`` until the portal is gone."""
    (request, content) = job.channel.receive()
    communes = _communes(request["communes"], content)
    try:
        root, paths = open_folder(job.file, Path.cwd(), name=job.arguments["package"])
        record = _record(root)
        titles = [each.title for each in record.specifications] if record else []
        package, unreadable = build_package(root, paths, archive=job.arguments["name"], specifications=titles)
    except PackageRefused as error:
        job.channel.send({"refused": error.detail, "parameter": error.parameter})
        return
    findings = check_package(package, record=record, communes=communes, unreadable=unreadable)
    job.channel.send(
        {"package": _description(package), "findings": [finding.to_json() for finding in findings]}
    )
    while True:
        (kind, arguments), _content = job.channel.receive()
        if kind == "rows":
            answer, shapes = _rows(package.tables[arguments["table"]], int(arguments["first"]))
            job.channel.send(answer, shapes)
        elif kind == "piece":
            answer, content = _piece(_bytes(root, package, arguments["path"]), arguments["path"])
            job.channel.send(answer, content)
        else:
            job.channel.send({}, _bytes(root, package, arguments["path"]))


def _communes(described: list[Mapping[str, Any]], content: bytes) -> list[Commune]:
    communes, start = [], 0
    for each in described:
        end = start + each["length"]
        communes.append(Commune(each["code"], each["name"], shapely.from_wkb(content[start:end])))
        start = end
    return communes


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


def _piece(content: bytes, path: str) -> tuple[dict[str, Any], bytes]:
    """Return how many pages a written piece has, why it is refused, and its bytes when it is not."""
    if not path.lower().endswith(".pdf"):
        return {"pages": 0, "refused": ""}, content
    try:
        examine(content, limit=MAX_PIECE)
    except InvalidParameter as error:
        return {"pages": 0, "refused": error.detail}, b""
    return {"pages": page_count(content, limit=MAX_PIECE), "refused": ""}, content


def _bytes(root: Path, package: Package, path: str) -> bytes:
    """Return a file of the package; nothing for a path that it does not have."""
    return (root / path).read_bytes() if any(file.path == path for file in package.files) else b""
