"""A public dashboard inside the pages of other sites, those that a setting names (CSP ``frame-ancestors``)."""

from __future__ import annotations

from functools import partial

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views import View

from dashboards.reading.dashboard_page import open_page
from dashboards.reading.presenters import TABLES
from dashboards.reading.view_modes import ViewMode, asking_visitor
from dashboards.reading.views import page_context
from interface.requests import embeddable, parameters_of


class EmbedView(View):
    """A dashboard as another site shows it: what the public reads of it, whoever looks."""

    def get(self, request: HttpRequest, dashboard: str) -> HttpResponseBase:
        """Render the dashboard without the frame of the portal; one that is not public is a 404."""
        return embeddable(request, partial(self._page, dashboard=dashboard))

    def _page(self, request: HttpRequest, dashboard: str) -> HttpResponse:
        visitor = asking_visitor(request, ViewMode.EMBEDDED)
        page = open_page(visitor, dashboard, parameters_of(request), allowed=(TABLES,))
        return render(
            request, "dashboards/reading/embed.html", page_context(request, page, ViewMode.EMBEDDED)
        )
