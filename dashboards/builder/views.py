"""The page where a dashboard is made, and the draft that its script writes."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views import View

from dashboards import access
from dashboards.builder.parsing import json_body, member
from dashboards.builder.presenters import addresses, kind_choices, refusal, saved, workshop
from dashboards.builder.words import shortcuts
from dashboards.documents.parsing import parse_source
from dashboards.documents.source_text import SourceText
from dashboards.reading.drafts import DraftView
from dashboards.registry import PANEL_KINDS
from dashboards.services.versions import save_draft
from interface.requests import parameters_of
from layers.errors import LayersError
from layers.parsing import single_values
from layers.visitor import visitor_of


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
            kept = save_draft(dashboard=row, document=document, expected=expected, visitor=visitor)
        except LayersError as error:
            return refusal(error, row)
        return JsonResponse(saved(kept))
