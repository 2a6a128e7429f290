"""Puts the portal of the hostname on each request; an unknown subdomain is a 404."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from gisportal.portals.hosts import portal_of
from gisportal.probes import PROBES
from gisportal.problems import problem


class PortalMiddleware:
    """Sets ``request.portal``. It runs before the visitor is built, who carries the portal's commune."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith(PROBES):
            return self.get_response(request)
        portal = portal_of(request.get_host(), scheme=request.scheme or "http")
        if portal is None:
            return problem(
                request, HTTPStatus.NOT_FOUND, detail=_("Aucun portail ne répond à cette adresse.")
            )
        request.portal = portal  # type: ignore[attr-defined]  # Django has no typed place for it
        return self.get_response(request)
