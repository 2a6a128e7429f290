"""Pages that other sites may show in a frame: those that ``PORTAL_EMBED_SITES`` names (CSP 3, ``frame-ancestors``)."""

from __future__ import annotations

from collections.abc import Callable

from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.clickjacking import xframe_options_exempt


def framed(request: HttpRequest, view: Callable[[HttpRequest], HttpResponse]) -> HttpResponseBase:
    """Answer a request by a view whose page the sites of the setting may show in a frame; nobody else's are changed."""
    sites = {"frame-ancestors": settings.PORTAL_EMBED_SITES} if settings.PORTAL_EMBED_SITES else {}
    return xframe_options_exempt(csp_update(sites)(view))(request)
