"""How often machine protocols may be asked: per token or account, else per address; 429 says when to come back.

Windows are fixed and last a minute from the first request of each asker. They are counted in the memory of each server
process: a count shared by processes would cost a round trip to the database on each request, which this must not. So a
portal served by N processes allows up to N times a limit, and a client that reads the headers sees the window of the
process that answered it. A limit is there to keep one script from starving the others, not to bill anybody.

Headers: ``RateLimit-Policy`` and ``RateLimit`` of draft-ietf-httpapi-ratelimit-headers-10, and ``Retry-After``
(RFC 9110 §10.2.3) on a 429.
"""

from __future__ import annotations

import ipaddress
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from axes.helpers import get_client_ip_address
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from gisportal.problems import answer, is_machine
from layers.errors import TooManyRequests
from layers.visitor import visitor_of

WINDOW_SECONDS = 60
# Askers remembered by a process; the one not seen for longest is forgotten first.
MAX_ASKERS = 20_000
_TILES = ("/tiles/",)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an asker stands: what the policy allows in a window, what is left of it, seconds until it starts again."""

    policy: str
    quota: int
    remaining: int
    reset: int

    @property
    def headers(self) -> dict[str, str]:
        """The headers that say so."""
        return {
            "RateLimit-Policy": f'"{self.policy}";q={self.quota};w={WINDOW_SECONDS}',
            "RateLimit": f'"{self.policy}";r={max(self.remaining, 0)};t={self.reset}',
        }


class Windows:
    """Requests of each asker in its current window; safe between threads, bounded."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._windows: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def count(self, asker: str, *, policy: str, quota: int) -> Standing:
        """Count a request and return the standing after it; below zero, the request is one too many."""
        now = self._clock()
        with self._lock:
            start, used = self._windows.get(asker, (now, 0))
            if now - start >= WINDOW_SECONDS:
                start, used = now, 0
            self._windows[asker] = (start, used + 1)
            self._windows.move_to_end(asker)
            if len(self._windows) > MAX_ASKERS:
                self._windows.popitem(last=False)
        return Standing(policy, quota, quota - used - 1, math.ceil(start + WINDOW_SECONDS - now))

    def clear(self) -> None:
        """Forget everybody."""
        with self._lock:
            self._windows.clear()


WINDOWS = Windows()


class ThrottleMiddleware:
    """Refuses what is one too many on machine protocols, and tells everybody there where they stand."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

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


def _standing(request: HttpRequest) -> Standing | None:
    """Count the request, unless the limit of its kind is 0."""
    asker, kind = _asker(request)
    policy = "tiles" if request.path.startswith(_TILES) else kind
    quota: int = settings.RATE_LIMITS[policy]
    return WINDOWS.count(f"{policy}:{asker}", policy=policy, quota=quota) if quota else None


def _asker(request: HttpRequest) -> tuple[str, str]:
    """Return who is counted, and as what: a token, an account whatever the way in, or an address."""
    token = getattr(request, "token_id", None)
    if token is not None:
        return f"token {token}", "signed-in"
    visitor = visitor_of(request)
    if not visitor.is_anonymous:
        return f"account {visitor.user_id}", "signed-in"
    return _network(get_client_ip_address(request) or ""), "anonymous"


def _network(address: str) -> str:
    """Return an IPv4 address, or the /64 of an IPv6 one: a single machine has all its addresses."""
    if ":" not in address:
        return address
    try:
        return str(ipaddress.ip_network((address.partition("%")[0], 64), strict=False))
    except ValueError:
        return address
