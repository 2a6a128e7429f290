"""Who takes an internal layer as a file: the question and the number of rows, never the rows."""

from __future__ import annotations

from typing import Any

from export_formats.services import export_sent
from gisportal.journal.services import record
from gisportal.journal.vocabulary import Event
from layers.access import RasterScope, Scope

_QUESTION_LENGTH = 2_000


def connect() -> None:
    """Listen to the exports."""
    export_sent.connect(_sent, dispatch_uid="journal")


def _sent(
    scope: Scope | RasterScope,
    extension: str,
    rows: int | None,
    question: dict[str, list[str]],
    **_signal: Any,
) -> None:
    """Keep what is not open to everybody: an internal layer, protected fields, or a question about one."""
    if scope.is_public:
        return
    record(
        Event.EXPORT,
        subject=f"layer {scope.slug}",
        format=extension,
        rows=rows,
        question={name: [value[:_QUESTION_LENGTH] for value in values] for name, values in question.items()},
    )
