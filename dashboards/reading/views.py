"""The pages of dashboards for people who read them."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views import View

from dashboards.filters.parsing import unknown_filter
from dashboards.filters.values import filter_values
from dashboards.panels.downloads import file_of
from dashboards.reading.cards import cards_by_theme
from dashboards.reading.dashboard_page import DashboardPage, open_page
from dashboards.reading.main_rows import counted, main_rows
from dashboards.reading.panel_reading import known_panel, read_panel
from dashboards.reading.presenters import EMBEDDED, HALL, TABLES, VIEW, filter_bar, frame, page_address, sections
from interface.requests import is_fragment, parameters_of
from layers.parsing import single_values
from layers.visitor import Visitor, visitor_of


class DashboardListView(View):
    """Every dashboard that the visitor may open, by theme."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the list."""
        single_values(parameters_of(request), known=())
        return render(request, "dashboards/reading/list.html", {"groups": cards_by_theme(visitor_of(request))})


class DashboardView(View):
    """A dashboard: its panels that are remembered, and the places of the others, which ask for themselves."""

    def get(self, request: HttpRequest, dashboard: str) -> HttpResponse:
        """Render the page; with ``tableaux=1`` every panel is read at once, for who has no script."""
        page = open_page(visitor_of(request), dashboard, parameters_of(request), allowed=(TABLES,))
        is_whole = request.GET.get(TABLES) == "1"
        read = partial(read_panel if is_whole else known_panel, page)
        main = main_rows(page)
        context = _context(page) | {
            "sections": sections(page, read),
            "bar": filter_bar(page, counted(main) if is_whole and main is not None else main),
            "is_whole": is_whole,
        }
        return render(request, "dashboards/reading/page.html", context)
