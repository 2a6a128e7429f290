"""A public dashboard inside the pages of other sites, those that a setting names (CSP ``frame-ancestors``)."""

from __future__ import annotations

from functools import partial

from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.clickjacking import xframe_options_exempt

from dashboards.reading.dashboard_page import open_page
from dashboards.reading.presenters import TABLES
from dashboards.reading.view_modes import ViewMode, asking_visitor
from dashboards.reading.views import page_context
from interface.requests import parameters_of


@method_decorator(xframe_options_exempt, name="dispatch")
class EmbedView(View):
    """A dashboard as another site shows it: what the public reads of it, whoever looks."""

    def get(self, request: HttpRequest, dashboard: str) -> HttpResponseBase:
        """Render the dashboard without the frame of the portal; one that is not public is a 404."""
        sites = {"frame-ancestors": settings.PORTAL_EMBED_SITES} if settings.PORTAL_EMBED_SITES else {}
        return csp_update(sites)(partial(self._page, dashboard=dashboard))(request)

    def _page(self, request: HttpRequest, dashboard: str) -> HttpResponse:
        visitor = asking_visitor(request, ViewMode.EMBEDDED)
        page = open_page(visitor, dashboard, parameters_of(request), allowed=(TABLES,))
        return render(
            request, "dashboards/reading/embed.html", page_context(request, page, ViewMode.EMBEDDED)
        )
