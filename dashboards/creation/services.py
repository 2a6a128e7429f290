"""A new dashboard written: from ready sections, a copy, a file or a text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from django.utils.translation import gettext as _

from dashboards import access
from dashboards.documents.document import Audience, Document, Include, Section
from dashboards.documents.faults import fault_at
from dashboards.documents.includes import stored_document
from dashboards.documents.parsing import parse_document
from dashboards.documents.schema import RESERVED_DASHBOARDS
from dashboards.documents.source_text import SourceText
from dashboards.documents.writing import ROW_KEYS, document_yaml
from dashboards.errors import DocumentFault, InvalidDocument
from dashboards.filters.conditions import resolved
from dashboards.models import Dashboard, DashboardVersion
from dashboards.reading.dashboard_page import DashboardPage, open_page
from dashboards.registry import PANEL_KINDS
from dashboards.services.dashboards import create_dashboard, first_free_slug
from dashboards.starters import starter, starters_of
from layers.access import Scope, scope
from layers.models import Commune
from layers.visitor import Visitor

FIRST_SECTION, UNNAMED = "section-1", "tableau"


class Start(Enum):
    """What a new dashboard starts from."""

    LAYER = "couche"
    EMPTY = "vide"
    COPY = "copie"
    FILE = "fichier"


@dataclass(frozen=True, slots=True)
class NewDashboard:
    """The request of a new dashboard. Title and identifier may be empty for a file, which has its own.

    ``layer`` and ``starter`` are those of a ready model, ``copied`` the dashboard to copy, ``text`` that of a file.
    """

    start: Start
    title: str = ""
    slug: str = ""
    summary: str = ""
    theme: str = ""
    producer: str = ""
    layer: str = ""
    starter: str = ""
    copied: str = ""
    text: str = ""


def create_from(request: NewDashboard, visitor: Visitor) -> Dashboard:
    """Make the dashboard, as a draft that its readers do not see yet.

    Raises:
        ForbiddenDashboard: the visitor may not make dashboards.
        SlugInUse: another dashboard has the identifier.
        InvalidDocument: the file cannot be read, or names what is not there; with lines.
        UnknownLayer, UnknownStarter, UnknownDashboard: what it starts from is not there for the visitor.
    """
    document = _MAKERS[request.start](request, visitor)
    title = request.title or document.title
    named = replace(
        document,
        title=title,
        slug=request.slug or _own_slug(document, request) or free_slug(title),
        summary=request.summary or document.summary,
        theme=request.theme or document.theme,
        producer=request.producer or document.producer,
        portal=document.portal or _portal(visitor),
    )
    return create_dashboard(document=named, visitor=visitor, note=_note(request))


def free_slug(title: str) -> str:
    """Return an identifier made of a title, which no dashboard has."""
    return first_free_slug(title, Dashboard.objects.all(), default=UNNAMED, reserved=RESERVED_DASHBOARDS)


def _own_slug(document: Document, request: NewDashboard) -> str:
    return document.slug if request.start is Start.FILE else ""


def _portal(visitor: Visitor) -> str:
    """Return the commune whose portal the dashboard is made on: it shows that commune alone."""
    slug = Commune.objects.filter(code=visitor.portal).values_list("slug", flat=True).first()
    return slug or ""


def _of_layer(request: NewDashboard, visitor: Visitor) -> Document:
    layer_scope: Scope = scope(visitor, request.layer)
    chosen = starter(layer_scope, request.starter) if request.starter else starters_of(layer_scope)[0]
    theme = layer_scope.layer.theme.slug if layer_scope.layer.theme_id else ""
    return Document("", request.title, theme=theme, sections=chosen.sections, filters=chosen.filters)


def _empty(request: NewDashboard, _visitor: Visitor) -> Document:
    return Document("", request.title, sections=(Section(FIRST_SECTION, "", ()),))


def _of_dashboard(request: NewDashboard, visitor: Visitor) -> Document:
    row = access.get_dashboard(visitor, request.copied)
    document = document_to_copy(row, visitor)
    return replace(
        document,
        theme=row.theme.slug if row.theme else "",
        portal=row.portal.slug if row.portal else "",
        producer="",
        audience=Audience(),
    )


def _of_file(request: NewDashboard, _visitor: Visitor) -> Document:
    return parse_document(request.text, PANEL_KINDS.values())[0]


_MAKERS = {Start.LAYER: _of_layer, Start.EMPTY: _empty, Start.COPY: _of_dashboard, Start.FILE: _of_file}


def _note(request: NewDashboard) -> str:
    return _("Copie de « %s »") % request.copied if request.start is Start.COPY else ""


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
    """Select what the reader of a page sees: panels, visible includes, filters and links of their fields."""
    filters = tuple(
        part
        for part in document.filters
        if part.kind != "values" or any(resolved(part.field, rows, document) for rows in page.rows)
    )
    rows_by_key = {rows.key: rows for rows in page.rows}
    links = tuple(
        replace(link, names=names)
        for link in document.links
        if (
            names := {
                key: name
                for key, name in link.names.items()
                if key in rows_by_key and name in rows_by_key[key].fields
            }
        )
    )
    sections = tuple(_sections(document, page))
    return replace(document, sections=sections, filters=filters, links=links)


def _sections(document: Document, page: DashboardPage) -> Iterator[Section | Include]:
    readable = {panel.id for panel in page.panels}
    included = {part.origin for part in page.document.sections if isinstance(part, Section) and part.origin}
    published = set(access.published(page.visitor).values_list("slug", flat=True))
    for part in document.sections:
        if isinstance(part, Include):
            if part.dashboard in included & published:
                yield part
            continue
        panels = tuple(panel for panel in part.panels if panel.id in readable)
        if panels or not part.panels:
            yield replace(part, panels=panels)


_LONGEST = 120


@dataclass(frozen=True, slots=True)
class TextFault:
    """What is wrong in a text: in words that name its line, and that line itself."""

    words: str
    line: str


def document_text(dashboard: Dashboard, *, schema: str = "") -> str:
    """Return the draft of a dashboard, or what is published, as YAML; ``schema`` is the address of its schema."""
    return document_yaml(stored_document(dashboard, dashboard.draft or dashboard.published), schema=schema)


def document_of_text(dashboard: Dashboard, text: str) -> Document:
    """Return the document of a text written for a dashboard.

    Raises:
        InvalidDocument: the text cannot be read, says what no document may, names another dashboard, or says who reads.
    """
    document, source = parse_document(text, PANEL_KINDS.values())
    faults = list(_misplaced_panels(dashboard, document, source))
    if faults:
        raise InvalidDocument(faults)
    return replace(document, slug=dashboard.slug)


def _misplaced_panels(
    dashboard: Dashboard, document: Document, source: SourceText
) -> Sequence[DocumentFault]:
    panels = []
    if document.slug != dashboard.slug:
        words = _("L’identifiant d’un tableau de bord ne change pas : gardez « %s », ou faites une copie.")
        panels.append(fault_at(source, ("slug",), words % dashboard.slug))
    values = source.values if isinstance(source.values, dict) else {}
    panels += [
        fault_at(
            source, (name,), _("Cette clé ne se change pas ici, mais dans « Qui le verra » : retirez-la.")
        )
        for name in ROW_KEYS
        if name != "slug" and name in values
    ]
    return panels


def text_faults(error: InvalidDocument, text: str) -> list[TextFault]:
    """Return the faults of a text, each with the line that it is about."""
    lines = text.splitlines()
    return [
        TextFault(
            str(fault), lines[fault.line - 1].strip()[:_LONGEST] if 0 < fault.line <= len(lines) else ""
        )
        for fault in error.faults
    ]
