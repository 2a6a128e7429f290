"""The pages of dashboards for people who read them."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.views import View

from dashboards import access
from dashboards.documents.document import Panel
from dashboards.filters.parsing import unknown_filter
from dashboards.filters.values import filter_values
from dashboards.reading.cards import cards_by_theme, is_favourite
from dashboards.reading.dashboard_page import DashboardPage, open_page
from dashboards.reading.drawn_panels import draw, drawn_panel, known_drawing
from dashboards.reading.freshness import panel_freshness
from dashboards.reading.main_rows import counted_if_known, counted_if_possible, main_rows
from dashboards.reading.panel_reading import known_panel, read_panel
from dashboards.reading.presenters import (
    TABLES,
    TYPED_PERIOD,
    VIEW,
    filter_bar,
    frame,
    sections,
    under_period,
)
from dashboards.reading.view_modes import ViewMode, asking_visitor, view_mode
from interface.http.resources import AnyResponse, not_modified, with_validators
from interface.requests import is_fragment, parameters_of
from layers.parsing import single_values
from layers.visitor import visitor_of


class DashboardListView(View):
    """Every dashboard that the visitor may open, by theme."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the list."""
        single_values(parameters_of(request), known=())
        visitor = visitor_of(request)
        context = {"groups": cards_by_theme(visitor), "may_create": access.may_create(visitor)}
        return render(request, "dashboards/reading/list.html", context)


class DashboardView(View):
    """A dashboard: the panels that are remembered, and the places of the others, which ask for themselves."""

    def get(self, request: HttpRequest, dashboard: str) -> HttpResponse:
        """Render the page; with ``tableaux=1`` every panel is read at once, for who has no script."""
        page = open_page(visitor_of(request), dashboard, parameters_of(request), allowed=(TABLES,))
        context = page_context(request, page, ViewMode.PAGE)
        context |= {"is_favourite": is_favourite(page), "may_create": access.may_create(visitor_of(request))}
        return render(request, "dashboards/reading/page.html", context)


def page_context(request: HttpRequest, page: DashboardPage, mode: ViewMode) -> dict[str, Any]:
    """Return what the template of a whole dashboard needs."""
    is_whole = request.GET.get(TABLES) == "1"
    read = partial(read_panel if is_whole else known_panel, page)
    main = main_rows(page)
    count = counted_if_possible if is_whole else counted_if_known
    return {
        "page": page,
        "dashboard": page.dashboard,
        "mode": mode.value,
        "sections": sections(page, read, view=mode.value, drawn=partial(drawn_panel, page, view=mode.value)),
        "bar": filter_bar(page, count(main) if main is not None else None),
        "is_whole": is_whole,
    }


class PanelView(View):
    """A panel: a part of the dashboard for htmx, a page of its own otherwise."""

    def get(self, request: HttpRequest, dashboard: str, panel: str) -> HttpResponseBase:
        """Read the panel under the filters of the address."""
        mode = view_mode(request)
        page = open_page(asking_visitor(request, mode), dashboard, parameters_of(request), allowed=(VIEW,))
        asked = page.panel(panel)
        if is_fragment(request):
            return varied(_panel_part(request, page, asked, mode.value))
        context = {
            "page": page,
            "dashboard": page.dashboard,
            "mode": mode.value,
            "frame": frame(page, asked, read_panel(page, asked), view=mode.value),
            "bar": filter_bar(page, None),
        }
        return varied(render(request, "dashboards/reading/panel_page.html", context))


def _panel_part(request: HttpRequest, page: DashboardPage, panel: Panel, view: str) -> HttpResponseBase:
    """Return a panel for htmx: nothing to who has it, what was drawn before, or what is read now."""
    fresh = panel_freshness(page, panel, view)
    same = not_modified(request, fresh) if fresh is not None else None
    if same is not None:
        return same
    html = known_drawing(fresh)
    if html is None:
        reading = read_panel(page, panel)
        html = draw(page, panel, reading, view=view, fresh=fresh)
        # A fault passes, and the panel that is asked again must be read again.
        fresh = None if reading.fault else fresh
    response = HttpResponse(html)
    return with_validators(response, fresh) if fresh is not None else response


class FilterBarView(View):
    """What is asked of a dashboard, and how many features answer."""

    def get(self, request: HttpRequest, dashboard: str) -> HttpResponse:
        """Render the bar for htmx, or every filter with its values for who has no script."""
        page = open_page(visitor_of(request), dashboard, parameters_of(request), allowed=TYPED_PERIOD)
        if any(name in request.GET for name in TYPED_PERIOD):
            return redirect(under_period(page, *(request.GET.get(name, "") for name in TYPED_PERIOD)))
        main = main_rows(page)
        bar = filter_bar(page, counted_if_possible(main) if main is not None else None)
        context: dict[str, Any] = {"page": page, "dashboard": page.dashboard, "bar": bar}
        if is_fragment(request):
            return varied(render(request, "dashboards/reading/bar.html", context))
        context["filters"] = [
            filter_values(name, page.state, page.rows, page.document) for name, _title in bar.fields
        ]
        return varied(render(request, "dashboards/reading/filters_page.html", context))


class FilterValuesView(View):
    """The values of one filter, with counts under the visitor's rights and the other filters."""

    def get(self, request: HttpRequest, dashboard: str, field: str) -> HttpResponse:
        """Render the values as boxes of a form."""
        page = open_page(visitor_of(request), dashboard, parameters_of(request))
        values = filter_values(field, page.state, page.rows, page.document)
        if values is None:
            raise unknown_filter(field)
        context = {
            "page": page,
            "dashboard": page.dashboard,
            "values": values,
            "kept": [pair for pair in page.state.pairs if pair[0] != field],
        }
        template = "values" if is_fragment(request) else "values_page"
        return varied(render(request, f"dashboards/reading/{template}.html", context))


def varied(response: AnyResponse) -> AnyResponse:
    """Tell caches that an address has a part for htmx and a page."""
    patch_vary_headers(response, ["HX-Request"])
    return response
