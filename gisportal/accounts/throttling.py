"""How often machine protocols may be asked: per token or account, else per address; 429 says when to come back.

Windows are fixed and last a minute from the first request of each caller; ``gisportal.accounts.rate_limits`` counts
them. A limit is there to keep one script from starving the others, not to bill anybody.

Headers: ``RateLimit-Policy`` and ``RateLimit`` of draft-ietf-httpapi-ratelimit-headers-10, and ``Retry-After``
(RFC 9110 §10.2.3) on a 429.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from gisportal.accounts.rate_limits import QuotaStatus, request_counter
from gisportal.problems import answer
from gisportal.protocols import is_machine, protocol_of
from interface.http.client_address import client_network
from layers.errors import TooManyRequests
from layers.visitor import visitor_of


class ThrottleMiddleware:
    """Refuses what is one too many on machine protocols, and tells everybody there where they stand."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        # Made at the start, which a wrong REDIS_URL stops; no connection is opened yet.
        request_counter(settings.REDIS_URL, settings.SERVER_PROCESSES)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        standing = _standing(request) if is_machine(request) else None
        if standing is None:
            return self.get_response(request)
        if standing.remaining < 0:
            detail = _("Plus de %(quota)d demandes en une minute : revenez dans %(seconds)d s.")
            numbers = {"quota": standing.quota, "seconds": standing.reset}
            response: HttpResponseBase = answer(
                request, TooManyRequests(detail % numbers, retry_after=standing.reset)
            )
        else:
            response = self.get_response(request)
        for name, value in standing.headers.items():
            response[name] = value
        return response


def _standing(request: HttpRequest) -> QuotaStatus | None:
    """Count the request, unless the limit of its kind is 0; None when it is not counted."""
    caller, kind = _caller(request)
    policy = protocol_of(request).quota or kind
    quota: int = settings.RATE_LIMITS[policy]
    if not quota:
        return None
    counter = request_counter(settings.REDIS_URL, settings.SERVER_PROCESSES)
    return counter.count(caller, policy=policy, quota=quota)


def _caller(request: HttpRequest) -> tuple[str, str]:
    """Return who is counted, and as what: a token, an account whatever the way in, or an address."""
    token = getattr(request, "token_id", None)
    if token is not None:
        return f"token {token}", "signed-in"
    visitor = visitor_of(request)
    if not visitor.is_anonymous:
        return f"account {visitor.user_id}", "signed-in"
    return client_network(request), "anonymous"
