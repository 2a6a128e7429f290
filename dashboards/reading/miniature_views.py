"""The address of a miniature."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views import View

from dashboards.reading.dashboard_page import open_page
from dashboards.reading.miniatures import tiles
from dashboards.reading.presenters import page_address
from dashboards.reading.views import varied
from interface.requests import is_fragment, parameters_of
from layers.visitor import visitor_of


class MiniatureView(View):
    """``…/miniature/``: the part of a card for its script; the page itself for anybody else."""

    def get(self, request: HttpRequest, dashboard: str) -> HttpResponse:
        """Render the tiles."""
        page = open_page(visitor_of(request), dashboard, parameters_of(request))
        if not is_fragment(request):
            return varied(redirect(page_address(page.dashboard)))
        return varied(render(request, "dashboards/reading/miniature.html", {"tiles": tiles(page)}))
