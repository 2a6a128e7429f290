"""The pages of dashboards for people who read them: list, page, panel, filters; embedded, on a screen, in miniature."""

from __future__ import annotations

from enum import Enum
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views import View

from dashboards import access
from dashboards.documents.document import Panel
from dashboards.errors import UnknownDashboard
from dashboards.filters.parsing import unknown_filter
from dashboards.filters.presenters import filter_values
from dashboards.reading.cards import cards_by_theme, is_favourite, tiles
from dashboards.reading.dashboard_page import DashboardPage, open_page
from dashboards.reading.filter_bar import (
    TYPED_PERIOD,
    counted_if_possible,
    filter_bar,
    main_layer,
    under_period,
    with_cached_counts,
)
from dashboards.reading.frames import (
    TABLES,
    VIEW,
    cached_frame,
    dated_html,
    draw,
    fault_html,
    frame,
    oldest,
    on_screens,
    page_address,
    sections,
)
from dashboards.reading.panels import UnreadPanel, cached_panel, panel_freshness, read_panel
from dashboards.reading.purposes import purpose_words
from dashboards.services.dashboards import add_favourite, remove_favourite
from interface.addresses import address
from interface.http.resources import AnyResponse, not_modified, with_age, with_validators
from interface.requests import embeddable, is_fragment, parameters_of
from interface.shared_pages import leave_incomplete
from layers.errors import InvalidParameter
from layers.parsing import single_values
from layers.parsing.choices import choice
from layers.parsing.numbers import parse_integer
from layers.queries.shared_answers import former_answers
from layers.sql.catalogue import writes_read_once
from layers.visitor import Visitor, public_of, visitor_of


class DashboardListView(View):
    """Every dashboard that the visitor may open, by theme, then those that they may request."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the list."""
        single_values(parameters_of(request), allowed=())
        visitor = visitor_of(request)
        context = {
            "groups": cards_by_theme(visitor),
            "locked": access.requestable(visitor),
            "may_create": access.may_create(visitor),
        }
        return render(request, "dashboards/reading/list.html", context)


class DashboardView(View):
    """A dashboard: the cached panels, and the places of the others, which htmx requests."""

    def get(self, request: HttpRequest, dashboard: str) -> HttpResponse:
        """Render the page; with ``tableaux=1`` every panel is read at once, for who has no script.

        Of a locked dashboard the visitor may request the access: go there.
        """
        try:
            page = open_page(visitor_of(request), dashboard, parameters_of(request), allowed=(TABLES,))
        except UnknownDashboard:
            locked = access.get_requestable(visitor_of(request), dashboard)
            return redirect(address("request-dashboard", locked.slug))
        context = page_context(request, page, ViewMode.PAGE)
        context |= {"is_favourite": is_favourite(page), "may_create": access.may_create(visitor_of(request))}
        return with_age(render(request, "dashboards/reading/page.html", context), context["age_s"])


@writes_read_once()
def page_context(request: HttpRequest, page: DashboardPage, mode: ViewMode) -> dict[str, Any]:
    """Return what the template of a whole dashboard needs; ``age_s`` is the age of its oldest former answer."""
    has_all_tables = request.GET.get(TABLES) == "1"
    read = partial(read_panel if has_all_tables else cached_panel, page)
    main, reader = main_layer(page), visitor_of(request)
    find_cached = partial(cached_frame, page, view=mode.value, reader=reader)
    with former_answers(reader) as recency:
        count = counted_if_possible if has_all_tables else with_cached_counts
        counted = count(main) if main is not None else None
    bar = filter_bar(page, counted, age_s=recency.age_s)
    parts = sections(page, read, view=mode.value, find_cached=find_cached)
    recency.note(oldest(parts))
    return {
        "page": page,
        "dashboard": page.dashboard,
        "purpose": purpose_words(page.dashboard, reader) if mode is ViewMode.PAGE else None,
        "mode": mode.value,
        "sections": on_screens(parts) if mode is ViewMode.KIOSK else parts,
        "bar": bar,
        "has_all_tables": has_all_tables,
        "age_s": recency.age_s,
    }


class PanelView(View):
    """A panel: a part of the dashboard for htmx, a page of its own otherwise."""

    def get(self, request: HttpRequest, dashboard: str, panel: str) -> HttpResponseBase:
        """Read the panel under the filters of the address."""
        mode = view_mode(request)
        page = open_page(asking_visitor(request, mode), dashboard, parameters_of(request), allowed=(VIEW,))
        panel_of_page = page.panel(panel)
        if is_fragment(request):
            return varied(_panel_part(request, page, panel_of_page, mode.value))
        context = {
            "page": page,
            "dashboard": page.dashboard,
            "mode": mode.value,
            "frame": frame(page, panel_of_page, read_panel(page, panel_of_page), view=mode.value),
            "bar": filter_bar(page, None),
        }
        return varied(render(request, "dashboards/reading/panel_page.html", context))


def _panel_part(request: HttpRequest, page: DashboardPage, panel: Panel, view: str) -> HttpResponseBase:
    """Return a panel for htmx: nothing to who has it, what was drawn before, or what is read now."""
    fresh = panel_freshness(page, panel, view)
    same = not_modified(request, fresh.validators) if fresh is not None else None
    if same is not None:
        return same
    try:
        answer = draw(page, panel, view=view, fresh=fresh, reader=visitor_of(request))
    except UnreadPanel as unread:  # it passes, and the panel that is asked again must be read again
        leave_incomplete()
        return HttpResponse(fault_html(page, panel, unread, view=view))
    response = HttpResponse(dated_html(answer))
    if fresh is None or answer.age_s is not None:
        return with_age(response, answer.age_s)
    return with_validators(response, fresh.validators)


class FilterBarView(View):
    """The filters of a dashboard, and how many features match."""

    def get(self, request: HttpRequest, dashboard: str) -> HttpResponse:
        """Render the bar for htmx, or every filter with its values for who has no script."""
        page = open_page(visitor_of(request), dashboard, parameters_of(request), allowed=TYPED_PERIOD)
        if any(name in request.GET for name in TYPED_PERIOD):
            return redirect(under_period(page, *(request.GET.get(name, "") for name in TYPED_PERIOD)))
        main = main_layer(page)
        with former_answers(visitor_of(request)) as recency:
            counted = counted_if_possible(main) if main is not None else None
        bar = filter_bar(page, counted, age_s=recency.age_s)
        context: dict[str, Any] = {"page": page, "dashboard": page.dashboard, "bar": bar}
        if is_fragment(request):
            response = render(request, "dashboards/reading/bar.html", context)
            return with_age(varied(response), recency.age_s)
        context["filters"] = [
            filter_values(name, page.state, page.rows, page.document) for name, _title in bar.fields
        ]
        response = render(request, "dashboards/reading/filters_page.html", context)
        return with_age(varied(response), recency.age_s)


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
            "hidden_fields": [pair for pair in page.state.pairs if pair[0] != field],
        }
        template = "values" if is_fragment(request) else "values_page"
        return varied(render(request, f"dashboards/reading/{template}.html", context))


def varied(response: AnyResponse) -> AnyResponse:
    """Declare to caches that an address has a part for htmx and a page."""
    patch_vary_headers(response, ["HX-Request"])
    return response


class EmbedView(View):
    """A dashboard in the frame of another site: as the public reads it, for every viewer."""

    def get(self, request: HttpRequest, dashboard: str) -> HttpResponseBase:
        """Render the dashboard without the frame of the portal; one that is not public is a 404."""
        return embeddable(request, partial(self._page, dashboard=dashboard))

    def _page(self, request: HttpRequest, dashboard: str) -> HttpResponse:
        visitor = asking_visitor(request, ViewMode.EMBEDDED)
        page = open_page(visitor, dashboard, parameters_of(request), allowed=(TABLES,))
        context = page_context(request, page, ViewMode.EMBEDDED)
        return with_age(render(request, "dashboards/reading/embed.html", context), context["age_s"])


DURATION = "secondes"
SECONDS, MIN, MAX = 30, 10, 3_600


class KioskView(View):
    """The sections of a dashboard one after the other."""

    def get(self, request: HttpRequest, dashboard: str) -> HttpResponse:
        """Render the screen; ``secondes`` is how many seconds a section stays."""
        seconds = _duration(request.GET.get(DURATION, ""))
        page = open_page(visitor_of(request), dashboard, parameters_of(request), allowed=(TABLES, DURATION))
        context = page_context(request, page, ViewMode.KIOSK) | {"seconds": seconds}
        return with_age(render(request, "dashboards/reading/kiosk.html", context), context["age_s"])


def _duration(text: str) -> int:
    if not text:
        return SECONDS
    seconds = parse_integer(text, minimum=MIN, maximum=MAX)
    if seconds is None:
        raise InvalidParameter(
            _("secondes attend un nombre de secondes de %(least)d à %(most)d ; reçu « %(value)s ».")
            % {"least": MIN, "most": MAX, "value": text[:40]},
            parameter=DURATION,
        )
    return seconds


class FavouriteView(View):
    """Add a dashboard to the favourites, or remove it."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, dashboard: str) -> HttpResponse:
        """Change it, and go back to the dashboard; ``retirer`` takes it off."""
        visitor = visitor_of(request)
        row = access.get_dashboard(visitor, dashboard)
        change = remove_favourite if "retirer" in request.POST else add_favourite
        change(dashboard=row, visitor=visitor)
        return redirect(page_address(row))


class ViewMode(Enum):
    """Where a dashboard is seen; the value is that of the parameter ``vue``."""

    PAGE = ""
    EMBEDDED = "integrer"
    KIOSK = "ecran"


def view_mode(request: HttpRequest) -> ViewMode:
    """Return where a panel is seen.

    Raises:
        InvalidParameter: ``vue`` is none of the values.
    """
    return ViewMode(choice(request.GET.get(VIEW, ""), [mode.value for mode in ViewMode], parameter=VIEW))


def asking_visitor(request: HttpRequest, mode: ViewMode) -> Visitor:
    """Return the visitor; inside another site, the public, even for somebody signed in."""
    visitor = visitor_of(request)
    return public_of(visitor) if mode is ViewMode.EMBEDDED else visitor


class MiniatureView(View):
    """``…/miniature/``: the part of a card for its script; the page itself for anybody else."""

    def get(self, request: HttpRequest, dashboard: str) -> HttpResponse:
        """Render the tiles."""
        page = open_page(visitor_of(request), dashboard, parameters_of(request))
        if not is_fragment(request):
            return varied(redirect(page_address(page.dashboard)))
        return varied(render(request, "dashboards/reading/miniature.html", {"tiles": tiles(page)}))
