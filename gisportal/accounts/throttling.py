"""How often the portal may be asked, by kind of work; 429 says when to come back.

``gisportal.protocols`` says which policy counts a request: pages and data have generous limits, what costs much has
few. Each asker is counted apart (``Visitor.asker``): a token, an account whatever the way in, else a network. Requests
whose credentials are refused have a policy of their own, by network, and take nothing from what others there may ask.

Windows are fixed and last a minute from the first request of each caller; ``gisportal.accounts.rate_limits`` counts
them. A limit is there to keep one asker from starving the others, not to bill anybody.

Headers, on machine protocols: ``RateLimit-Policy`` and ``RateLimit`` of draft-ietf-httpapi-ratelimit-headers-10; and
``Retry-After`` (RFC 9110 §10.2.3) on every 429.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _

from gisportal.accounts.rate_limits import QuotaStatus, request_counter
from gisportal.client_address import client_network
from gisportal.problems import answer
from gisportal.protocols import is_machine, quota_of
from layers.errors import LayersError, TooManyRequests, WrongCredentials
from layers.visitor import visitor_of

WRONG_CREDENTIALS = "wrong-credentials"


class ThrottleMiddleware:
    """Refuses what is one too many, and tells everybody on machine protocols where they stand."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        # Made at the start, which a wrong REDIS_URL stops; no connection is opened yet.
        request_counter(settings.REDIS_URL, settings.SERVER_PROCESSES)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        quota = quota_of(request)
        if quota is None:
            return self.get_response(request)
        visitor = visitor_of(request)
        standing = _count(visitor.asker, quota or ("anonymous" if visitor.is_anonymous else "signed-in"))
        if standing is None or standing.remaining >= 0:
            response = self.get_response(request)
        else:
            response = _refusal(request, standing)
        return _with_standing(request, response, standing)


def refusal_of_credentials(request: HttpRequest, error: LayersError) -> HttpResponse:
    """Count a request whose credentials are refused, and return its answer: the fault, or a 429 after too many."""
    if not isinstance(error, WrongCredentials):
        return answer(request, error)
    standing = _count(client_network(request), WRONG_CREDENTIALS)
    response = answer(request, error)
    if standing is not None and standing.remaining < 0:
        response = _refusal(request, standing)
    _with_standing(request, response, standing)
    return response


def is_within_limit(caller: str, *, policy: str, quota: int, seconds: int) -> bool:
    """Count what an application bounds by itself (``settings.IS_WITHIN_LIMIT``); return whether the quota allows it."""
    counter = request_counter(settings.REDIS_URL, settings.SERVER_PROCESSES)
    standing = counter.count(caller, policy=policy, quota=quota, seconds=seconds)
    return standing is None or standing.remaining >= 0


def _count(caller: str, policy: str) -> QuotaStatus | None:
    """Count the request, unless the limit of its kind is 0; None when it is not counted."""
    quota: int = settings.RATE_LIMITS[policy]
    if not quota:
        return None
    counter = request_counter(settings.REDIS_URL, settings.SERVER_PROCESSES)
    return counter.count(caller, policy=policy, quota=quota)


def _refusal(request: HttpRequest, standing: QuotaStatus) -> HttpResponse:
    if standing.policy == WRONG_CREDENTIALS:
        detail = _(
            "Plus de %(quota)d demandes aux identifiants refusés en une minute : revenez dans %(seconds)d s."
        )
    else:
        detail = _("Plus de %(quota)d demandes en une minute : revenez dans %(seconds)d s.")
    numbers = {"quota": standing.quota, "seconds": standing.reset}
    return answer(request, TooManyRequests(detail % numbers, retry_after=standing.reset))


def _with_standing(
    request: HttpRequest, response: HttpResponseBase, standing: QuotaStatus | None
) -> HttpResponseBase:
    """Return the response with the headers that say where its asker stands, on machine protocols."""
    if standing is not None and is_machine(request):
        for name, value in standing.headers.items():
            response[name] = value
    return response
