"""What the child that reads a file finds in it: the schema that its rows suggest, and their first positions.

Answers are read as if the file itself had written them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from datasets.definitions import DatasetSchema, GeometryRecipe
from datasets.errors import UnreadableFile
from datasets.inference.coordinates import Bounds
from datasets.inference.schema import InferredSchema
from datasets.readers.isolation import (
    IsolatedSource,
    finding_of,
    malformed_answers_as_crash,
    sandbox_errors_as_refusals,
)
from datasets.readers.source import ReadOptions
from sandbox.limits import configured_limits

_CHILD = "datasets.inference.child:serve"


@dataclass(frozen=True, slots=True)
class SampledSchema:
    """The schema that a file suggests, and its first rows, each value cut short."""

    inferred: InferredSchema
    rows: tuple[tuple[str | None, ...], ...]


def open_isolated(
    path: Path,
    *,
    options: ReadOptions | None = None,
    on_start: Callable[[IsolatedSource], None] | None = None,
) -> IsolatedSource:
    """Open ``path`` whatever its format, in a child process; the caller uses the source as a context manager.

    ``on_start`` gets the source as soon as its child runs: see ``IsolatedSource``.

    Raises:
        FileRefused: what is wrong, and what to do; ``TooDemanding`` above a limit, ``ReaderStopped`` when the reader
            gave up.
    """
    limits = configured_limits()
    try:
        file = path.open("rb")
    except FileNotFoundError as error:
        raise UnreadableFile(_("Ce fichier n’est plus gardé : donnez-le de nouveau.")) from error
    with file, sandbox_errors_as_refusals(limits):
        return IsolatedSource(file, path.name, options or ReadOptions(), limits, _CHILD, on_start)


def infer_isolated(
    source: IsolatedSource,
    *,
    communes: Mapping[str, str] | None = None,
    extent: Bounds | None = None,
    checks_key: bool = True,
) -> SampledSchema:
    """Return what the first rows suggest: see ``infer_schema``.

    Raises:
        FileRefused: the file cannot be read.
    """
    answer = source.ask("schema", {"communes": communes, "extent": extent, "checks_key": checks_key})
    with sandbox_errors_as_refusals(source.limits), malformed_answers_as_crash():
        inferred = InferredSchema(
            DatasetSchema.from_json(answer["schema"]),
            _recipe(answer["recipe"], len(source.titles)),
            tuple(finding_of(finding) for finding in answer["findings"]),
            str(answer["title"]),
            tuple(map(str, answer["row_numbers"])),
        )
        rows = tuple(tuple(None if value is None else str(value) for value in row) for row in answer["rows"])
        return SampledSchema(inferred, rows)


def read_positions(source: IsolatedSource, recipe: GeometryRecipe) -> list[dict[str, Any]]:
    """Return the first positions of the rows, as geometries of GeoJSON.

    Raises:
        FileRefused: the file cannot be read.
    """
    answer = source.ask("positions", {"recipe": asdict(recipe)})
    with sandbox_errors_as_refusals(source.limits), malformed_answers_as_crash():
        return [dict(geometry) for geometry in answer["geometries"]]


def _recipe(document: Mapping[str, Any], width: int) -> GeometryRecipe:
    columns = tuple(int(column) for column in document["columns"])
    if any(not 0 <= column < width for column in columns):
        raise ValueError("a column that the file does not have")
    return GeometryRecipe(
        str(document["kind"]),
        columns,
        int(document["srid"]),
        keeps_z=bool(document["keeps_z"]),
        only=str(document["only"]),
        swaps_xy=bool(document["swaps_xy"]),
    )
