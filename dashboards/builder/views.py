"""The page of the builder, the draft that its script writes, and its requests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views import View

from dashboards import access
from dashboards.builder.choices import MAX_SEARCH, filter_candidates, layers_by_theme, section_choices
from dashboards.builder.draft import PanelDraft, panel_draft
from dashboards.builder.fields import field_list
from dashboards.builder.parsing import json_body, member, parse_panel, written_panel
from dashboards.builder.presenters import addresses, kind_choices, refusal, saved, workshop
from dashboards.builder.previews import MODE, DraftView, parse_preview, placeholder, preview
from dashboards.builder.script_words import shortcuts
from dashboards.builder.settings import changed, settings_form
from dashboards.documents.parsing import parse_source
from dashboards.documents.source_text import SourceText
from dashboards.errors import InvalidDocument
from dashboards.reading.dashboard_page import open_document
from dashboards.registry import PANEL_KINDS
from dashboards.services.versions import save_draft
from dashboards.sources.source import panel_source
from interface.requests import parameters_of
from layers import access as layers_access
from layers.access import Scope
from layers.errors import LayersError
from layers.parsing import single_values
from layers.visitor import Visitor, visitor_of


class BuilderView(View):
    """``{slug}/modifier/``: the draft of a dashboard, or what is published, to be changed. It writes nothing."""

    def get(self, request: HttpRequest, dashboard: str) -> HttpResponse:
        """Render the page."""
        single_values(parameters_of(request), known=())
        visitor = visitor_of(request)
        row = access.one_to_edit(visitor, dashboard)
        context = {
            "dashboard": row,
            "workshop": workshop(row, visitor),
            "addresses": addresses(row),
            "kinds": kind_choices(),
            "shortcuts": shortcuts(),
        }
        response = render(request, "dashboards/builder/page.html", context)
        response["Cache-Control"] = "private, no-store"
        return response


class DraftSaveView(DraftView):
    """``{slug}/brouillon/``: read as its readers would see it; what the builder sends is written in its place."""

    def post(self, request: HttpRequest, dashboard: str) -> JsonResponse:
        """Write the draft from the revision that the page was read at."""
        row = None
        try:
            visitor = visitor_of(request)
            row = access.one_to_edit(visitor, dashboard)
            body = json_body(request)
            expected = member(body, "revision", int)
            values = {**member(body, "document", dict), "slug": row.slug}
            document = parse_source(SourceText(values), PANEL_KINDS.values())
            saved_row = save_draft(dashboard=row, document=document, expected=expected, visitor=visitor)
        except LayersError as error:
            return refusal(error, row)
        return JsonResponse(saved(saved_row))


UNREADABLE = 422


class BuilderPartView(View):
    """A view for who may change a dashboard; ``maker`` is narrowed to its commune."""

    known: tuple[str, ...] = ()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Open the dashboard, then answer; no cache stores the answer.

        Raises:
            UnknownDashboard, ForbiddenDashboard: as ``one_to_edit``.
            UnknownParameter: one that the view does not read.
        """
        self.given = single_values(parameters_of(request), known=self.known)
        self.dashboard = access.one_to_edit(visitor_of(request), kwargs["dashboard"])
        self.maker: Visitor = access.narrowed(visitor_of(request), self.dashboard)
        response = super().dispatch(request, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        return response

    def layer(self) -> Scope:
        """Return the layer of the address.

        Raises:
            UnknownLayer: there is none of that name that the maker sees.
        """
        return layers_access.scope(self.maker, self.given.get("couche", ""))


class PanelPreviewView(BuilderPartView):
    """``apercu/``: a panel, or an include, before it is saved."""

    def post(self, request: HttpRequest, dashboard: str) -> HttpResponse:
        """Read it now; faults are shown in its place."""
        body = json_body(request)
        try:
            panel_preview = preview(self.maker, self.dashboard, parse_preview(body))
        except InvalidDocument as refused:
            return self._fault(body, refused.faults, status=UNREADABLE)
        context = {
            "sections": panel_preview.sections,
            "mode": MODE,
            "page": panel_preview.page,
            "dashboard": self.dashboard,
        }
        if "include" in body and panel_preview.page.document.sections:
            return render(request, "dashboards/reading/sections.html", context)
        if panel_preview.frames:
            context["frames"] = panel_preview.frames
            return render(request, "dashboards/builder/preview.html", context)
        return self._fault(body, panel_preview.notes)

    def _fault(self, body: dict[str, Any], faults: Sequence[object], *, status: int = 200) -> HttpResponse:
        context = {"place": placeholder(body), "faults": faults}
        return render(self.request, "dashboards/builder/fault.html", context, status=status)


class FieldListView(BuilderPartView):
    """``champs/``: the fields of a layer, or of related records of it."""

    known = ("couche", "relation")

    def get(self, request: HttpRequest, dashboard: str) -> HttpResponse:
        """Render the list."""
        source = panel_source(self.layer(), self.given.get("relation", ""))
        return render(request, "dashboards/builder/fields.html", {"list": field_list(source)})


class LayerChoiceView(BuilderPartView):
    """``couches/``: the layers to choose from."""

    known = ("q",)

    def get(self, request: HttpRequest, dashboard: str) -> HttpResponse:
        """Render them by theme."""
        text = self.given.get("q", "")[:MAX_SEARCH]
        context = {"themes": layers_by_theme(self.maker, text), "text": text}
        return render(request, "dashboards/builder/layers.html", context)


class SectionChoiceView(BuilderPartView):
    """``modeles/``: the ready sections of a layer."""

    known = ("couche",)

    def get(self, request: HttpRequest, dashboard: str) -> HttpResponse:
        """Render them."""
        scope = self.layer()
        context = {"scope": scope, "models": section_choices(scope)}
        return render(request, "dashboards/builder/models.html", context)


class CommonFieldsView(BuilderPartView):
    """``champs-communs/``: what filters of a page that is being made may be about."""

    def post(self, request: HttpRequest, dashboard: str) -> HttpResponse:
        """Answer with the fields of its panels."""
        values = {"slug": self.dashboard.slug, **member(json_body(request), "document", dict)}
        try:
            document = parse_source(SourceText(values), PANEL_KINDS.values())
        except InvalidDocument as refused:
            return refusal(refused)
        page = open_document(self.maker, self.dashboard, document)
        return JsonResponse({"fields": [each.values() for each in filter_candidates(page)]})


class SettingsView(BuilderPartView):
    """``reglages/``: the settings of a panel, once a change was made in it."""

    def post(self, request: HttpRequest, dashboard: str) -> HttpResponse:
        """Answer with the panel and its form."""
        body = json_body(request)
        try:
            draft = self._changed(panel_draft(self.maker, parse_panel(member(body, "panel", dict))), body)
        except LayersError as refused:
            return refusal(refused)
        html = render_to_string("dashboards/builder/settings.html", {"form": settings_form(draft)}, request)
        return JsonResponse({"panel": written_panel(draft.panel), "html": html, "title": draft.title})

    def _changed(self, draft: PanelDraft, body: dict[str, Any]) -> PanelDraft:
        if body.get("change") is None:
            return draft
        change = member(body, "change", dict)
        layer = member(body, "layer", str) if "layer" in body else ""
        return changed(draft, member(change, "name", str), change.get("value", ""), layer=layer)
