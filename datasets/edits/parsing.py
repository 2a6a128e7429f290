"""What somebody chooses about rows edited in place when a new file is put online, in a form and in the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

EDITS, FILE = "edits", "file"
_SIDES = (EDITS, FILE)
QUESTIONS = ("changed", "added", "removed", "deleted")
FIELD_PREFIX = "field-"


@dataclass(frozen=True, slots=True)
class EditChoices:
    """Which side stays, ``edits`` or ``file``, empty where nobody chose.

    ``changed``: values that both changed, ``fields`` those of one field, by name. ``added``: rows added in place that
    the file does not have. ``removed``: rows edited in place that it no longer has. ``deleted``: rows deleted in place
    that it still has.
    """

    changed: str = ""
    added: str = ""
    removed: str = ""
    deleted: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)

    def of_field(self, name: str) -> str:
        """Return the side of a field that both changed."""
        return self.fields.get(name) or self.changed

    def to_json(self) -> dict[str, Any]:
        """Return the choices as the delivery stores them."""
        return {name: getattr(self, name) for name in QUESTIONS} | {"fields": dict(self.fields)}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> EditChoices:
        """Read what ``to_json`` wrote; what is not there was not chosen."""
        sides = {name: document.get(name, "") for name in QUESTIONS}
        return cls(**sides, fields=dict(document.get("fields", {})))


def parse_choices(posted: Mapping[str, Any], names: Mapping[str, object]) -> EditChoices:
    """Read the form: a side for each question, and for the fields of ``names`` that have one of their own."""
    sides = {name: _side(posted.get(name, "")) for name in QUESTIONS}
    fields = {name: side for name in names if (side := _side(posted.get(f"{FIELD_PREFIX}{name}", "")))}
    return EditChoices(**sides, fields=fields)


def _side(text: str) -> str:
    return text if text in _SIDES else ""
