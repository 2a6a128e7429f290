"""What an operation gives: how fresh the answer is, and the answer itself once it is needed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from layers.formats.http_validators import HttpValidators
from wfs.formats.readable import Readable

XML = "text/xml; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer: its bytes, or a file open at its beginning. ``file_name`` is what a person keeps it under, if any."""

    body: bytes | Readable
    media_type: str = XML
    size: int | None = None
    file_name: str = ""


@dataclass(frozen=True, slots=True)
class AnswerPlan:
    """What is known before any feature is read. ``fresh`` is None for what no cache may keep: a transaction."""

    fresh: HttpValidators | None
    write: Callable[[], Answer]
