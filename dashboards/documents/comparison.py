"""What one version of a document changes of another: sections and panels by their identifiers, keys by their names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from dashboards.documents.document import Document
from dashboards.documents.writing import document_values


class DocumentChangeKind(Enum):
    """What happened to a part of a document."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class DocumentChange:
    """A difference: ``part`` is ``document``, ``section`` or ``panel``, ``name`` its identifier, ``title`` its words.

    ``keys`` are those whose values differ, as ``question.filter``.
    """

    kind: DocumentChangeKind
    part: str
    name: str = ""
    title: str = ""
    keys: tuple[str, ...] = ()


def compare_documents(old: Document, new: Document) -> list[DocumentChange]:
    """Return what changes from one document to another, in the order of the new one; removed parts come last."""
    before, after = document_values(old), document_values(new)
    keys = _keys(_without(before, "sections"), _without(after, "sections"))
    whole = (
        [DocumentChange(DocumentChangeKind.CHANGED, "document", title=new.title, keys=keys)] if keys else []
    )
    sections = _parts("section", _sections(before), _sections(after), "panels")
    panels = _parts("panel", _panels(before), _panels(after), "")
    return [*whole, *sections, *panels]


_Parts = dict[str, tuple[Any, dict[str, Any]]]


def _sections(values: Mapping[str, Any]) -> _Parts:
    """Return the sections by identifier, each with its place among the others."""
    return {_section_name(part): (place, part) for place, part in enumerate(values.get("sections", ()))}


def _section_name(part: Mapping[str, Any]) -> str:
    if "include" in part:
        return "/".join(filter(None, (part["include"], part.get("section", ""))))
    return str(part["id"])


def _panels(values: Mapping[str, Any]) -> _Parts:
    """Return the panels by identifier, each with its section."""
    sections = [part for part in values.get("sections", ()) if "id" in part]
    return {panel["id"]: (part["id"], panel) for part in sections for panel in part.get("panels", ())}


def _parts(part: str, before: _Parts, after: _Parts, inner: str) -> Iterator[DocumentChange]:
    common_before = [name for name in before if name in after]
    common_after = [name for name in after if name in before]
    for name, (place, values) in after.items():
        title = str(values.get("title", name))
        if name not in before:
            yield DocumentChange(DocumentChangeKind.ADDED, part, name, title)
            continue
        old_place, old = before[name]
        keys = _keys(_without(old, inner), _without(values, inner))
        if keys:
            yield DocumentChange(DocumentChangeKind.CHANGED, part, name, title, keys)
        is_elsewhere = part == "panel" and old_place != place
        if is_elsewhere or common_before.index(name) != common_after.index(name):
            yield DocumentChange(DocumentChangeKind.MOVED, part, name, title)
    for name, (_place, values) in before.items():
        if name not in after:
            yield DocumentChange(DocumentChangeKind.REMOVED, part, name, str(values.get("title", name)))


def _without(values: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key != name}


def _keys(before: Mapping[str, Any], after: Mapping[str, Any], prefix: str = "") -> tuple[str, ...]:
    """Return the keys whose values differ, those of objects by their own keys."""
    found: list[str] = []
    for key in sorted({*before, *after}):
        old, new = before.get(key), after.get(key)
        if old == new:
            continue
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            found += _keys(old, new, f"{prefix}{key}.")
        else:
            found.append(f"{prefix}{key}")
    return tuple(found)
