"""What the pages of the library and the builder need of library panels, and of dashboards to include."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from dashboards import access
from dashboards.documents.document import Section
from dashboards.documents.includes import stored_document
from dashboards.documents.parsing import panel_of
from dashboards.library.queries import use_counts
from dashboards.models import Dashboard, LibraryPanel
from dashboards.reading.sketches import Sketch, sketch
from dashboards.registry import PANEL_KINDS
from layers.definitions import Text
from layers.visitor import Visitor


@dataclass(frozen=True, slots=True)
class LibraryLine:
    """A library panel as the list says it; ``values`` is what a dashboard that uses it writes, as JSON."""

    row: LibraryPanel
    kind: Text
    icon: str
    layer: str
    count: int
    may_edit: bool
    values: str


@dataclass(frozen=True, slots=True)
class IncludeChoice:
    """A dashboard, or one section of it, that another may show; ``values`` is what it writes, as JSON."""

    title: str
    values: str


@dataclass(frozen=True, slots=True)
class IncludableDashboard:
    """A dashboard that another may show whole, or by sections."""

    whole: IncludeChoice
    sections: tuple[IncludeChoice, ...]
    sketch: Sketch


def library_lines(rows: Iterable[LibraryPanel], visitor: Visitor) -> list[LibraryLine]:
    """Return library panels as lines of a list."""
    listed = list(rows)
    counts = use_counts(listed)
    ours = set(access.editable_panels(visitor).values_list("pk", flat=True))
    return [_line(row, counts[row.slug], may_edit=row.pk in ours) for row in listed]


def _line(row: LibraryPanel, count: int, *, may_edit: bool) -> LibraryLine:
    panel = panel_of(row.document)
    kind = PANEL_KINDS.get(panel.kind)
    values = {"library": row.slug, "width": panel.width, "height": panel.height}
    return LibraryLine(
        row=row,
        kind=kind.title if kind else panel.kind,
        icon=kind.icon if kind else "",
        layer=panel.question.layer if panel.question else "",
        count=count,
        may_edit=may_edit,
        values=json.dumps(values),
    )


def includable_dashboards(rows: Iterable[Dashboard]) -> list[IncludableDashboard]:
    """Return dashboards as choices of what to include: each whole, then by section."""
    return [_includable(row) for row in rows]


def _includable(row: Dashboard) -> IncludableDashboard:
    document = stored_document(row, row.published)
    parts = [part for part in document.sections if isinstance(part, Section)]
    named = [(part.title or part.id, {"include": row.slug, "section": part.id}) for part in parts]
    return IncludableDashboard(
        whole=IncludeChoice(row.title, json.dumps({"include": row.slug})),
        sections=tuple(IncludeChoice(title, json.dumps(values)) for title, values in named)
        if len(parts) > 1
        else (),
        sketch=sketch(document.sections),
    )
