"""A dashboard on a screen in a hall: its sections in turn, on the whole screen, until somebody pauses it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import View

from dashboards.reading.dashboard_page import open_page
from dashboards.reading.presenters import TABLES
from dashboards.reading.view_modes import ViewMode
from dashboards.reading.views import page_context
from interface.requests import parameters_of
from layers.errors import InvalidParameter
from layers.parsing.numbers import whole_number
from layers.visitor import visitor_of

DURATION = "secondes"
SECONDS, LEAST, MOST = 30, 10, 3_600


class HallView(View):
    """The sections of a dashboard one after the other."""

    def get(self, request: HttpRequest, dashboard: str) -> HttpResponse:
        """Render the screen; ``secondes`` is how many seconds a section stays."""
        seconds = _duration(request.GET.get(DURATION, ""))
        page = open_page(visitor_of(request), dashboard, parameters_of(request), allowed=(TABLES, DURATION))
        context = page_context(request, page, ViewMode.HALL) | {"seconds": seconds}
        return render(request, "dashboards/reading/hall.html", context)


def _duration(text: str) -> int:
    if not text:
        return SECONDS
    seconds = whole_number(text, least=LEAST, most=MOST)
    if seconds is None:
        raise InvalidParameter(
            _("secondes attend un nombre de secondes de %(least)d à %(most)d ; reçu « %(value)s ».")
            % {"least": LEAST, "most": MOST, "value": text[:40]},
            parameter=DURATION,
        )
    return seconds
