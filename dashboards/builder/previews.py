"""What is not published as its page will show it: a draft, one panel, an include, read with the rights of its maker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views import View

from dashboards import access
from dashboards.builder.parsing import UNNAMED
from dashboards.documents.document import COLUMNS, Document
from dashboards.documents.parsing import document_of
from dashboards.documents.schema import MAX_ROWS, build_schema
from dashboards.documents.source_text import SourceText
from dashboards.documents.validation import schema_faults
from dashboards.errors import InvalidDocument
from dashboards.filters.parsing import VERSION
from dashboards.models import Dashboard
from dashboards.panels.kinds import PanelKind
from dashboards.reading.dashboard_page import DashboardPage, open_document
from dashboards.reading.panels import read_panel
from dashboards.reading.presenters import FramedSection, PanelFrame, page_address, sections
from dashboards.registry import PANEL_KINDS
from interface.requests import parameters_of
from layers.parsing import single_values
from layers.visitor import Visitor, visitor_of


class DraftView(View):
    """``…/brouillon/``: the page under the number of the draft; what is published, when there is none."""

    def get(self, request: HttpRequest, dashboard: str) -> HttpResponse:
        """Lead to the page."""
        single_values(parameters_of(request), known=())
        row = access.one_to_edit(visitor_of(request), dashboard)
        if row.draft is None:
            messages.info(request, _("Aucun brouillon : voici ce qui est publié."))
            return redirect(page_address(row))
        return redirect(f"{page_address(row)}?{urlencode({VERSION: row.draft.number})}")


SECTION = "apercu"
# Where the mode of a page would be: the links of a panel that is not saved lead nowhere.
MODE = "apercu"
_PLACE = "sections[0].panels[0]."


@dataclass(frozen=True, slots=True)
class Preview:
    """What was read: sections with their panels; ``notes`` say what is absent, and why."""

    page: DashboardPage
    sections: tuple[FramedSection, ...]

    @property
    def frames(self) -> list[PanelFrame]:
        """The panels that were read."""
        return [frame for section in self.sections for frame in section.frames]

    @property
    def notes(self) -> tuple[str, ...]:
        """What could not be shown, in words."""
        return self.page.notes


@dataclass(frozen=True, slots=True)
class Placeholder:
    """The place of a panel that cannot be shown: its name, its title and its size as far as they are given."""

    name: str
    title: str
    size: str


def parse_preview(body: Mapping[str, Any]) -> Document:
    """Return the document of the one panel, or include, of a preview.

    Raises:
        InvalidDocument: it says what no document may; the keys of the faults are those of the panel.
    """
    part = (
        {name: body[name] for name in ("include", "section") if name in body}
        if "include" in body
        else {"id": SECTION, "title": "", "panels": [_named(body.get("panel"))]}
    )
    values: dict[str, Any] = {"slug": SECTION, "title": SECTION, "sections": [part]}
    values |= {"links": body["links"]} if body.get("links") else {}
    faults = schema_faults(SourceText(values), _schema(get_language() or "", tuple(PANEL_KINDS.values())))
    if faults:
        raise InvalidDocument([replace(fault, key=fault.key.removeprefix(_PLACE)) for fault in faults])
    return document_of(values)


def _named(panel: Any) -> Any:
    return {"id": UNNAMED, **panel} if isinstance(panel, dict) else panel


@lru_cache(maxsize=8)
def _schema(_language: str, kinds: tuple[PanelKind, ...]) -> dict[str, Any]:
    """Return the schema of documents, in the words of a language, for these kinds."""
    return build_schema(kinds)


def preview(visitor: Visitor, dashboard: Dashboard, document: Document) -> Preview:
    """Read the panels of a document that is not saved."""
    page = open_document(visitor, dashboard, replace(document, slug=dashboard.slug))
    return Preview(page, tuple(sections(page, partial(read_panel, page), view=MODE)))


def placeholder(body: Mapping[str, Any]) -> Placeholder:
    """Return the place of the panel of a preview, even if it is faulty."""
    panel = body.get("panel")
    values: Mapping[str, Any] = panel if isinstance(panel, dict) else {}
    width, height = _bounded(values.get("width"), 4, COLUMNS), _bounded(values.get("height"), 2, MAX_ROWS)
    return Placeholder(
        str(values.get("id", UNNAMED)), str(values.get("title", "")), f"span-{width} rows-{height}"
    )


def _bounded(value: Any, default: int, most: int) -> int:
    return min(max(value, 1), most) if isinstance(value, int) and not isinstance(value, bool) else default
