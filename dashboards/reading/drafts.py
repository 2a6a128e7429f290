"""The draft of a dashboard as its readers would see it, for who may change it."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views import View

from dashboards import access
from dashboards.filters.parsing import VERSION
from dashboards.reading.presenters import page_address
from interface.requests import parameters_of
from layers.parsing import single_values
from layers.visitor import visitor_of


class DraftView(View):
    """``…/brouillon/``: the page under the number of the draft; what is published, when there is none."""

    def get(self, request: HttpRequest, dashboard: str) -> HttpResponse:
        """Lead to the page."""
        single_values(parameters_of(request), known=())
        found = access.one_to_edit(visitor_of(request), dashboard)
        if found.draft is None:
            messages.info(request, _("Aucun brouillon : voici ce qui est publié."))
            return redirect(page_address(found))
        return redirect(f"{page_address(found)}?{urlencode({VERSION: found.draft.number})}")
