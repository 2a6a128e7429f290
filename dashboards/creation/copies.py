"""What a copy holds: everything for who may change the dashboard, what they read of it for anybody else.

A document names layers and fields. Who only reads the page knows those of the panels that they see, and no other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from dashboards import access
from dashboards.documents.document import Document, Include, Section
from dashboards.documents.includes import stored_document
from dashboards.filters.fields import resolved
from dashboards.models import Dashboard, DashboardVersion
from dashboards.reading.dashboard_page import DashboardPage, open_page
from layers.visitor import Visitor


def document_to_copy(
    dashboard: Dashboard, visitor: Visitor, *, version: DashboardVersion | None = None
) -> Document:
    """Return what a visitor may copy of a dashboard; ``version`` is one of those that they may change.

    Raises:
        UnknownDashboard: the visitor may not know that there is one.
    """
    if access.may_edit(visitor, dashboard):
        return stored_document(dashboard, version)
    return _readable(stored_document(dashboard, dashboard.published), open_page(visitor, dashboard.slug, {}))


def _readable(document: Document, page: DashboardPage) -> Document:
    """Keep what the reader of a page sees: panels, includes that show something, filters and links of their fields."""
    filters = tuple(
        part
        for part in document.filters
        if part.kind != "values" or any(resolved(part.field, rows, document) for rows in page.rows)
    )
    known = {rows.key: rows for rows in page.rows}
    links = tuple(
        replace(link, names=names)
        for link in document.links
        if (
            names := {
                key: name for key, name in link.names.items() if key in known and name in known[key].fields
            }
        )
    )
    sections = tuple(_sections(document, page))
    return replace(document, sections=sections, filters=filters, links=links)


def _sections(document: Document, page: DashboardPage) -> Iterator[Section | Include]:
    seen = {panel.id for panel in page.panels}
    included = {part.origin for part in page.document.sections if isinstance(part, Section) and part.origin}
    published = set(access.published(page.visitor).values_list("slug", flat=True))
    for part in document.sections:
        if isinstance(part, Include):
            if part.dashboard in included & published:
                yield part
            continue
        panels = tuple(panel for panel in part.panels if panel.id in seen)
        if panels or not part.panels:
            yield replace(part, panels=panels)
