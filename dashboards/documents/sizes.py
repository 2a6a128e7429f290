"""Bounds of a document and of its page, checked before any schema or include.

A schema is applied to each panel for each kind, and reports its faults one by one; a document over a bound is one
fault.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from dashboards.documents.document import Section
from dashboards.documents.schema import MAX_PANELS, MAX_SECTIONS
from dashboards.documents.source_text import MAX_CHARACTERS, MAX_DEPTH, MAX_VALUES, Path, SourceText, dotted
from dashboards.errors import DocumentFault

# One list or one object, whatever it is.
MAX_MEMBERS = 500
# A page with what it includes: sections, dashboards opened, levels of includes, characters of what is read.
MAX_PAGE_SECTIONS = 2 * MAX_SECTIONS
MAX_INCLUDED = 100
MAX_LEVELS = 12
MAX_PAGE_CHARACTERS = 2 * MAX_CHARACTERS


def size_faults(source: SourceText) -> list[DocumentFault]:
    """Return the first thing that a document has too much of, empty when it has none."""
    fault = next(_faults(source.values), None)
    if fault is None:
        return []
    path, text = fault
    return [DocumentFault(text, dotted(path), source.line(path))]


def section_size(section: Section) -> int:
    """Return how many characters a page shows of a section, about."""
    panels = sum(
        len(panel.title) + len(panel.subtitle) + len(panel.source) + len(str(panel.options))
        for panel in section.panels
    )
    return len(section.id) + len(section.title) + len(section.text) + panels


def _faults(values: Any) -> Iterator[tuple[Path, str]]:
    yield from _parts(values)
    yield from _members(values)


def _parts(values: Any) -> Iterator[tuple[Path, str]]:
    """Yield too many sections, or panels of all of them."""
    sections = values.get("sections") if isinstance(values, dict) else None
    if not isinstance(sections, list):
        return
    if len(sections) > MAX_SECTIONS:
        words = {"count": len(sections), "most": MAX_SECTIONS}
        yield ("sections", MAX_SECTIONS), _("Le document a %(count)d sections ; %(most)d au plus.") % words
    panels = [part.get("panels") if isinstance(part, dict) else None for part in sections]
    counts = [len(part) if isinstance(part, list) else 0 for part in panels]
    if sum(counts) <= MAX_PANELS:
        return
    index = next(index for index in range(len(counts)) if sum(counts[: index + 1]) > MAX_PANELS)
    text = _("Le document a %(count)d panneaux ; %(most)d au plus, sections incluses comprises.")
    rank = MAX_PANELS - sum(counts[:index])
    yield ("sections", index, "panels", rank), text % {"count": sum(counts), "most": MAX_PANELS}


def _members(values: Any) -> Iterator[tuple[Path, str]]:
    """Yield values that nest too deep, are too many, or too long, without recursion: JSON nests as deep as it likes."""
    pending: list[tuple[Path, Any]] = [((), values)]
    count = characters = 0
    while pending:
        path, value = pending.pop()
        count += 1
        characters += len(value) if isinstance(value, str) else 0
        if isinstance(value, dict):
            characters += sum(map(len, value))
        if count > MAX_VALUES:
            yield (), _("Le document compte plus de %d valeurs.") % MAX_VALUES
            return
        if characters > MAX_CHARACTERS:
            yield (), _("Le document compte plus de %d caractères.") % MAX_CHARACTERS
            return
        if not isinstance(value, dict | list):
            continue
        if len(path) >= MAX_DEPTH:
            yield path, _("Les valeurs s’emboîtent sur plus de %d niveaux.") % MAX_DEPTH
            return
        if len(value) > MAX_MEMBERS:
            yield (
                path,
                _("Au plus %(most)d éléments ; lu : %(count)d.")
                % {
                    "most": MAX_MEMBERS,
                    "count": len(value),
                },
            )
            return
        inner = value.items() if isinstance(value, dict) else enumerate(value)
        pending += [((*path, name), member) for name, member in inner]
