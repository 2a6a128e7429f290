"""The host of a request: refused when it is not the site's, then read as a portal; an unknown subdomain is a 404."""

from __future__ import annotations

import logging
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _

from gisportal.portals.hosts import is_of_the_site, portal_of, read_authority
from gisportal.problems import problem
from gisportal.protocols import is_for_a_person

_log = logging.getLogger("gisportal.hosts")


class HostMiddleware:
    """Lets through requests for a host and port of the site, under one spelling: answers may be built from it.

    Anything that is no host, twice one, or none is a 400 (RFC 9112, 3.2); another host or port is a 421 (RFC 9110,
    15.5.20). Each is one line of the log. Probes answer whatever the host: they are asked by address, and their answers
    hold none.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.META.get("HTTP_HOST")
        if given is None:  # only clients of tests: the server writes what it was given, be it nothing
            given = request.META["SERVER_NAME"]
        authority = read_authority(given)
        if authority is None or not is_of_the_site(authority):
            if request.path not in settings.PROBE_PATHS:
                return _refused(
                    request, given, HTTPStatus.MISDIRECTED_REQUEST if authority else HTTPStatus.BAD_REQUEST
                )
            authority = settings.PORTAL_AUTHORITIES[0]
        request.META["HTTP_HOST"] = authority
        return self.get_response(request)


def _refused(request: HttpRequest, host: str, status: HTTPStatus) -> HttpResponse:
    """Return a refusal that names no address: in the protocol's form, or a line of text for people."""
    _log.warning("Host refused (%d): %.120r, from %s", status, host, request.META["REMOTE_ADDR"])
    detail = _("L’hôte ou le port demandé n’est pas celui de ce portail.")
    if not is_for_a_person(request):
        return problem(request, status, detail=detail)
    response = HttpResponse(f"{detail}\n", status=status, content_type="text/plain; charset=utf-8")
    response["Cache-Control"], response["X-Content-Type-Options"] = "no-store", "nosniff"
    return response


class PortalMiddleware:
    """Sets ``request.portal``. It runs before the visitor is built, who carries the portal's commune."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith(settings.PROBE_PATHS):
            return self.get_response(request)
        portal = portal_of(request.get_host(), scheme=request.scheme or "http")
        if portal is None:
            return problem(
                request, HTTPStatus.NOT_FOUND, detail=_("Aucun portail ne répond à cette adresse.")
            )
        request.portal = portal  # type: ignore[attr-defined]  # Django has no typed place for it
        return self.get_response(request)
