"""The child that reads a file for the portal: its rows, the schema they suggest, and their first positions.

Shapes are parsed here too: a geometry nested a hundred thousand times ends the process that parses it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from itertools import islice
from typing import Any

from datasets.definitions import GeometryRecipe
from datasets.inference.positions import positions
from datasets.inference.schema import infer_schema
from datasets.readers.child import answer_requests
from datasets.readers.source import Source
from sandbox.child import Job

MAX_ROWS = 20
MAX_CHARACTERS = 200
MAX_FEATURES = 1_000


def serve(job: Job) -> None:
    """Answer the requests of ``datasets.inference.isolation`` about the file."""
    answer_requests(job, REQUESTS)


def _schema(source: Source, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema that the first rows suggest, and the very first ones."""
    inferred = infer_schema(
        source,
        communes=arguments["communes"],
        extent=arguments["extent"] and tuple(arguments["extent"]),
        checks_key=arguments["checks_key"],
    )
    rows = [
        [value if value is None else value[:MAX_CHARACTERS] for value in texts]
        for _line, texts, _shape in islice(source.rows(), MAX_ROWS)
    ]
    return {
        "schema": inferred.schema.to_json(),
        "recipe": asdict(inferred.recipe),
        "findings": [asdict(finding) for finding in inferred.findings],
        "title": inferred.title,
        "row_numbers": list(inferred.row_numbers),
        "rows": rows,
    }


def _positions(source: Source, arguments: Mapping[str, Any]) -> dict[str, Any]:
    recipe = GeometryRecipe(**{**arguments["recipe"], "columns": tuple(arguments["recipe"]["columns"])})
    return {"geometries": positions(islice(source.rows(), MAX_FEATURES), recipe)}


REQUESTS: dict[str, Callable[[Source, Mapping[str, Any]], dict[str, Any]]] = {
    "schema": _schema,
    "positions": _positions,
}
