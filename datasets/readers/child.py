"""The child's side of a reading: open the given file, describe it, and send its rows by batches.

Runs in the child process of ``sandbox``; ``datasets.readers.isolation`` is the other side.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from datasets.errors import FileRefused
from datasets.readers.opening import open_file
from datasets.readers.source import RawRow, ReadOptions, RowBlock, Source
from sandbox.child import Job

BATCH_ROWS = 1_000
_BATCH_CHARACTERS = 2_000_000


Request = Callable[[Source, Mapping[str, Any]], dict[str, Any]]


def answer_requests(job: Job, requests: Mapping[str, Request]) -> None:
    """Describe the file, then answer ``rows`` or ``blocks`` with a first batch, ``more`` with the next; and others."""
    options = ReadOptions(**job.arguments["options"])
    try:
        source = open_file(job.file, job.arguments["name"], options)
    except FileRefused as error:
        job.channel.send({"refused": _refusal(error)})
        return
    passes: dict[str, Callable[[], Iterator[RowBlock | RawRow]]] = {
        "rows": source.rows,
        "blocks": source.blocks,
    }
    with source:
        job.channel.send({"source": _description(source), "state": _state(source)})
        rows: Iterator[RowBlock | RawRow] = iter(())
        while True:
            (request, arguments), _content = job.channel.receive()
            shapes = b""
            try:
                if request in requests:
                    answer = requests[request](source, arguments)
                else:
                    rows = passes[request]() if request in passes else rows
                    answer, shapes = _batch(rows)
            except FileRefused as error:
                answer = {"refused": _refusal(error)}
            job.channel.send(answer | {"state": _state(source)}, shapes)


def _batch(rows: Iterator[RowBlock | RawRow]) -> tuple[dict[str, Any], bytes]:
    """Return the next rows, few enough to be small, and their geometries one after the other; or the next block.

    Blocks come before rows that are none.
    """
    lines: list[int] = []
    values: list[list[str | None]] = []
    shapes: list[bytes | None] = []
    size = 0
    is_last = True
    for row in rows:
        if isinstance(row, RowBlock):
            return {"count": row.count, "last": False}, row.content
        line, texts, shape = row
        lines.append(line)
        values.append(texts)
        shapes.append(shape)
        size += sum(map(len, filter(None, texts))) + (len(shape) if shape else 0)
        if len(lines) == BATCH_ROWS or size > _BATCH_CHARACTERS:
            is_last = False
            break
    lengths = [-1 if shape is None else len(shape) for shape in shapes]
    answer = {"lines": lines, "values": values, "shapes": lengths, "last": is_last}
    return answer, b"".join(filter(None, shapes))


def _description(source: Source) -> dict[str, Any]:
    return {
        "format": source.format,
        "name": source.name,
        "titles": source.titles,
        "hints": [hint and hint.value for hint in source.hints],
        "srid": source.srid,
        "has_geometry": source.has_geometry,
        "layers": source.layers,
        "layer": source.layer,
        "sample": source.sample,
        "declared_rows": source.declared_rows,
        "estimated_rows": source.estimated_rows,
    }


def _state(source: Source) -> dict[str, Any]:
    """Return what grows while rows are read."""
    return {
        "findings": [asdict(finding) for finding in source.findings],
        "unsaid_rows": source.unsaid_rows,
        "skipped_rows": source.skipped_rows,
        "geometry_types": sorted(source.geometry_types),
        "has_z": source.has_z,
        "layout": source.layout.to_json(),
    }


def _refusal(error: FileRefused) -> dict[str, Any]:
    return {
        "fault": type(error).__name__,
        "detail": error.detail,
        "parameter": error.parameter,
        "line": error.line,
    }
