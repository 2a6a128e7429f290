"""A small table of kinds, so that the tests of documents do not change with the real one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class SampleKind:
    """What the schema reads of a kind."""

    name: str
    title: str
    options: Mapping[str, Any] = field(
        default_factory=lambda: {"type": "object", "additionalProperties": False}
    )
    needs_question: bool = True


_TARGET = {
    "type": "object",
    "properties": {"target": {"type": "number"}, "shape": {"anyOf": [{"const": "arc"}, {"const": "line"}]}},
    "additionalProperties": False,
}
KINDS = (
    SampleKind("figure", "Chiffre clé", options=_TARGET),
    SampleKind("bar", "Barres"),
    SampleKind("text", "Texte", needs_question=False),
)
