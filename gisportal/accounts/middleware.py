"""Build the ``Visitor`` of each request, once, and complete its answer by its credentials."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.urls import reverse

from gisportal.accounts.credentials import identify, pop_plan_dates, pop_tokens
from gisportal.accounts.links.requests import linked_request, read_by_link
from gisportal.accounts.rate_limits import refusal_of_credentials
from gisportal.accounts.view_as.services import observe, view_as_of
from gisportal.accounts.view_as.views import (
    is_own_write,
    name_of,
    read_as_person,
    refusal_as_person,
    without_conditions,
)
from gisportal.problems import answer
from gisportal.protocols import is_machine
from layers.access import at_plan_date
from layers.errors import LayersError
from layers.visitor import visitor_of

_SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class VisitorMiddleware:
    """Sets ``request.visitor``. Credentials that are wrong are refused, never treated as if there were none."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.csrf = CsrfViewMiddleware(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith(settings.PROBE_PATHS):
            return self.get_response(request)
        carried = pop_tokens(request)
        try:
            request.visitor = identify(request, carried)  # type: ignore[attr-defined]  # no typed place in Django
        except LayersError as error:
            refusal = refusal_of_credentials(request, error)
            return discreet(refusal) if carried else refusal
        response = self._answer(request)
        return discreet(response) if carried else response

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        """Answer as who holds a link, or as the person whom the session views the portal as (ADR 0068)."""
        linked = linked_request(request, visitor_of(request))
        if linked is not None:
            request.visitor = linked.visitor  # type: ignore[attr-defined]  # no typed place in Django
            return read_by_link(request, linked, self._read(request))
        view_as = None if is_own_write(request) else observe(request)
        if view_as is None:
            return self._read(request)
        without_conditions(request)
        refusal = refusal_as_person(request, view_as)
        return read_as_person(request, view_as, refusal or self._read(request))

    def _read(self, request: HttpRequest) -> HttpResponseBase:
        """Answer at the day of plans that the address names, or refuse one that nobody knows."""
        if texts := pop_plan_dates(request):
            try:
                request.visitor = at_plan_date(visitor_of(request), texts)  # type: ignore[attr-defined]  # no typed place in Django
            except LayersError as error:
                return answer(request, error)
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., Any],
        arguments: tuple[Any, ...],
        named: dict[str, Any],
    ) -> HttpResponseBase | None:
        """Refuse a write on a machine protocol that a browser may have sent on behalf of another site.

        The views of these protocols are exempt from Django's check, which ignores tokens. Here it is applied to what
        a browser attaches by itself: a session cookie, or a Basic pair it remembers (``identify`` exempts the
        requests that no other site can cause). A page that writes sends the ``X-CSRFToken`` header.
        """
        if request.method in _SAFE or not is_machine(request) or visitor_of(request).is_anonymous:
            return None
        return self.csrf.process_view(request, _checked, arguments, named)


def _checked(*_arguments: object) -> HttpResponseBase:
    """Stand for a view that is not exempt: Django's check looks at the view it is given, and never calls it."""
    raise NotImplementedError


def discreet(response: HttpResponseBase) -> HttpResponseBase:
    """Make the answer to an address with a token private: no cache, no Referer from its links."""
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


def sign_in_context(request: HttpRequest) -> dict[str, Any]:
    """Give templates the providers of identities, and the banner of who views the portal as somebody."""
    context: dict[str, Any] = {"identity_providers": settings.IDENTITY_PROVIDERS}
    view_as = view_as_of(request)
    if view_as is not None:
        context["view_as"] = {
            "name": name_of(view_as),
            "until": view_as.until,
            "reason": view_as.reason,
            "end": reverse("accounts:end-view-as"),
        }
    return context
