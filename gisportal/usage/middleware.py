"""Counts an answer, once it is there. Protocols know nothing of it."""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Callable
from functools import lru_cache
from itertools import islice

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from gisportal.usage.kinds import COUNTED, MAX_LAYERS, Counted
from gisportal.usage.meter import METER
from gisportal.usage.robots import is_robot
from layers.visitor import Visitor
from usage.services import Use
from usage.vocabulary import UseOrigin

# Every offset of a time zone in force is a whole number of these: a day begins with one.
_QUARTER_S = 900
# An identifier, or none: an address may name thousands of letters, and each name is held until it is written.
_MAYBE_LAYER = re.compile(r"[A-Za-z0-9_-]{0,100}")
_COUNTED_METHODS = frozenset({"GET", "POST"})


class UsageMiddleware:
    """It stands after the middleware that say who asks and from which portal; ``PORTAL_USAGE=0`` takes it away."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not settings.USAGE_COUNTERS or request.method not in _COUNTED_METHODS:
            return response
        match = request.resolver_match
        counted = COUNTED.get(match.view_name) if match is not None else None
        if counted is not None and counted.is_met(request, response) and not is_robot(request):
            _count(request, counted)
        return response


def _count(request: HttpRequest, counted: Counted) -> None:
    """Count a use: once for each layer that it shows."""
    match = request.resolver_match
    assert match is not None
    visitor: Visitor = request.visitor  # type: ignore[attr-defined]  # no typed place in Django
    origin = (UseOrigin.PUBLIC if visitor.is_anonymous else UseOrigin.SIGNED_IN).value
    day, form, portal = _day_of(int(time.time()) // _QUARTER_S), counted.form(match), visitor.portal
    if counted.is_dashboard:
        dashboard = str(match.kwargs["dashboard"])
        METER.add(Use(day, counted.kind.value, "", dashboard, form, origin, portal))
        return
    named = (layer for layer in counted.layers(request, match) if _MAYBE_LAYER.fullmatch(layer))
    for layer in islice(named, MAX_LAYERS):
        METER.add(Use(day, counted.kind.value, layer, "", form, origin, portal))


@lru_cache(maxsize=2)
def _day_of(quarter: int) -> dt.date:
    """Return the day of a quarter of an hour since 1970 where the portal is: a third of what counting took."""
    return dt.datetime.fromtimestamp(quarter * _QUARTER_S, timezone.get_default_timezone()).date()
