"""The library panels of a visitor, the dashboards that use each, and what their pages show."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q

from dashboards import access
from dashboards.documents.document import Document, Section
from dashboards.documents.includes import including, stored_document
from dashboards.documents.parsing import panel_of
from dashboards.errors import UnknownLibraryPanel
from dashboards.models import Dashboard, LibraryPanel
from dashboards.reading.dashboard_page import readable_panels
from dashboards.reading.grid import Sketch, sketch
from dashboards.registry import PANEL_KINDS
from dashboards.services.dashboards import first_free_slug
from layers.definitions import Text
from layers.visitor import Visitor

UNNAMED, RESERVED = "panneau", frozenset({"nouveau"})


@dataclass(frozen=True, slots=True)
class PanelUses:
    """The dashboards that use a library panel; ``hidden`` counts those that the visitor does not see."""

    dashboards: tuple[Dashboard, ...]
    hidden: int

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.dashboards) + self.hidden


def readable_library(visitor: Visitor, words: str = "") -> list[LibraryPanel]:
    """Return the library panels that a visitor reads the data of, or may change; ``words`` are those of the title."""
    rows = list(access.library(visitor).select_related("producer").filter(title__icontains=words))
    panels = [panel_of({**row.document, "id": row.slug}) for row in rows]
    alone = Document("", "", sections=(Section("s", "", tuple(panels)),))
    readable = {panel.id for panel in readable_panels(alone, visitor)} if rows else set()
    ours = set(access.editable_panels(visitor).values_list("pk", flat=True))
    return [row for row in rows if row.slug in readable or row.pk in ours]


def one_panel(visitor: Visitor, slug: str) -> LibraryPanel:
    """Return a library panel that a visitor reads the data of, or may change.

    Raises:
        UnknownLibraryPanel: there is none of that name, or the visitor may not know that there is.
    """
    panel = next((row for row in readable_library(visitor) if row.slug == slug), None)
    if panel is None:
        raise UnknownLibraryPanel(slug)
    return panel


def uses(visitor: Visitor, panel: LibraryPanel) -> PanelUses:
    """Return where a library panel is used: in what a visitor reads, and in the drafts that they may change."""
    published, drafts = _used_in("published", panel.slug), _used_in("draft", panel.slug)
    read = access.visible(visitor).filter(published).values("pk")
    ours = access.editable(visitor).filter(drafts).values("pk")
    dashboards = tuple(Dashboard.objects.filter(Q(pk__in=read) | Q(pk__in=ours)).order_by("title"))
    return PanelUses(dashboards, Dashboard.objects.filter(_used_by(panel.slug)).count() - len(dashboards))


def use_counts(panels: Iterable[LibraryPanel]) -> dict[str, int]:
    """Return how many dashboards use each panel, by its identifier, in one statement."""
    slugs = [panel.slug for panel in panels]
    counts = {f"uses_{index}": Count("pk", filter=_used_by(slug)) for index, slug in enumerate(slugs)}
    totals = Dashboard.objects.aggregate(**counts) if counts else {}
    return {slug: totals[f"uses_{index}"] for index, slug in enumerate(slugs)}


def _used_by(slug: str) -> Q:
    return _used_in("published", slug) | _used_in("draft", slug)


def _used_in(version: str, slug: str) -> Q:
    return Q(**{f"{version}__document__contains": {"sections": [{"panels": [{"library": slug}]}]}})


def includable(dashboard: Dashboard, visitor: Visitor, words: str = "") -> list[Dashboard]:
    """Return the dashboards of a visitor whose sections another may show: no cycle, no other commune."""
    inside = access.published(visitor).select_related("published").filter(title__icontains=words)
    near = inside.filter(Q(portal=None) | Q(portal=dashboard.portal_id))
    return list(near.exclude(slug__in=[dashboard.slug, *including(dashboard.slug)]).order_by("title"))


def free_panel_slug(title: str) -> str:
    """Return an identifier made of a title, which no library panel has."""
    return first_free_slug(title, LibraryPanel.objects.all(), default=UNNAMED, reserved=RESERVED)


@dataclass(frozen=True, slots=True)
class LibraryLine:
    """A library panel in the list; ``values`` is what a dashboard that uses it writes, as JSON."""

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

    dashboard_choice: IncludeChoice
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
        dashboard_choice=IncludeChoice(row.title, json.dumps({"include": row.slug})),
        sections=tuple(IncludeChoice(title, json.dumps(values)) for title, values in named)
        if len(parts) > 1
        else (),
        sketch=sketch(document.sections),
    )
