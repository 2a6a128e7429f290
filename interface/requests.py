"""Parameters of a page, fragments that htmx asks for, and pages that other sites may show in a frame."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from urllib.parse import parse_qs, urlsplit

from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt

from layers.errors import InvalidParameter
from layers.visitor import visitor_of

Parameters = Mapping[str, Sequence[str]]


def parameters_of(request: HttpRequest) -> dict[str, list[str]]:
    """Return the query string as lists of texts by name."""
    return {name: [str(value) for value in values] for name, values in request.GET.lists()}


def map_parameters(request: HttpRequest) -> dict[str, list[str]]:
    """Return the query string of the map, of which the day of plans is a part: its links and forms repeat it."""
    return parameters_of(request) | visitor_of(request).plan_parameters


def is_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page."""
    return request.headers.get("HX-Request") == "true"


def current_parameters(request: HttpRequest) -> dict[str, list[str]]:
    """Return the query string of the page that a script sends a request from (``HX-Current-URL``, as htmx does)."""
    return parse_qs(urlsplit(request.headers.get("HX-Current-URL", "")).query)


def filled(parameters: Parameters) -> dict[str, Sequence[str]]:
    """Drop the parameters that a form sent empty."""
    return {name: values for name, values in parameters.items() if list(values) != [""]}


def stated_parameters(request: HttpRequest) -> Parameters:
    """Return the query string of a program, which writes no parameter without its value.

    Raises:
        InvalidParameter: a value is empty.
    """
    parameters = parameters_of(request)
    for name, values in parameters.items():
        if "" in values:
            raise InvalidParameter(
                _("%s n’a pas de valeur : donnez-la, ou n’écrivez pas ce paramètre.") % name[:60],
                parameter=name[:60],
            )
    return parameters


def embeddable(request: HttpRequest, view: Callable[[HttpRequest], HttpResponse]) -> HttpResponseBase:
    """Answer a request by a view whose page the sites of ``PORTAL_EMBED_SITES`` may frame (CSP 3, ``frame-ancestors``).

    Without sites the page answers as any other.
    """
    sites = {"frame-ancestors": settings.PORTAL_EMBED_SITES} if settings.PORTAL_EMBED_SITES else {}
    return xframe_options_exempt(csp_update(sites)(view))(request)
