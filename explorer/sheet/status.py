"""In what state something is, as one word with a colour and a pictogram: never colour alone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from layers.definitions import Status, Text

# The kinds of ``layers.definitions.Status``, as style sheets and pictograms name them.
_LOOKS = {"good": ("open", "check"), "warn": ("warn", "triangle-alert"), "bad": ("bad", "x")}


@dataclass(frozen=True, slots=True)
class StatusWord:
    """A word, the badge that wears it and its pictogram."""

    word: Text
    badge: str
    icon: str


def status_word(status: Status | None, value: object, readable: Collection[str]) -> StatusWord | None:
    """Word a state; None where none is declared, for a code without a word, or where its field is not ``readable``."""
    if status is None or status.field not in readable:
        return None
    found = ((word, kind) for code, word, kind in status.words if code == value)
    return next((StatusWord(word, *_LOOKS[kind]) for word, kind in found), None)
